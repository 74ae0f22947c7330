//! Time as a parameter, so that tests decide what time it is.

use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time of the day.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that may ask
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// A clock that tests set.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `now_ms` until it is moved.
    pub fn at(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Moves the clock on.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// RFC 3339 in UTC with seconds, for example `2026-11-22T21:00:00Z`.
pub(crate) fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| {
            let seconds = jiff::Timestamp::from_second(time.as_second()).unwrap_or(time);
            seconds.to_string()
        })
        .unwrap_or_default()
}
