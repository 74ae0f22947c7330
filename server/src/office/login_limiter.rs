//! How often signing in may fail: a person who mistypes stays below it, a script does not. Only
//! failures count, and in a browser where somebody signed in before, only those of that browser.

use crate::net::counted;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// One name from one address.
    NameThere(String, Option<IpAddr>),
    /// One name from everywhere, so that many addresses together learn nothing either.
    Name(String),
    /// One address, whatever names it tries: a whole shop can be behind it.
    Address(IpAddr),
    /// A browser or session of somebody who signed in, and the name.
    Known(String, String),
}

impl Key {
    /// Failures that are free, and how many more there may be in a minute.
    fn quota(&self) -> (f64, f64) {
        match self {
            Self::NameThere(..) | Self::Known(..) => (10.0, 2.0),
            Self::Name(..) => (60.0, 6.0),
            Self::Address(..) => (40.0, 12.0),
        }
    }
}

/// What is left for a key.
struct Left {
    failures: f64,
    at: Instant,
}

impl Left {
    fn now(&mut self, (free, per_minute): (f64, f64), now: Instant) -> &mut f64 {
        let minutes = (now - self.at).as_secs_f64() / 60.0;
        self.failures = (self.failures + minutes * per_minute).min(free);
        self.at = now;
        &mut self.failures
    }
}

/// Keys that are remembered before those at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// The counters. Clones are one.
#[derive(Clone, Default)]
pub(super) struct LoginLimiter(Arc<Mutex<HashMap<Key, Left>>>);

/// A try under way. It counts as failed until it says that it went well: many at once are no way around.
pub(super) struct Attempt {
    limiter: LoginLimiter,
    keys: Vec<Key>,
}

impl LoginLimiter {
    /// A try with this name from this address; `known` is the token of a browser or session of theirs.
    ///
    /// # Errors
    /// How long to wait, where too many failed.
    pub fn attempt(
        &self,
        name: &str,
        from: Option<IpAddr>,
        known: Option<&str>,
    ) -> Result<Attempt, Duration> {
        self.attempt_at(Instant::now(), name, from, known)
    }

    fn attempt_at(
        &self,
        now: Instant,
        name: &str,
        from: Option<IpAddr>,
        known: Option<&str>,
    ) -> Result<Attempt, Duration> {
        let name: String = name.trim().to_ascii_lowercase().chars().take(64).collect();
        let keys = match known {
            Some(token) => vec![Key::Known(token.to_owned(), name)],
            None => {
                let from = from.and_then(counted);
                let address = from.map(Key::Address);
                let names = [Key::NameThere(name.clone(), from), Key::Name(name)];
                address.into_iter().chain(names).collect()
            }
        };
        let mut counters = self.counters();
        if counters.len() > REMEMBERED {
            counters.retain(|key, left| *left.now(key.quota(), now) < key.quota().0);
        }
        // All of them or none: who is refused has not tried.
        let mut wait: f64 = 0.0;
        for key in &keys {
            let (free, per_minute) = key.quota();
            if let Some(left) = counters.get_mut(key) {
                let lacking = 1.0 - *left.now((free, per_minute), now);
                wait = wait.max(lacking / per_minute * 60.0);
            }
        }
        if wait > 0.0 {
            return Err(Duration::from_secs_f64(wait.ceil()));
        }
        for key in &keys {
            let full = Left {
                failures: key.quota().0,
                at: now,
            };
            counters.entry(key.clone()).or_insert(full).failures -= 1.0;
        }
        Ok(Attempt {
            limiter: self.clone(),
            keys,
        })
    }

    fn counters(&self) -> MutexGuard<'_, HashMap<Key, Left>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// The password was right, or nobody looked at it: nothing is counted.
    pub fn take_back(self) {
        let mut counters = self.limiter.counters();
        for key in &self.keys {
            if let Some(left) = counters.get_mut(key) {
                left.failures += 1.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries that fail, until they are refused or there were so many.
    fn failures(limiter: &LoginLimiter, name: &str, from: &str, most: usize) -> usize {
        let from = Some(from.parse().unwrap());
        let tries = (0..most).take_while(|_| limiter.attempt(name, from, None).is_ok());
        tries.count()
    }

    #[test]
    fn guessing_is_slowed_down_by_name_and_by_address() {
        let limiter = LoginLimiter::default();
        assert_eq!(failures(&limiter, "Robin", "203.0.113.1", 99), 10);
        assert_eq!(failures(&limiter, " robin ", "203.0.113.1", 99), 0);
        // Somebody else there, and the same person elsewhere, are not held up.
        assert_eq!(failures(&limiter, "ash", "203.0.113.1", 1), 1);
        assert_eq!(failures(&limiter, "robin", "203.0.113.2", 1), 1);
        let many = (0..99).filter(|n| failures(&limiter, &format!("n{n}"), "203.0.113.1", 1) == 1);
        assert_eq!(many.count(), 40 - 11);
        let spread =
            (3..200).filter(|n| failures(&limiter, "robin", &format!("203.0.113.{n}"), 1) == 1);
        assert_eq!(spread.count(), 60 - 11);
        // The machine itself is no address that is counted, its names are.
        assert_eq!(failures(&limiter, "kim", "127.0.0.1", 99), 10);
        let later = Instant::now() + Duration::from_secs(60);
        let more = (0..99).take_while(|_| limiter.attempt_at(later, "kim", None, None).is_ok());
        assert_eq!(more.count(), 2);
    }

    #[test]
    fn who_knows_the_password_is_never_counted() {
        let limiter = LoginLimiter::default();
        for _ in 0..100 {
            limiter.attempt("robin", None, None).unwrap().take_back();
        }
        assert_eq!(failures(&limiter, "robin", "203.0.113.1", 7), 7);
        let from = Some("203.0.113.1".parse().unwrap());
        limiter.attempt("robin", from, None).unwrap().take_back();
    }

    #[test]
    fn many_at_once_are_as_many_as_one_after_the_other() {
        let limiter = LoginLimiter::default();
        let under_way: Vec<_> = (0..99)
            .filter_map(|_| limiter.attempt("robin", None, None).ok())
            .collect();
        assert_eq!(under_way.len(), 10);
    }

    #[test]
    fn strangers_do_not_keep_a_known_browser_out() {
        let limiter = LoginLimiter::default();
        for n in 0..250 {
            failures(&limiter, "robin", &format!("203.0.113.{n}"), 99);
        }
        let from = Some("203.0.113.1".parse().unwrap());
        assert!(limiter.attempt("robin", from, None).is_err());
        let known = |token| limiter.attempt("robin", from, Some(token));
        assert!((0..10).all(|_| known("hers").is_ok()));
        // Nor is a stolen browser a way to guess for ever.
        let wait = known("hers").err().unwrap();
        assert_eq!(wait, Duration::from_secs(30));
        let later = Instant::now() + wait;
        assert!(
            limiter
                .attempt_at(later, "robin", from, Some("hers"))
                .is_ok()
        );
    }
}
