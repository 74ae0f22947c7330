//! How long to wait before asking again.

/// Waits that double after each question without news, so that a shop in trouble is not flooded by
/// the pages of its customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    first_ms: f64,
    longest_ms: f64,
    asked: u32,
}

impl Pace {
    /// While the browser does not know whether the store has its order.
    pub const fn of_a_lost_order() -> Self {
        Self::new(3_000.0, 30_000.0)
    }

    /// From the click on, until the store says that it has the order. The first question comes
    /// after most orders are answered anyway.
    pub const fn of_a_sent_order() -> Self {
        Self::new(400.0, 3_000.0)
    }

    /// Where live news of an order cannot be had.
    pub const fn of_a_followed_order() -> Self {
        Self::new(3_000.0, 30_000.0)
    }

    const fn new(first_ms: f64, longest_ms: f64) -> Self {
        Self {
            first_ms,
            longest_ms,
            asked: 0,
        }
    }

    /// The next wait. `jitter` is random, from 0 to 1, so that pages do not ask in step.
    pub fn wait_ms(&mut self, jitter: f64) -> u32 {
        let doubled = self.first_ms * f64::from(1u32 << self.asked.min(16));
        self.asked += 1;
        let wait = doubled.min(self.longest_ms) * (0.75 + jitter.clamp(0.0, 1.0) * 0.5);
        // Truncation is harmless: waits are far below four thousand million milliseconds.
        wait as u32
    }

    /// There was news: begin anew.
    pub fn reset(&mut self) {
        self.asked = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn waits_double_up_to_a_limit_and_begin_anew_with_news() {
        let mut pace = Pace::of_a_followed_order();
        let waits: Vec<_> = (0..8).map(|_| pace.wait_ms(0.5)).collect();
        assert_eq!(waits[..4], [3_000, 6_000, 12_000, 24_000]);
        assert_eq!(waits[7], 30_000);
        for _ in 0..100 {
            pace.wait_ms(0.5);
        }
        assert_eq!(pace.wait_ms(0.5), 30_000);
        pace.reset();
        assert_eq!(pace.wait_ms(0.5), 3_000);
    }

    #[test]
    fn pages_do_not_ask_in_step() {
        assert_eq!(Pace::of_a_followed_order().wait_ms(0.0), 2_250);
        assert_eq!(Pace::of_a_followed_order().wait_ms(1.0), 3_750);
    }
}
