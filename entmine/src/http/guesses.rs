//! Wrong tokens of each address: whoever tries too many is not heard for a while. An address that gave a
//! right one lately is always heard, so that a stranger behind a store's proxy holds no store up.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Wrong tokens that are free: a store with an old secret asks every second.
const FREE: f64 = 100.0;
/// And then so many a minute.
const PER_MINUTE: f64 = 10.0;
/// How long an address is known by a right token.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// Addresses that are remembered before those at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// Whose request it is, in its extensions; whoever listens puts it there. Without it nothing is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

#[derive(Default)]
pub(super) struct Guesses(Mutex<HashMap<IpAddr, Tries>>);

struct Tries {
    left: f64,
    at: Instant,
    known_until: Option<Instant>,
}

impl Guesses {
    /// Looks at a token with `find`, unless its sender tried too many wrong ones.
    ///
    /// # Errors
    /// Nothing was looked at.
    pub fn look<T>(
        &self,
        client: Option<Client>,
        find: impl FnOnce() -> Option<T>,
    ) -> Result<Option<T>, TooMany> {
        self.look_at(Instant::now(), client, find)
    }

    fn look_at<T>(
        &self,
        now: Instant,
        client: Option<Client>,
        find: impl FnOnce() -> Option<T>,
    ) -> Result<Option<T>, TooMany> {
        let Some(Client(address)) = client else {
            return Ok(find());
        };
        let mut all = self.all();
        if all.len() > REMEMBERED {
            all.retain(|_, tries| tries.left(now) < FREE || tries.is_known(now));
        }
        let tries = all.entry(address).or_insert(Tries {
            left: FREE,
            at: now,
            known_until: None,
        });
        if !tries.is_known(now) && tries.left(now) < 1.0 {
            return Err(TooMany);
        }
        let found = find();
        match found {
            Some(_) => tries.known_until = Some(now + KNOWN_FOR),
            None => tries.left = (tries.left(now) - 1.0).max(0.0),
        }
        Ok(found)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<IpAddr, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Too many wrong tokens came from an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Tries {
    fn left(&mut self, now: Instant) -> f64 {
        let minutes = (now - self.at).as_secs_f64() / 60.0;
        self.left = (self.left + minutes * PER_MINUTE).min(FREE);
        self.at = now;
        self.left
    }

    fn is_known(&self, now: Instant) -> bool {
        self.known_until.is_some_and(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Option<Client> {
        Some(Client(text.parse().unwrap()))
    }

    #[test]
    fn whoever_guesses_is_not_heard_for_a_while_and_a_store_always_is() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        let (stranger, store) = (client("203.0.113.9"), client("198.51.100.1"));
        let wrong = |now, from| guesses.look_at(now, from, || None::<()>);
        let right = |now, from| guesses.look_at(now, from, || Some(()));
        assert!((0..100).all(|_| wrong(now, stranger) == Ok(None)));
        assert_eq!(wrong(now, stranger), Err(TooMany));
        // Even a lucky guess is not looked at.
        assert_eq!(right(now, stranger), Err(TooMany));
        assert_eq!(right(now, store), Ok(Some(())));
        assert!((0..500).all(|_| wrong(now, store) == Ok(None)));
        assert_eq!(right(now, store), Ok(Some(())));
        let later = now + Duration::from_secs(60);
        assert_eq!(
            (0..99).filter(|_| wrong(later, stranger).is_ok()).count(),
            10
        );
        assert!((0..500).all(|_| wrong(now, None) == Ok(None)));
    }
}
