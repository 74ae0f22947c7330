//! Playing many cases, a few at a time.

use super::case::Case;
use super::scenario::{MOST, play};
use crate::world::block_on;
use crate::world::template::Template;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Cases at a time: they mostly wait.
const AT_ONCE: usize = 6;
/// More failures than a person reads.
const ENOUGH: usize = 20;

/// What became of many cases.
pub struct Done {
    pub cases: usize,
    /// Not tried, because the time was up.
    pub left: usize,
    /// Cases of which not every act happened.
    pub unreached: Vec<String>,
    failed: Vec<String>,
    took: Duration,
}

impl Done {
    pub fn must_be_well(&self) {
        let failed = self.failed.join("\n\n");
        assert!(
            self.failed.is_empty(),
            "{} cases failed:\n{failed}",
            self.failed.len()
        );
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cases in {:.1} s, {} failed, {} left for want of time, {} did not reach every point",
            self.cases,
            self.took.as_secs_f64(),
            self.failed.len(),
            self.left,
            self.unreached.len(),
        )
    }
}

/// Plays cases until all are done or the time is up.
pub fn all(template: &Template, cases: &[Case], time: Option<Duration>) -> Done {
    let began = Instant::now();
    let engine = template.engine_word();
    let next = AtomicUsize::new(0);
    let played = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let unreached = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(cases.len()) {
            scope.spawn(|| {
                loop {
                    let time_is_up = time.is_some_and(|time| began.elapsed() > time);
                    let enough = failed.lock().unwrap().len() >= ENOUGH;
                    let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) else {
                        return;
                    };
                    if time_is_up || enough {
                        return;
                    }
                    match one(template, case) {
                        Ok(happened) if happened < case.acts.len() => {
                            unreached.lock().unwrap().push(format!("{engine} {case}"));
                        }
                        Ok(_) => {}
                        Err(wrong) => {
                            let told = format!("PROOF_CASE=\"{engine} {case}\"\n  {wrong}");
                            eprintln!("{told}");
                            failed.lock().unwrap().push(told);
                        }
                    }
                    played.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    let unreached = unreached.into_inner().unwrap();
    let played = played.into_inner();
    Done {
        cases: played,
        left: cases.len() - played,
        unreached,
        failed: failed.into_inner().unwrap(),
        took: began.elapsed(),
    }
}

fn one(template: &Template, case: &Case) -> Result<usize, String> {
    let played = catch_unwind(AssertUnwindSafe(|| {
        block_on(async { tokio::time::timeout(MOST, play(template, case)).await })
    }));
    match played {
        Ok(Ok(Ok(happened))) => Ok(happened),
        Ok(Ok(Err(wrong))) => Err(wrong.join("\n  ")),
        Ok(Err(_)) => Err(format!("did not end within {MOST:?}")),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panicked: {}", said.unwrap_or_default()))
        }
    }
}
