//! Virtual time: it moves on only when nothing is left to do.

use crate::Clock;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::runtime::Builder;
use tokio::time::Instant;

/// 2026-11-22T21:00:00Z, when every simulation begins.
const BEGIN_MS: i64 = 1_795_381_200_000;

/// Runs a simulation on a runtime of its own, which has one thread: there the database's statements are
/// plain calls, so that a seed runs the same way each time.
pub fn run<F: Future>(simulation: F) -> F::Output {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let out = runtime.block_on(simulation);
    runtime.shutdown_background();
    out
}

/// A replica's clock: virtual time, and how far this one is off.
#[derive(Debug)]
pub struct SimClock {
    begin: Instant,
    off_ms: AtomicI64,
}

impl SimClock {
    pub fn new(begin: Instant) -> Self {
        Self {
            begin,
            off_ms: AtomicI64::new(0),
        }
    }

    pub fn set_off(&self, ms: i64) {
        self.off_ms.store(ms, Ordering::SeqCst);
    }

    /// Virtual milliseconds since the simulation began.
    pub fn begun_ms(&self) -> i64 {
        self.begin.elapsed().as_millis() as i64
    }

    pub fn true_ms(&self) -> i64 {
        BEGIN_MS + self.begun_ms()
    }
}

impl Clock for SimClock {
    fn now_ms(&self) -> i64 {
        self.true_ms() + self.off_ms.load(Ordering::SeqCst)
    }

    fn passed_ms(&self) -> i64 {
        self.begun_ms()
    }
}
