//! A live round: what is tried while a customer waits.

use super::{Place, Push};
use crate::journal::{Claim, Standing};
use tokio::task::JoinHandle;

impl Push {
    /// `wanted`: a customer asked for this very round.
    pub(super) fn spawn_live_round(
        &self,
        claim: Claim,
        place: Place,
        wanted: bool,
    ) -> JoinHandle<Option<Standing>> {
        let push = self.clone();
        self.inner
            .tasks
            .spawn(async move { push.live_round(claim, place, wanted).await })
    }

    /// Waits for a round as long as a customer does; the round goes on after that. Gives where the order stood at
    /// its end, where that is known.
    pub(super) async fn wait_for(&self, round: JoinHandle<Option<Standing>>) -> Option<Standing> {
        match tokio::time::timeout(self.inner.knobs.customer_wait, round).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(gone)) => {
                tracing::error!(%gone, "a push ended abnormally; its lease will free the order");
                None
            }
            Err(_) => None,
        }
    }

    /// At most two attempts within the customer's wait. Gives where the order stands after the last of them, unless
    /// somebody else has it by then or nothing could be written down.
    async fn live_round(&self, first: Claim, place: Place, wanted: bool) -> Option<Standing> {
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
            let end = self.attempt(&claim, place, new_round, asked).await?;
            let now_ms = self.inner.clock.now_ms();
            // A breaker that opened is not cured by half a second.
            let hopeless = self.inner.breaker.is_open(self.inner.clock.passed_ms());
            let is_over = !end.standing.state.is_tried_again();
            if is_over || attempt == knobs.live_attempts || hopeless {
                return Some(end.standing);
            }
            let pause = end
                .retry_after
                .unwrap_or_else(|| knobs.second_attempt_jitter.mul_f64(self.inner.dice.roll()));
            let left_ms = until_ms - now_ms - pause.as_millis() as i64;
            if left_ms < knobs.least_for_attempt.as_millis() as i64 {
                return Some(end.standing);
            }
            tokio::time::sleep(pause).await;
            match self.inner.places.for_customer(knobs).await {
                Some(next) => place = next,
                None => return Some(end.standing),
            }
            match self.claim_now(&key, &claim.session_id).await {
                Ok(Some(next)) => claim = next,
                Ok(None) => return None,
                Err(error) => {
                    tracing::error!(%error, key, "the journal did not take a second attempt");
                    return None;
                }
            }
        }
        None
    }
}
