//! What the writer did, and what it is at.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// What the writer did since it was opened.
pub(crate) struct Counts {
    pub commits: AtomicU64,
    pub steps: AtomicU64,
    opened: Instant,
    /// When it last committed, and when it began what it is at work on, in milliseconds since
    /// `opened`; 0 for never and nothing.
    committed_ms: AtomicU64,
    began_ms: AtomicU64,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            commits: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            opened: Instant::now(),
            committed_ms: AtomicU64::new(0),
            began_ms: AtomicU64::new(0),
        }
    }
}

impl Counts {
    fn now_ms(&self) -> u64 {
        1 + u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX - 1)
    }

    fn since(&self, ms: &AtomicU64) -> Option<Duration> {
        let ms = ms.load(Ordering::Relaxed);
        (ms > 0).then(|| Duration::from_millis(self.now_ms().saturating_sub(ms)))
    }

    /// How long ago the last commit was; nothing where there was none, or work failed since.
    pub fn since_commit(&self) -> Option<Duration> {
        self.since(&self.committed_ms)
    }

    /// How long the writer has been at what it does now.
    pub fn at_work_for(&self) -> Duration {
        self.since(&self.began_ms).unwrap_or_default()
    }

    pub fn begun(&self) {
        self.began_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    pub fn ended(&self, committed: bool) {
        self.began_ms.store(0, Ordering::Relaxed);
        let at = if committed { self.now_ms() } else { 0 };
        self.committed_ms.store(at, Ordering::Relaxed);
    }
}
