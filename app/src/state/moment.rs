//! How long ago something was, by two clocks.

/// One moment on both of the browser's clocks, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Only goes forward, but on several platforms stands still while the machine sleeps.
    pub steady_ms: f64,
    /// The wall clock: counts through sleep, but can be set.
    pub wall_ms: f64,
}

impl Moment {
    /// Milliseconds since an earlier moment. The longer time counts: a machine that slept for a
    /// night must not send yesterday's order, and a clock that was set back does not undo time.
    pub fn since(self, earlier: Self) -> f64 {
        let steady = self.steady_ms - earlier.steady_ms;
        let wall = self.wall_ms - earlier.wall_ms;
        steady.max(wall)
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    fn at(steady_ms: f64, wall_ms: f64) -> Moment {
        Moment { steady_ms, wall_ms }
    }

    #[test]
    fn a_night_asleep_is_a_night() {
        let night = 9.0 * 3_600_000.0;
        assert_eq!(at(1_000.0, night).since(at(0.0, 0.0)), night);
    }

    #[test]
    fn a_clock_that_was_set_back_undoes_no_time() {
        assert_eq!(at(60_000.0, -1e12).since(at(0.0, 0.0)), 60_000.0);
    }
}
