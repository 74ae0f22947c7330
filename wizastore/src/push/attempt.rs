//! One attempt: ask or send, then record how it ended.

use super::Push;
use super::echo::mismatch;
use crate::erp::{CallError, Found, Placed};
use crate::journal::{self, Claim, Settlement, State};
use crate::keys::OrderKey;
use database::DatabaseError;
use model::{Acceptance, OrderRequest, Reason};
use rand::Rng;
use std::time::Duration;

/// How an attempt ended, for the round that made it.
pub(super) struct AttemptEnd {
    pub state: State,
    pub retry_after: Option<Duration>,
}

impl AttemptEnd {
    /// No further attempt can help.
    pub(super) fn settled(&self) -> bool {
        match self.state {
            State::Confirmed | State::Rejected | State::Quarantined => true,
            State::Journalled | State::Sending | State::RetryWait | State::Unknown => false,
        }
    }
}

impl Push {
    /// Makes one attempt and records its end. None: the journal did not take the record; the lease
    /// frees the order later.
    pub(super) async fn attempt(&self, claim: &Claim, new_round: bool) -> Option<AttemptEnd> {
        let settlement = self.call(claim).await;
        let retry_after = match &settlement {
            Settlement::NotApplied { retry_after_ms, .. } => {
                retry_after_ms.map(|ms| Duration::from_millis(ms.unsigned_abs()))
            }
            Settlement::Accepted(_)
            | Settlement::Rejected(_)
            | Settlement::Ambiguous { .. }
            | Settlement::Contradiction { .. } => None,
        };
        match self.record(claim, settlement, new_round).await {
            Ok(state) => {
                tracing::info!(
                    key = claim.key,
                    fence = claim.fence,
                    state = state.as_str(),
                    "attempt ended"
                );
                self.tell(&claim.key);
                Some(AttemptEnd { state, retry_after })
            }
            Err(error) => {
                tracing::error!(%error, key = claim.key, "an attempt's end could not be recorded");
                None
            }
        }
    }

    /// Talks to EntMine within the attempt's time limit.
    async fn call(&self, claim: &Claim) -> Settlement {
        let limit = self.inner.knobs.attempt;
        match tokio::time::timeout(limit, self.ask_or_send(claim)).await {
            Ok(settlement) => settlement,
            Err(_) => Settlement::Ambiguous {
                detail: format!("no answer within {} ms", limit.as_millis()),
            },
        }
    }

    async fn ask_or_send(&self, claim: &Claim) -> Settlement {
        let Some(key) = OrderKey::parse(&claim.key) else {
            return Settlement::Contradiction {
                detail: "the journal holds an unreadable key".into(),
            };
        };
        let erp = &self.inner.erp;
        if claim.ambiguous != 0 {
            // An earlier attempt may have been applied: ask before sending again.
            match erp.find(key).await.map(|answered| answered.answer) {
                Ok(Found::Accepted(acceptance)) => return accepted(claim, acceptance),
                Ok(Found::Rejected {
                    fingerprint,
                    reasons,
                }) => {
                    return if fingerprint == claim.fingerprint {
                        Settlement::Rejected(reasons)
                    } else {
                        Settlement::Contradiction {
                            detail: "EntMine rejected other bytes under this key".into(),
                        }
                    };
                }
                Ok(Found::Voided) => return voided(),
                Ok(Found::Unknown) => {}
                Err(error) => return failed(error),
            }
        }
        let sent = erp.place(key, &claim.body, None, self.inner.knobs.attempt);
        match sent.await.map(|answered| answered.answer) {
            Ok(Placed::Accepted(acceptance)) => accepted(claim, acceptance),
            Ok(Placed::Rejected(reasons)) => Settlement::Rejected(reasons),
            Ok(Placed::Voided) => voided(),
            Ok(Placed::KeyReused) => Settlement::Contradiction {
                detail: "EntMine has other bytes under this key".into(),
            },
            Ok(Placed::NumberTaken) => Settlement::Contradiction {
                detail: "EntMine speaks of a number that was not asked for".into(),
            },
            Ok(Placed::Malformed { detail }) => Settlement::Contradiction {
                detail: format!("EntMine could not read the order: {detail}"),
            },
            Err(error) => failed(error),
        }
    }

