//! Cases side by side.

use crate::world::block_on;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many of most cases: they mostly wait.
pub const AT_ONCE: usize = 6;

/// Plays all cases, so many at once; gives those that failed. What each said stands in the output.
pub fn failing<C: Copy + Debug + Sync>(
    cases: &[C],
    at_once: usize,
    play: impl AsyncFn(C) + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let played = catch_unwind(AssertUnwindSafe(|| block_on(play(*case))));
                    if played.is_err() {
                        failed.lock().unwrap().push(format!("{case:?}"));
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap()
}
