//! One attempt: call EntMine, then record how it ended.

use super::breaker::Admission;
use super::call::Ended;
use super::{Place, Push};
use crate::journal::{self, Claim, ForAttempt, Ours, Settlement, Standing, Waits};
use database::{Answers, Conn, DatabaseError, Questions, Work};
use std::time::Duration;

/// How an attempt ended, for the round that made it.
pub(super) struct AttemptEnd {
    pub standing: Standing,
    pub retry_after: Option<Duration>,
}

impl Push {
    /// Makes one attempt and records its end. `wanted`: a customer asked for it, so that it is made
    /// although EntMine is left alone. None: the journal did not take the record; the lease frees the
    /// order later.
    pub(super) async fn attempt(
        &self,
        claim: &Claim,
        place: Place,
        new_round: bool,
        wanted: bool,
    ) -> Option<AttemptEnd> {
        let (ended, was_made) = self.admitted_call(claim, wanted).await;
        drop(place);
        // Nobody waits longer for a try that was not made.
        let new_round = new_round && was_made;
        let retry_after = match &ended.settlement {
            Settlement::NotApplied { retry_after_ms, .. } => {
                retry_after_ms.map(|ms| Duration::from_millis(ms.unsigned_abs()))
            }
            Settlement::Accepted(_)
            | Settlement::Rejected(_)
            | Settlement::Voided
            | Settlement::Ambiguous { .. }
            | Settlement::Unreadable { .. }
            | Settlement::Contradiction { .. } => None,
        };
        match self.record(claim, ended, new_round).await {
            Ok(standing) => {
                tracing::info!(
                    key = claim.key,
                    fence = claim.fence,
                    state = standing.state.as_str(),
                    "attempt ended"
                );
                self.notify(&claim.key);
                Some(AttemptEnd {
                    standing,
                    retry_after,
                })
            }
            Err(error) => {
                tracing::error!(%error, key = claim.key, "an attempt's end could not be recorded");
                None
            }
        }
    }

    /// How the call ended, and whether it was made at all.
    async fn admitted_call(&self, claim: &Claim, wanted: bool) -> (Ended, bool) {
        let inner = &self.inner;
        let now_ms = inner.clock.passed_ms();
        match inner.breaker.admit(&inner.knobs, wanted, now_ms) {
            Admission::Yes | Admission::Probe => {}
            Admission::NotBefore(_) => {
                return (held_back("EntMine is left alone for a while"), false);
            }
        }
        let ended = self.call(claim).await;
        let went_well = match &ended.settlement {
            Settlement::Accepted(_)
            | Settlement::Rejected(_)
            | Settlement::Voided
            | Settlement::Contradiction { .. } => true,
            Settlement::NotApplied { .. }
            | Settlement::Ambiguous { .. }
            | Settlement::Unreadable { .. } => false,
        };
        let (dice, now_ms) = (inner.dice.roll(), inner.clock.passed_ms());
        inner.breaker.report(went_well, &inner.knobs, dice, now_ms);
        (ended, true)
    }

    async fn record(
        &self,
        claim: &Claim,
        ended: Ended,
        new_round: bool,
    ) -> Result<Standing, DatabaseError> {
        let db = &self.inner.db;
        let elsewhere = matches!((&claim.entmine, &ended.from), (Some(a), Some(b)) if a != b);
        let work = || self.recording(claim, ended.clone(), new_round, elsewhere);
        let order = || Questions::of(journal::ask_for_attempt(&claim.key, number_of(&ended)));
        let alone = async || db.write_asking("store.verdict", order()?, work()).await;
        // What is written of the EntMine is about all orders.
        let standing = if elsewhere || claim.entmine.is_none() {
            alone().await?
        } else {
            let scope = Some(claim.session_id.as_str());
            let beside = db.write_beside_asking("store.verdict", scope, order()?, work());
            match beside.await {
                // Another order was just given the same number: now that can be read.
                Err(error) if error.is_unique_violation() => alone().await?,
                done => done?,
            }
        };
        if elsewhere {
            tracing::error!("another EntMine answered: nothing is pushed until it is reconciled");
            self.inner.reconcile.notify_one();
        }
        Ok(standing)
    }

    /// The work of writing down how an attempt ended.
    fn recording(
        &self,
        claim: &Claim,
        ended: Ended,
        new_round: bool,
        elsewhere: bool,
    ) -> impl for<'c> FnOnce(&'c mut Conn, Answers) -> Work<'c, Standing, DatabaseError> + Send + 'static
    {
        // Not the order's body.
        let (key, fence, is_first) = (claim.key.clone(), claim.fence, claim.entmine.is_none());
        let now_ms = self.inner.clock.now_ms();
        let knobs = self.inner.knobs.clone();
        let (dice, ids) = (self.inner.dice.roll(), self.inner.ids.clone());
        move |tx, answers| {
            Box::pin(async move {
                let is_news = match &ended.from {
                    Some(from) if is_first => {
                        journal::settle_on(tx, from).await?;
                        true
                    }
                    Some(_) if elsewhere => {
                        journal::pause(tx, "another EntMine answered").await?;
                        true
                    }
                    Some(_) | None => false,
                };
                let found = match is_news {
                    true => journal::for_attempt(tx, &key, number_of(&ended)).await?,
                    false => ForAttempt::read(answers.iter().flatten().next())?,
                };
                let found = found.ok_or(sqlx::Error::RowNotFound)?;
                let settlement = still_true(found.ours.as_ref(), ended);
                let after = |rounds| knobs.background_wait(rounds, dice).as_millis() as i64;
                let waits = Waits {
                    new_round,
                    after: &after,
                };
                Ok(journal::settle(tx, &ids, found, fence, &settlement, waits, now_ms).await?)
            })
        }
    }
}

/// The number that EntMine gave the order.
fn number_of(ended: &Ended) -> Option<&str> {
    match &ended.settlement {
        Settlement::Accepted(accepted) => Some(&accepted.number),
        _ => None,
    }
}

/// A verdict of an EntMine that went back to a backup since proves nothing about the one of now,
/// which may have lost it: once the two were reconciled, nobody would look at the order again.
fn still_true(ours: Option<&Ours>, ended: Ended) -> Settlement {
    let verdict = match &ended.settlement {
        Settlement::Accepted(_) | Settlement::Rejected(_) | Settlement::Voided => true,
        Settlement::NotApplied { .. }
        | Settlement::Ambiguous { .. }
        | Settlement::Unreadable { .. }
        | Settlement::Contradiction { .. } => false,
    };
    let stands =
        ours.is_some_and(|ours| !ours.paused && ended.from.as_ref() == Some(&ours.identity));
    if verdict && !stands {
        Settlement::Ambiguous {
            detail: "EntMine was restored since it answered".to_owned(),
        }
    } else {
        ended.settlement
    }
}

/// Nothing was sent.
fn held_back(detail: &str) -> Ended {
    Settlement::NotApplied {
        retry_after_ms: None,
        detail: detail.to_owned(),
    }
    .into()
}
