//! A live round: what is tried while a customer waits.

use super::{Place, Push};
use crate::journal::Claim;
use tokio::task::JoinHandle;

impl Push {
    /// `wanted`: a customer asked for this very round.
    pub(super) fn spawn_live_round(
        &self,
        claim: Claim,
        place: Place,
        wanted: bool,
    ) -> JoinHandle<()> {
        let push = self.clone();
        self.inner
            .tasks
            .spawn(async move { push.live_round(claim, place, wanted).await })
    }

    /// Waits for a round as long as a customer does; the round goes on after that.
    pub(super) async fn wait_for(&self, round: JoinHandle<()>) {
        if let Ok(Err(gone)) = tokio::time::timeout(self.inner.knobs.customer_wait, round).await {
            tracing::error!(%gone, "a push ended abnormally; its lease will free the order");
        }
    }

    /// At most two attempts within the customer's wait.
    async fn live_round(&self, first: Claim, place: Place, wanted: bool) {
        let _waiting = self.inner.places.customer_waits();
        let knobs = &self.inner.knobs;
        let until_ms = self.inner.clock.now_ms() + knobs.customer_wait.as_millis() as i64;
        let key = first.key.clone();
        let (mut claim, mut place) = (first, place);
        for attempt in 1..=knobs.live_attempts {
            let first = attempt == 1;
            // What a customer asks for makes nobody wait longer.
            let new_round = first && !wanted;
            let asked = wanted && first;
            let Some(end) = self.attempt(&claim, place, new_round, asked).await else {
                return;
            };
            let now_ms = self.inner.clock.now_ms();
            // A breaker that opened is not cured by half a second.
            let hopeless = self.inner.breaker.is_open(self.inner.clock.passed_ms());
            if !end.state.is_tried_again() || attempt == knobs.live_attempts || hopeless {
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
            match self.inner.places.for_customer(knobs).await {
                Some(next) => place = next,
                None => return,
            }
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
