//! How often orders may be submitted and retried: each order, and all orders of one address.

use crate::net::counted;
use governor::clock::DefaultClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// One order: a customer who clicks as fast as a hand can stays below it, a script does not.
const ORDER: Quota = quota(2, 100);
/// One address: many customers can be behind it (an office, a mobile network), so it only slows down
/// who fills the journal and reserves the stock by script.
const ADDRESS: Quota = quota(5, 300);
/// Orders or addresses that are remembered before the ones at rest are forgotten.
const REMEMBERED: usize = 10_000;

const fn quota(per_second: u32, burst: u32) -> Quota {
    match (NonZeroU32::new(per_second), NonZeroU32::new(burst)) {
        (Some(per_second), Some(burst)) => Quota::per_second(per_second).allow_burst(burst),
        (None, _) | (_, None) => panic!("a limit of nothing"),
    }
}

/// A limit on each of many keys.
pub(crate) type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, NoOpMiddleware>;

/// The counters. Clones share them.
#[derive(Clone)]
pub struct Limits(Arc<Counters>);

struct Counters {
    /// By receipt: the order that is tried, whoever tries it.
    orders: Keyed<String>,
    addresses: Keyed<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self(Arc::new(Counters {
            orders: RateLimiter::keyed(ORDER),
            addresses: RateLimiter::keyed(ADDRESS),
        }))
    }
}

/// What was tried too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooOften {
    Order,
    Address,
}

impl Limits {
    /// May this receipt's order be tried once more now, from this address?
    ///
    /// # Errors
    /// [`TooOften`] says which of the two limits is reached.
    pub fn check(&self, receipt: &str, from: Option<IpAddr>) -> Result<(), TooOften> {
        let receipt: String = receipt.chars().take(64).collect();
        if !allow(&self.0.orders, &receipt) {
            return Err(TooOften::Order);
        }
        match from.and_then(counted) {
            Some(address) if !allow(&self.0.addresses, &address) => Err(TooOften::Address),
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether one more is within the limit of this key; counts it.
pub(crate) fn allow<K: Hash + Eq + Clone>(counter: &Keyed<K>, key: &K) -> bool {
    if counter.len() > REMEMBERED {
        counter.retain_recent();
    }
    counter.check_key(key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_clicks_are_fine_and_a_flood_is_not() {
        let limits = Limits::default();
        assert!((0..50).all(|_| limits.check("a", None).is_ok()));
        let flood: Vec<_> = (0..1000).map(|_| limits.check("a", None)).collect();
        assert!(flood.contains(&Err(TooOften::Order)));
        assert!(limits.check("b", None).is_ok());
    }

    #[test]
    fn one_address_cannot_fill_the_journal_with_many_orders() {
        let limits = Limits::default();
        let order = |n: u32, from: &str| limits.check(&n.to_string(), Some(from.parse().unwrap()));
        assert!((0..200).all(|n| order(n, "203.0.113.9").is_ok()));
        assert!((200..2000).any(|n| order(n, "203.0.113.9") == Err(TooOften::Address)));
        assert!(order(2000, "203.0.113.10").is_ok());
        // The addresses of one household are one.
        assert!(!(2001..4000).all(|n| order(n, &format!("2001:db8::{n:x}")).is_ok()));
        assert!(order(4000, "2001:db8:0:1::1").is_ok());
        // An undeclared proxy on this machine.
        assert!((5000..7000).all(|n| order(n, "127.0.0.1").is_ok()));
    }
}
