//! The circuit breaker: an EntMine that fails is left alone for a while, and customers are told
//! at once that their order is safe instead of waiting for what will not come. A customer who asks for a
//! try all the same gets one, now and then. Its times are those of [`database::Clock::passed_ms`]: a
//! clock that is set back keeps nobody out.

use crate::Knobs;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// May a call be made now?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Yes,
    /// Yes, and what becomes of it decides whether others may follow.
    Probe,
    /// Not before this time.
    NotBefore(i64),
}

#[derive(Debug)]
enum Position {
    Closed {
        failures_in_a_row: u32,
        /// Time and success of the calls within the window.
        calls: VecDeque<(i64, bool)>,
    },
    Open {
        until_ms: i64,
        /// How long it was opened for, without the variation.
        for_ms: i64,
    },
    HalfOpen {
        /// When the probe under way began. A probe that never ends does not hold the breaker for
        /// ever.
        probe_since: Option<i64>,
        went_well: u32,
        for_ms: i64,
        /// The probe was a customer's, who did not wait: if it fails it is open until then, as before.
        /// Whoever clicks does not make others wait longer.
        else_until_ms: Option<i64>,
    },
}

/// One breaker for all the calls of a process.
pub(crate) struct Breaker(Mutex<Inner>);

struct Inner {
    position: Position,
    /// When somebody last asked for a probe and got one.
    wanted_at: Option<i64>,
    /// When EntMine last failed to answer.
    failed_at: Option<i64>,
}

impl Default for Breaker {
    fn default() -> Self {
        Self(Mutex::new(Inner {
            position: closed(),
            wanted_at: None,
            failed_at: None,
        }))
    }
}

fn closed() -> Position {
    Position::Closed {
        failures_in_a_row: 0,
        calls: VecDeque::new(),
    }
}

impl Breaker {
    /// Asks before a call. Whoever is admitted reports how it went. `wanted`: somebody asked for this
    /// very try.
    pub(crate) fn admit(&self, knobs: &Knobs, wanted: bool, now_ms: i64) -> Admission {
        let mut inner = self.inner();
        let may_want = may_want(&inner, knobs, wanted, now_ms);
        let Inner {
            position,
            wanted_at,
            ..
        } = &mut *inner;
        match position {
            Position::Closed { .. } => Admission::Yes,
            Position::Open { until_ms, .. } if now_ms < *until_ms && !may_want => {
                Admission::NotBefore(*until_ms)
            }
            Position::Open { until_ms, for_ms } => {
                let early = now_ms < *until_ms;
                if early {
                    *wanted_at = Some(now_ms);
                }
                *position = Position::HalfOpen {
                    probe_since: Some(now_ms),
                    went_well: 0,
                    for_ms: *for_ms,
                    else_until_ms: early.then_some(*until_ms),
                };
                Admission::Probe
            }
            Position::HalfOpen { probe_since, .. } => {
                let given_up = now_ms - 2 * millis(knobs.attempt);
                match probe_since {
                    Some(since) if *since > given_up => {
                        Admission::NotBefore(*since + millis(knobs.attempt))
                    }
                    Some(_) | None => {
                        *probe_since = Some(now_ms);
                        Admission::Probe
                    }
                }
            }
        }
    }

    /// For how long nothing is tried, where it is open.
    pub(crate) fn open_for(&self, now_ms: i64) -> Option<i64> {
        match &self.inner().position {
            Position::Open { until_ms, .. } if now_ms < *until_ms => Some(*until_ms - now_ms),
            Position::Open { .. } | Position::HalfOpen { .. } | Position::Closed { .. } => None,
        }
    }

    /// How long ago EntMine last failed to answer, in milliseconds.
    pub(crate) fn failed_ago(&self, now_ms: i64) -> Option<i64> {
        self.inner().failed_at.map(|at| (now_ms - at).max(0))
    }

