//! A live round: what is tried while a customer waits.

use super::Push;
use crate::journal::Claim;
use tokio::task::JoinHandle;

impl Push {
    pub(super) fn spawn_live_round(&self, claim: Claim) -> JoinHandle<()> {
        let push = self.clone();
        self.inner
            .tasks
            .spawn(async move { push.live_round(claim).await })
    }

    /// Waits for a round as long as a customer does; the round goes on after that.
    pub(super) async fn wait_for(&self, round: JoinHandle<()>) {
        if let Ok(Err(gone)) = tokio::time::timeout(self.inner.knobs.customer_wait, round).await {
            tracing::error!(%gone, "a push ended abnormally; its lease will free the order");
        }
    }

    /// At most two attempts within the customer's wait.
    async fn live_round(&self, first: Claim) {
        let _waiting = self.inner.places.customer_waits();
        let knobs = &self.inner.knobs;
        let until_ms = self.inner.clock.now_ms() + knobs.customer_wait.as_millis() as i64;
        let key = first.key.clone();
        let mut claim = first;
        for attempt in 1..=knobs.live_attempts {
            let place = self.inner.places.for_customer(knobs).await;
            let had_place = place.is_some();
            let Some(end) = self.attempt(&claim, place, attempt == 1).await else {
                return;
            };
            let now_ms = self.inner.clock.now_ms();
            // A breaker that opened, or a full house, is not cured by half a second.
            let hopeless = !had_place || self.inner.breaker.is_open(now_ms);
            if !end.can_go_on() || attempt == knobs.live_attempts || hopeless {
                return;
            }
            let pause = end
                .retry_after
                .unwrap_or_else(|| knobs.second_attempt_jitter.mul_f64(self.inner.dice.roll()));
            let left_ms = until_ms - now_ms - pause.as_millis() as i64;
            if left_ms < knobs.least_for_attempt.as_millis() as i64 {
                return;
            }
            tokio::time::sleep(pause).await;
            match self.claim_now(&key).await {
                Ok(Some(next)) => claim = next,
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, key, "the journal did not take a second attempt");
                    return;
                }
            }
        }
    }
}
