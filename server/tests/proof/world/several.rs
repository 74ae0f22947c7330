//! Cases side by side.

use crate::world::block_on;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// They mostly wait.
const AT_ONCE: usize = 6;

/// Plays all cases, a few at a time; gives those that failed. What each said stands in the output.
pub fn failing<C: Copy + Debug + Sync>(cases: &[C], play: impl AsyncFn(C) + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
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