    async fn record(
        &self,
        claim: &Claim,
        settlement: Settlement,
        new_round: bool,
    ) -> Result<State, DatabaseError> {
        let now_ms = self.inner.clock.now_ms();
        let knobs = self.inner.knobs.clone();
        let dice = rand::rng().random::<f64>();
        let (key, fence) = (claim.key.clone(), claim.fence);
        self.inner
            .db
            .write("store.verdict", move |tx| {
                Box::pin(async move {
                    let wait = |rounds| knobs.background_wait(rounds, dice).as_millis() as i64;
                    let state =
                        journal::settle(tx, &key, fence, &settlement, new_round, wait, now_ms)
                            .await?;
                    if let (State::Rejected, Settlement::Rejected(reasons)) = (state, &settlement) {
                        give_back(tx, &key, reasons, now_ms).await?;
                    }
                    Ok::<_, DatabaseError>(state)
                })
            })
            .await
    }
}

fn accepted(claim: &Claim, acceptance: Acceptance) -> Settlement {
    match mismatch(claim, &acceptance) {
        None => Settlement::Accepted(acceptance),
        Some(detail) => Settlement::Contradiction { detail },
    }
}

fn voided() -> Settlement {
    Settlement::Contradiction {
        detail: "EntMine says that this key was voided".into(),
    }
}

fn failed(error: CallError) -> Settlement {
    match error {
        CallError::NotApplied {
            retry_after,
            detail,
            ..
        } => Settlement::NotApplied {
            retry_after_ms: retry_after.map(|wait| wait.as_millis() as i64),
            detail,
        },
        CallError::Contradiction { detail } => Settlement::Contradiction { detail },
        CallError::Ambiguous { detail } | CallError::Unreadable { detail } => {
            Settlement::Ambiguous { detail }
        }
    }
}

/// A rejected order's lines go back into the session's cart, at the prices that EntMine named, and
/// the checkout gets its form and the reasons back.
async fn give_back(
    tx: &mut sqlx::AnyConnection,
    key: &str,
    reasons: &[Reason],
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    use crate::{cart, session};
    let Some(order) = journal::by_key(tx, key).await? else {
        return Ok(());
    };
    let session_lives: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE id = $1")
        .bind(&order.session_id)
        .fetch_one(&mut *tx)
        .await?;
    let Ok(request) = serde_json::from_slice::<OrderRequest>(&order.body) else {
        return Ok(());
    };
    if session_lives == 0 {
        return Ok(());
    }
    let returned: Vec<_> = request
        .lines
        .iter()
        .map(|line| {
            let named = reasons.iter().find_map(|reason| match reason {
                Reason::PriceChanged {
                    sku,
                    current_minor,
                    price_version,
                    ..
                } if *sku == line.sku => Some((*current_minor, *price_version)),
                _ => None,
            });
            let (price, version) = named.unwrap_or((line.unit_price_minor, line.price_version));
            cart::ReturnedLine {
                sku: line.sku.clone(),
                name: order.name_of(&line.sku),
                quantity: line.quantity,
                unit_price_minor: price,
                price_version: version,
                currency: request.currency.clone(),
            }
        })
        .collect();
    let cart = cart::ensure(tx, &order.session_id, now_ms).await?;
    cart::put_back(tx, &cart, key, &returned).await?;
    let draft = serde_json::to_string(&order.form()).unwrap_or_default();
    let why = serde_json::to_string(reasons).unwrap_or_default();
    session::keep_draft(tx, &order.session_id, Some(&draft), Some(&why)).await?;
    sqlx::query("UPDATE orders SET back_in_cart = 1 WHERE order_key = $1")
        .bind(key)
        .execute(tx)
        .await
        .map(|_| ())
}
