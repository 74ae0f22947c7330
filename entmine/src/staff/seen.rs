//! When sessions were last seen, as this process knows it. It is written down now and then, and pages
//! never wait for that: a full disk or a busy writer keeps nobody from looking.

use super::SESSION_IDLE_MS;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sessions that are remembered before the ended ones are forgotten.
const REMEMBERED: usize = 1_000;

/// By the hash of the session's token, in milliseconds since 1970 UTC.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<String, i64>>);

impl Seen {
    fn times(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a session was last seen, which is written down as `written_ms`.
    pub(super) fn last(&self, hash: &str, written_ms: i64) -> i64 {
        let seen_ms = self.times().get(hash).copied();
        seen_ms.map_or(written_ms, |seen_ms| seen_ms.max(written_ms))
    }

    /// A session was seen.
    pub(super) fn now(&self, hash: &str, now_ms: i64) {
        let mut times = self.times();
        if times.len() >= REMEMBERED {
            times.retain(|_, seen_ms| now_ms - *seen_ms < SESSION_IDLE_MS);
        }
        times.insert(hash.to_owned(), now_ms);
    }
}
