//! Time as a parameter, so that tests decide what time it is.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Tells the time of the day.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;

    /// Milliseconds that have passed since some moment in this process. Nobody sets them back, so they
    /// are for what has to wait for a while, whatever happens to the time of the day.
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
    fn passed_ms(&self) -> i64 {
        static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGIN.elapsed().as_millis() as i64
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// The clock of a database server, by which replicas on several machines agree about leases. It is
/// the machine's clock, corrected by a difference that [`crate::Database::set_clock`] measures.
#[derive(Debug, Default)]
pub(crate) struct ServerClock {
    ahead_ms: AtomicI64,
}

impl ServerClock {
    /// Takes over the server's time as it was when the machine's clock said `local_ms`.
    pub fn correct(&self, server_ms: i64, local_ms: i64) {
        self.ahead_ms.store(server_ms - local_ms, Ordering::SeqCst);
    }
}

impl Clock for ServerClock {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.ahead_ms.load(Ordering::SeqCst)
    }
}

/// A clock that tests set.
#[derive(Debug)]
pub struct ManualClock {
    now_ms: AtomicI64,
    passed_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `now_ms` until it is moved.
    pub fn at(now_ms: i64) -> Self {
        Self {
            now_ms: AtomicI64::new(now_ms),
            passed_ms: AtomicI64::new(0),
        }
    }

    /// Moves the clock: forward as time passes, or back as somebody sets it.
    pub fn advance(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
        self.passed_ms.fetch_add(ms.max(0), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn passed_ms(&self) -> i64 {
        self.passed_ms.load(Ordering::SeqCst)
    }
}
