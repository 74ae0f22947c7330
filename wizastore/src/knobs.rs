//! The numbers that decide how long things take, each with its reason.

use std::time::Duration;

/// Time limits and schedules of the push. `Default` is what a shop should run with.
#[derive(Clone, Debug)]
pub struct Knobs {
    /// The customer waits at most this long. Past ten seconds people give up and click again, and
    /// the browser gives up by itself; the work goes on.
    pub customer_wait: Duration,
    /// One attempt in all, not per read. Two of them and a pause fit into `customer_wait`.
    pub attempt: Duration,
    /// Attempts inside the customer's wait.
    pub live_attempts: u32,
    /// A further attempt is only begun with this much of the wait left: half an attempt, in which
    /// an EntMine that is well answers a hundred times over.
    pub least_for_attempt: Duration,
    /// The second attempt waits a random time up to this, so that a burst that failed together
    /// does not come back together.
    pub second_attempt_jitter: Duration,
    /// An attempt owns its order this long. Well beyond `attempt`, so that a lease only runs out
    /// when its process is gone.
    pub lease: Duration,
    /// Background rounds: the waits after the first, second … unsuccessful round; the last one
    /// repeats for ever. Varied by ± 50 %.
    pub background: Vec<Duration>,
    /// Pushes under way at once in this process: beyond it EntMine only gets slower.
    pub places: usize,
    /// How long a customer's push waits for a place before its customer is told that the order is
    /// safe.
    pub place_wait: Duration,
    /// The breaker opens after so many failures in a row: two customers' rounds and one more.
    pub breaker_failures: u32,
    /// Or when half of the calls in this time fail, if they were at least `breaker_least`.
    pub breaker_window: Duration,
    pub breaker_least: usize,
    /// How long the breaker stays open at first; doubled with every probe that fails, up to
    /// `breaker_longest`, varied by ± 20 %.
    pub breaker_open: Duration,
    pub breaker_longest: Duration,
    /// While it is open a customer's *Try now* is a probe, at most once in this time in this process:
    /// often enough that a click is answered, seldom enough for an EntMine that comes up again.
    pub breaker_wanted: Duration,
    /// So many probes in a row must go well before it closes.
    pub breaker_probes: u32,
    /// Background pushes under way at once: enough to drain a backlog, few enough to leave EntMine
    /// to the customers who wait.
    pub background_places: usize,
    /// How often the background looks for what is due when nobody wakes it.
    pub background_tick: Duration,
    /// A background push lets customers' pushes go first, but waits for them no longer than this.
    pub background_yield: Duration,
    /// How often the store compares its journal with EntMine's orders.
    pub reconcile_every: Duration,
    /// An order that is open for longer raises an alert: EntMine honours its price until then.
    pub alert_after: Duration,
    /// How long a product page waits for its stock: people do not notice less than a third of a
    /// second.
    pub stock_wait: Duration,
    /// Carts that nobody touched for so long go: long enough to sleep on it until the next wage, and what was typed
    /// at a checkout is nobody's business for longer.
    pub cart_idle: Duration,
    /// A session that has orders is kept for so long after its browser was last here, and its cookie with it: who
    /// buys once a year still finds the last order, and browsers keep cookies for little longer (400 days,
    /// <https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html>).
    pub session_kept: Duration,
    /// What was tried for an order that has ended, the e-mails about it, and the customer's data of one that EntMine
    /// never had, are known for so long: over a year, because people and accounts ask about the year before.
    pub history_kept: Duration,
}

impl Default for Knobs {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self {
            customer_wait: Duration::from_secs(8),
            attempt: Duration::from_secs(3),
            live_attempts: 2,
            least_for_attempt: Duration::from_millis(1500),
            second_attempt_jitter: Duration::from_millis(500),
            lease: Duration::from_secs(20),
            background: vec![
                Duration::from_secs(5),
                Duration::from_secs(15),
                Duration::from_secs(30),
                minutes(1),
                minutes(2),
                minutes(5),
                minutes(10),
                minutes(15),
            ],
            places: 32,
            place_wait: Duration::from_millis(250),
            breaker_failures: 5,
            breaker_window: Duration::from_secs(10),
            breaker_least: 10,
            breaker_open: Duration::from_secs(5),
            breaker_longest: Duration::from_secs(30),
            breaker_wanted: Duration::from_secs(3),
            breaker_probes: 2,
            background_places: 8,
            background_tick: Duration::from_secs(1),
            background_yield: Duration::from_millis(250),
            reconcile_every: minutes(1),
            alert_after: Duration::from_secs(72 * 3600),
            stock_wait: Duration::from_millis(300),
            cart_idle: Duration::from_secs(30 * 24 * 3600),
            session_kept: Duration::from_secs(365 * 24 * 3600),
            history_kept: Duration::from_secs(400 * 24 * 3600),
        }
    }
}

impl Knobs {
    /// The wait after so many unsuccessful rounds (from 1), varied with `dice` from 0 to 1.
    pub fn background_wait(&self, rounds: i64, dice: f64) -> Duration {
        let index = usize::try_from(rounds.max(1) - 1).unwrap_or(usize::MAX);
        let last = self.background.len().saturating_sub(1);
        let base = self
            .background
            .get(index.min(last))
            .copied()
            .unwrap_or(Duration::from_secs(900));
        base.mul_f64(0.5 + dice.clamp(0.0, 1.0))
    }
}

impl Knobs {
    /// No order has to wait for longer than this: one that seems to was written down before the
    /// clock was set back.
    pub(crate) fn longest_wait(&self) -> Duration {
        let longest = self.background.iter().max().copied().unwrap_or_default();
        // Varied by half, or `Retry-After`, whose longest is the same.
        longest.mul_f64(1.5).max(Duration::from_secs(900))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_grows_and_never_gives_up() {
        let knobs = Knobs::default();
        assert_eq!(knobs.background_wait(1, 0.5), Duration::from_secs(5));
        assert_eq!(knobs.background_wait(2, 0.0), Duration::from_millis(7500));
        assert_eq!(
            knobs.background_wait(1_000_000, 0.5),
            Duration::from_secs(900)
        );
    }

    #[test]
    fn two_attempts_fit_into_the_customers_wait() {
        let knobs = Knobs::default();
        let both = knobs.attempt * knobs.live_attempts + knobs.second_attempt_jitter;
        assert!(both < knobs.customer_wait);
    }
}
