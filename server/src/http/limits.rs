//! How often one order may be submitted or retried.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;

/// A customer who clicks as fast as a hand can stays below it; a script does not.
const BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
const PER_SECOND: NonZeroU32 = NonZeroU32::new(2).expect("not zero");
/// Receipts that are remembered before the ones at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts by receipt: the order that is tried, whoever tries it.
#[derive(Clone)]
pub struct Limits(Arc<DefaultKeyedRateLimiter<String>>);

impl Default for Limits {
    fn default() -> Self {
        Self(Arc::new(RateLimiter::keyed(
            Quota::per_second(PER_SECOND).allow_burst(BURST),
        )))
    }
}

impl Limits {
    /// May this receipt's order be tried once more now?
    pub fn allow(&self, receipt: &str) -> bool {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        let key: String = receipt.chars().take(64).collect();
        self.0.check_key(&key).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn fifty_clicks_are_fine_and_a_flood_is_not() {
        let limits = Limits::default();
        assert!((0..50).all(|_| limits.allow("a")));
        assert!(!(0..1000).all(|_| limits.allow("a")));
        assert!(limits.allow("b"));
    }
}
