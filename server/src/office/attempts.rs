//! How often signing in may be tried: a person who mistypes stays below it, a script does not.

use crate::http::limits::{Keyed, allow, counted};
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// One name from one address: then two a minute.
const NAME_THERE: Quota = quota(2, 8);
/// One name from everywhere, so that many addresses together learn nothing either. Higher, because
/// whoever wants to keep somebody out could use it up.
const NAME: Quota = quota(6, 60);
/// One address, whatever names it tries: a whole shop can be behind it.
const ADDRESS: Quota = quota(12, 40);

const fn quota(per_minute: u32, burst: u32) -> Quota {
    match (NonZeroU32::new(per_minute), NonZeroU32::new(burst)) {
        (Some(per_minute), Some(burst)) => Quota::per_minute(per_minute).allow_burst(burst),
        (None, _) | (_, None) => panic!("a limit of nothing"),
    }
}

/// The counters. Clones share them.
#[derive(Clone)]
pub(super) struct Attempts(Arc<Counters>);

struct Counters {
    names_there: Keyed<(String, Option<IpAddr>)>,
    names: Keyed<String>,
    addresses: Keyed<IpAddr>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self(Arc::new(Counters {
            names_there: RateLimiter::keyed(NAME_THERE),
            names: RateLimiter::keyed(NAME),
            addresses: RateLimiter::keyed(ADDRESS),
        }))
    }
}

impl Attempts {
    /// May somebody try to sign in once more now, with this name and from this address?
    pub fn may(&self, name: &str, from: Option<IpAddr>) -> bool {
        let name: String = name.trim().to_ascii_lowercase().chars().take(64).collect();
        let from = from.and_then(counted);
        let here = from.is_none_or(|address| allow(&self.0.addresses, &address));
        here && allow(&self.0.names_there, &(name.clone(), from)) && allow(&self.0.names, &name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slowed_down_by_name_and_by_address() {
        let attempts = Attempts::default();
        let from = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert!((0..8).all(|_| attempts.may("Robin", from("203.0.113.1"))));
        assert!(!attempts.may(" robin ", from("203.0.113.1")));
        // Somebody else there, and the same person elsewhere, are not held up.
        assert!(attempts.may("ash", from("203.0.113.1")));
        assert!(attempts.may("robin", from("203.0.113.2")));
        let many = (0..200).filter(|n| attempts.may(&format!("n{n}"), from("203.0.113.1")));
        assert!(many.count() < 60);
        let spread = (3..200).filter(|n| attempts.may("robin", from(&format!("203.0.113.{n}"))));
        assert!(spread.count() < 80);
        // The machine itself is no address that is counted, its names are.
        assert!((0..8).all(|_| attempts.may("kim", from("127.0.0.1"))));
        assert!(!attempts.may("kim", from("127.0.0.1")));
    }
}
