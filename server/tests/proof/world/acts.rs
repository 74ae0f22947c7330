//! What is made to happen at the points of an order's way.

use super::process::Life;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wizastore::{Action, Points};

/// Longer than an attempt may take, shorter than its customer waits.
const DELAY: Duration = Duration::from_millis(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// The process dies there.
    Kill,
    /// The step fails there.
    Error,
    /// The step takes longer there than an attempt may.
    Delay,
}

impl What {
    pub const ALL: [Self; 3] = [Self::Kill, Self::Error, Self::Delay];
}

/// What happens at the `nth` passage of a point. Written `store.journal.commit=kill@1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Act {
    pub point: String,
    pub what: What,
    pub nth: u32,
}

impl Act {
    pub fn new(point: &str, what: What, nth: u32) -> Self {
        Self {
            point: point.to_owned(),
            what,
            nth,
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Kill => "kill",
            What::Error => "error",
            What::Delay => "delay",
        };
        write!(f, "{}={what}@{}", self.point, self.nth)
    }
}

impl FromStr for Act {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = || {
            let (point, rest) = text.split_once('=')?;
            let (what, nth) = rest.split_once('@')?;
            let what = match what {
                "kill" => What::Kill,
                "error" => What::Error,
                "delay" => What::Delay,
                _ => return None,
            };
            Some(Self::new(point, what, nth.parse().ok()?))
        };
        parts().ok_or_else(|| format!("{text} is no act such as store.journal.commit=kill@1"))
    }
}

/// The acts of one case.
#[derive(Default)]
pub struct Acts(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    armed: bool,
    /// What makes the points of `next` reachable: each happens once.
    first: Vec<(Act, u32)>,
    /// One after the other: the second is only waited for after the first has happened.
    next: VecDeque<Act>,
    passed: u32,
    happened: usize,
    /// Is told every point that is passed.
    watch: Option<Arc<Watch>>,
}

type Watch = dyn Fn(&str) -> Option<What> + Send + Sync;

impl Acts {
    /// `watch` is told every point while it is armed, and says what happens there. What it does itself
    /// is done before anything goes on from the point.
    pub fn watched(watch: impl Fn(&str) -> Option<What> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Inner {
            watch: Some(Arc::new(watch)),
            ..Inner::default()
        })))
    }

    pub fn new(first: Vec<Act>, next: Vec<Act>) -> Arc<Self> {
        let inner = Inner {
            first: first.into_iter().map(|act| (act, 0)).collect(),
            next: next.into(),
            ..Inner::default()
        };
        Arc::new(Self(Mutex::new(inner)))
    }

    /// From now on something happens, or nothing any more.
    pub fn arm(&self, armed: bool) {
        self.0.lock().unwrap().armed = armed;
    }

    /// How many of the case's acts have happened.
    pub fn happened(&self) -> usize {
        self.0.lock().unwrap().happened
    }

    /// The points of a process that lives its `life`.
    pub fn points(self: &Arc<Self>, life: Arc<Life>) -> Points {
        let acts = self.clone();
        Points::new(move |point| {
            // Nothing of a dead process goes on.
            if life.is_over() {
                return Action::Halt;
            }
            match acts.told(point).or_else(|| acts.at(point)) {
                None => Action::Go,
                Some(What::Error) => Action::Fail,
                Some(What::Delay) => Action::Delay(DELAY),
                Some(What::Kill) => {
                    life.end();
                    Action::Halt
                }
            }
        })
    }

    fn told(&self, point: &str) -> Option<What> {
        let watch = {
            let inner = self.0.lock().unwrap();
            inner.watch.clone().filter(|_| inner.armed)
        };
        watch?(point)
    }

    fn at(&self, point: &str) -> Option<What> {
        let inner = &mut *self.0.lock().unwrap();
        if !inner.armed {
            return None;
        }
        if let Some(act) = inner.next.front()
            && act.point == point
        {
            inner.passed += 1;
            if inner.passed == act.nth {
                inner.passed = 0;
                inner.happened += 1;
                return inner.next.pop_front().map(|act| act.what);
            }
        }
        // Several may be of one point: each counts its passages.
        let mut happens = None;
        for (act, passed) in inner.first.iter_mut().filter(|(act, _)| act.point == point) {
            *passed += 1;
            if *passed == act.nth {
                happens = Some(act.what);
            }
        }
        happens
    }
}