    /// Would a call be refused now?
    pub(crate) fn is_open(&self, now_ms: i64) -> bool {
        match &self.inner().position {
            Position::Open { until_ms, .. } => now_ms < *until_ms,
            Position::HalfOpen { probe_since, .. } => probe_since.is_some(),
            Position::Closed { .. } => false,
        }
    }

    /// Would a call that somebody asks for be refused now?
    pub(crate) fn refuses_wanted(&self, knobs: &Knobs, now_ms: i64) -> bool {
        self.is_open(now_ms) && !may_want(&self.inner(), knobs, true, now_ms)
    }

    /// How a call went: whether EntMine answered it as it should. `dice` from 0 to 1 varies how
    /// long the breaker stays open.
    pub(crate) fn report(&self, went_well: bool, knobs: &Knobs, dice: f64, now_ms: i64) {
        let mut inner = self.inner();
        if !went_well {
            inner.failed_at = Some(now_ms);
        }
        let position = &mut inner.position;
        let open = |for_ms: i64| Position::Open {
            until_ms: now_ms + (for_ms as f64 * (0.8 + 0.4 * dice)) as i64,
            for_ms,
        };
        match position {
            Position::Closed {
                failures_in_a_row,
                calls,
            } => {
                *failures_in_a_row = if went_well { 0 } else { *failures_in_a_row + 1 };
                calls.push_back((now_ms, went_well));
                let since = now_ms - millis(knobs.breaker_window);
                calls.retain(|(at, _)| (since..=now_ms).contains(at));
                let failed = calls.iter().filter(|(_, well)| !well).count();
                let too_many = calls.len() >= knobs.breaker_least && 2 * failed >= calls.len();
                if *failures_in_a_row >= knobs.breaker_failures || too_many {
                    tracing::warn!("EntMine fails: it is left alone for a while");
                    *position = open(millis(knobs.breaker_open));
                }
            }
            // A call from before; the probe will tell.
            Position::Open { .. } => {}
            Position::HalfOpen {
                went_well: before,
                probe_since,
                for_ms,
                else_until_ms,
            } => {
                if !went_well {
                    let longer = (*for_ms * 2).min(millis(knobs.breaker_longest));
                    *position = match *else_until_ms {
                        Some(until_ms) if now_ms < until_ms => Position::Open {
                            until_ms,
                            for_ms: *for_ms,
                        },
                        Some(_) | None => open(longer),
                    };
                } else if *before + 1 >= knobs.breaker_probes {
                    tracing::info!("EntMine answers again");
                    *position = closed();
                } else {
                    *before += 1;
                    *probe_since = None;
                }
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody who asks for a try gets one although it is open: it may be a while since the last
/// one that did.
fn may_want(inner: &Inner, knobs: &Knobs, wanted: bool, now_ms: i64) -> bool {
    let open = matches!(inner.position, Position::Open { .. });
    let pause = millis(knobs.breaker_wanted);
    wanted && open && inner.wanted_at.is_none_or(|at| at + pause <= now_ms)
}

fn millis(duration: std::time::Duration) -> i64 {
    duration.as_millis() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(breaker: &Breaker, times: u32, now_ms: i64) {
        for _ in 0..times {
            breaker.report(false, &Knobs::default(), 0.5, now_ms);
        }
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_two_probes_close_it() {
        let (breaker, knobs) = (Breaker::default(), Knobs::default());
        fail(&breaker, 4, 0);
        assert_eq!(breaker.admit(&knobs, false, 0), Admission::Yes);
        fail(&breaker, 1, 0);
        assert_eq!(
            breaker.admit(&knobs, false, 4_999),
            Admission::NotBefore(5_000)
        );
        assert!(breaker.is_open(4_999));
        assert_eq!(breaker.admit(&knobs, false, 5_000), Admission::Probe);
        // One probe at a time.
        assert!(matches!(
            breaker.admit(&knobs, false, 5_001),
            Admission::NotBefore(_)
        ));
        breaker.report(true, &knobs, 0.5, 5_100);
        assert_eq!(breaker.admit(&knobs, false, 5_101), Admission::Probe);
        breaker.report(true, &knobs, 0.5, 5_200);
        assert_eq!(breaker.admit(&knobs, false, 5_201), Admission::Yes);
    }

    #[test]
    fn it_stays_open_twice_as_long_after_each_probe_that_fails_up_to_half_a_minute() {
        let (breaker, knobs) = (Breaker::default(), Knobs::default());
        fail(&breaker, 5, 0);
        let mut now_ms = 5_000;
        for expected in [10_000, 20_000, 30_000, 30_000] {
            assert_eq!(breaker.admit(&knobs, false, now_ms), Admission::Probe);
            fail(&breaker, 1, now_ms);
            assert_eq!(
                breaker.admit(&knobs, false, now_ms),
                Admission::NotBefore(now_ms + expected)
            );
            now_ms += expected;
        }
    }

    #[test]
    fn half_of_ten_calls_in_ten_seconds_open_it() {
        let (breaker, knobs) = (Breaker::default(), Knobs::default());
        for call in 0..9 {
            breaker.report(call % 2 == 0, &knobs, 0.5, call * 1_000);
        }
        assert_eq!(breaker.admit(&knobs, false, 9_000), Admission::Yes);
        breaker.report(false, &knobs, 0.5, 9_000);
        assert!(breaker.is_open(9_001));
        // The same spread over a longer time does not.
        let slow = Breaker::default();
        for call in 0..20 {
            slow.report(call % 2 == 0, &knobs, 0.5, call * 2_000);
        }
        assert_eq!(slow.admit(&knobs, false, 40_000), Admission::Yes);
    }

    #[test]
    fn a_probe_that_never_ends_does_not_hold_it_for_ever() {
        let (breaker, knobs) = (Breaker::default(), Knobs::default());
        fail(&breaker, 5, 0);
        assert_eq!(breaker.admit(&knobs, false, 6_000), Admission::Probe);
        assert!(matches!(
            breaker.admit(&knobs, false, 7_000),
            Admission::NotBefore(_)
        ));
        assert_eq!(breaker.admit(&knobs, false, 12_001), Admission::Probe);
    }

    #[test]
    fn it_varies_by_a_fifth() {
        let knobs = Knobs::default();
        for (dice, until) in [(0.0, 4_000), (1.0, 6_000)] {
            let breaker = Breaker::default();
            for _ in 0..5 {
                breaker.report(false, &knobs, dice, 0);
            }
            assert_eq!(breaker.admit(&knobs, false, 0), Admission::NotBefore(until));
        }
    }

    #[test]
    fn who_asks_for_a_try_gets_a_probe_now_and_then_and_makes_nobody_wait_longer() {
        let (breaker, knobs) = (Breaker::default(), Knobs::default());
        fail(&breaker, 5, 0);
        assert!(!breaker.refuses_wanted(&knobs, 1_000));
        assert_eq!(breaker.admit(&knobs, true, 1_000), Admission::Probe);
        assert!(breaker.refuses_wanted(&knobs, 1_001), "one at a time");
        fail(&breaker, 1, 1_100);
        // Not again at once, by whomever.
        assert!(breaker.refuses_wanted(&knobs, 2_000));
        assert_eq!(
            breaker.admit(&knobs, true, 2_000),
            Admission::NotBefore(5_000)
        );
        assert_eq!(breaker.admit(&knobs, true, 4_000), Admission::Probe);
        fail(&breaker, 1, 4_100);
        assert_eq!(
            breaker.admit(&knobs, false, 4_900),
            Admission::NotBefore(5_000)
        );
        assert_eq!(breaker.admit(&knobs, false, 5_000), Admission::Probe);
        // One that goes well opens the way.
        fail(&breaker, 1, 5_100);
        assert_eq!(breaker.admit(&knobs, true, 8_000), Admission::Probe);
        breaker.report(true, &knobs, 0.5, 8_100);
        assert_eq!(breaker.admit(&knobs, false, 8_200), Admission::Probe);
    }
}
