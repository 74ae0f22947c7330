//! Talking to EntMine for one attempt: what it says becomes how the attempt ended.

use super::Push;
use super::echo::mismatch;
use crate::erp::{Answered, CallError, Found, Identity, Placed, Voided};
use crate::journal::{Claim, Kind, Settlement};
use crate::keys::OrderKey;
use model::Acceptance;
use tokio::time::Instant;

/// How a call ended, and who answered it.
#[derive(Clone)]
pub(super) struct Ended {
    pub settlement: Settlement,
    /// None where nobody answered, or nobody who said who it is.
    pub from: Option<Identity>,
}

impl From<Settlement> for Ended {
    fn from(settlement: Settlement) -> Self {
        Self {
            settlement,
            from: None,
        }
    }
}

impl Push {
    /// Makes the attempt's calls within its time limit.
    pub(super) async fn call(&self, claim: &Claim) -> Ended {
        let points = self.inner.db.points();
        if let Err(injected) = points.pass("push.call", "begin").await {
            return ambiguous(injected.to_string());
        }
        let limit = self.inner.knobs.attempt;
        let until = Instant::now() + limit;
        let calls = async {
            match claim.kind {
                Kind::Push => self.push(claim, until).await,
                Kind::Void => self.void(claim).await,
            }
        };
        let ended = match tokio::time::timeout(limit, calls).await {
            Ok(ended) => ended,
            Err(_) => ambiguous(format!("no answer within {} ms", limit.as_millis())),
        };
        match points.pass("push.call", "end").await {
            Ok(()) => Self::only_ours(claim, ended),
            Err(injected) => ambiguous(injected.to_string()),
        }
    }

    /// Places an order that EntMine lost again, under the number that its customer was told.
    pub(crate) async fn place_again(
        &self,
        key: OrderKey,
        body: &[u8],
        number: &str,
    ) -> Result<Answered<Placed>, CallError> {
        let limit = self.inner.knobs.attempt;
        let placed = self.inner.erp.place(key, body, Some(number), limit);
        tokio::time::timeout(limit, placed)
            .await
            .unwrap_or_else(|_| {
                Err(CallError::Ambiguous {
                    detail: format!("no answer within {} ms", limit.as_millis()),
                })
            })
    }

    /// Only the EntMine that this store belongs to decides about orders.
    fn only_ours(claim: &Claim, ended: Ended) -> Ended {
        match (&claim.entmine, &ended.from) {
            (Some(ours), Some(from)) if ours != from => Ended {
                settlement: Settlement::Ambiguous {
                    detail: match from.instance == ours.instance {
                        true => format!(
                            "EntMine answered as of epoch {} instead of {}",
                            from.epoch, ours.epoch
                        ),
                        false => "another EntMine answered".to_owned(),
                    },
                },
                from: ended.from,
            },
            (_, _) => ended,
        }
    }

    async fn push(&self, claim: &Claim, until: Instant) -> Ended {
        let Some(key) = OrderKey::parse(&claim.key) else {
            return unreadable_key();
        };
        if claim.ambiguous {
            // An earlier attempt may have been applied: ask before sending again.
            match self.find(claim, key).await {
                Ok(None) => {}
                Ok(Some(ended)) => return ended,
                Err(error) => return failed(error),
            }
        }
        // Asking took its time: EntMine is told what is left of it, or it would commit what nobody waits
        // for any more.
        let left = until.saturating_duration_since(Instant::now());
        let sent = self.inner.erp.place(key, &claim.body, None, left);
        let Answered { from, answer } = match sent.await {
            Ok(answered) => answered,
            Err(error) => return failed(error),
        };
        let settlement = match answer {
            Placed::Accepted(acceptance) => accepted(claim, acceptance),
            Placed::Rejected(reasons) => Settlement::Rejected(reasons),
            Placed::Voided => Settlement::Voided,
            Placed::KeyReused => contradiction("EntMine has other bytes under this key"),
            Placed::Malformed { detail } => {
                contradiction(&format!("EntMine could not read the order: {detail}"))
            }
            Placed::NumberTaken => {
                contradiction("EntMine speaks of a number that was not asked for")
            }
        };
        Ended {
            settlement,
            from: Some(from),
        }
    }

    async fn void(&self, claim: &Claim) -> Ended {
        let Some(key) = OrderKey::parse(&claim.key) else {
            return unreadable_key();
        };
        match self.inner.erp.void(key).await {
            Ok(Answered {
                from,
                answer: Voided::Done,
            }) => Ended {
                settlement: Settlement::Voided,
                from: Some(from),
            },
            Ok(Answered {
                answer: Voided::AlreadyAccepted | Voided::AlreadyRejected,
                ..
            }) => match self.find(claim, key).await {
                Ok(Some(ended)) => ended,
                Ok(None) => contradiction("EntMine has a verdict that it does not show").into(),
                Err(error) => failed(error),
            },
            Err(error) => failed(error),
        }
    }

    /// Asks by key; none where EntMine has no verdict.
    async fn find(&self, claim: &Claim, key: OrderKey) -> Result<Option<Ended>, CallError> {
        let Answered { from, answer } = self.inner.erp.find(key).await?;
        let settlement = match answer {
            Found::Accepted(acceptance) => accepted(claim, acceptance),
            Found::Rejected {
                fingerprint,
                reasons,
            } if fingerprint.eq_ignore_ascii_case(&claim.fingerprint) => {
                Settlement::Rejected(reasons)
            }
            Found::Rejected { .. } => contradiction("EntMine rejected other bytes under this key"),
            Found::Voided => Settlement::Voided,
            // Another EntMine that does not know the key proves nothing.
            Found::Unknown if claim.entmine.as_ref().is_some_and(|ours| *ours != from) => {
                Settlement::Ambiguous {
                    detail: "another EntMine does not know the key".to_owned(),
                }
            }
            Found::Unknown => return Ok(None),
        };
        Ok(Some(Ended {
            settlement,
            from: Some(from),
        }))
    }
}

fn accepted(claim: &Claim, acceptance: Acceptance) -> Settlement {
    match mismatch(claim, &acceptance) {
        None => Settlement::Accepted(acceptance),
        Some(detail) => Settlement::Contradiction { detail },
    }
}

fn contradiction(detail: &str) -> Settlement {
    Settlement::Contradiction {
        detail: detail.to_owned(),
    }
}

fn unreadable_key() -> Ended {
    contradiction("the journal holds an unreadable key").into()
}

fn ambiguous(detail: String) -> Ended {
    Settlement::Ambiguous { detail }.into()
}

fn failed(error: CallError) -> Ended {
    match error {
        CallError::NotApplied {
            retry_after,
            from,
            detail,
        } => Ended {
            settlement: Settlement::NotApplied {
                retry_after_ms: retry_after.map(|wait| wait.as_millis() as i64),
                detail,
            },
            from,
        },
        CallError::Ambiguous { detail } => Settlement::Ambiguous { detail }.into(),
        CallError::Unreadable { detail } => Settlement::Unreadable { detail }.into(),
        CallError::Contradiction { detail } => contradiction(&detail).into(),
    }
}
