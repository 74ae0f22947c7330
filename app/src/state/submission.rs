//! One order as the browser sends it. Every repetition sends the very same.

/// An order form, frozen at the click.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    pub order_key: String,
    pub receipt: String,
    /// The whole form, as a browser without JavaScript would send it.
    pub body: String,
}

/// A submission of which the browser does not know yet that the store has it.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsentOrder {
    pub submission: Submission,
    /// The click, on the wall clock, in milliseconds.
    pub clicked_at_ms: i64,
}

/// How long the browser keeps one: it holds a name and an address.
const KEPT_FOR_MS: u64 = 24 * 3_600_000;

impl UnsentOrder {
    /// As the browser keeps it: neither a time, a key, a receipt nor a form as browsers send it
    /// holds a space.
    pub fn to_text(&self) -> String {
        let Submission {
            order_key,
            receipt,
            body,
        } = &self.submission;
        format!("{} {order_key} {receipt} {body}", self.clicked_at_ms)
    }

    /// Reads what was kept. None: it was not written by this code.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let clicked_at_ms = parts.next()?.parse().ok()?;
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
        };
        Some(Self {
            clicked_at_ms,
            submission: Submission {
                order_key: part()?,
                receipt: part()?,
                body: part()?,
            },
        })
    }

    /// Whether it may still be kept. One from the future was written before the clock was set.
    pub fn is_fresh(&self, now_ms: i64) -> bool {
        now_ms.abs_diff(self.clicked_at_ms) <= KEPT_FOR_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_to_the_byte() {
        let unsent = UnsentOrder {
            submission: Submission {
                order_key: "0193-k".into(),
                receipt: "9f86".into(),
                body: "order_key=0193-k&name=Ada+F%C3%A9&note=".into(),
            },
            clicked_at_ms: 1_764_119_100_123,
        };
        assert_eq!(UnsentOrder::from_text(&unsent.to_text()), Some(unsent));
        for strange in ["", "x", "1 k", "1 k r", "x k r b", "{}"] {
            assert_eq!(UnsentOrder::from_text(strange), None, "{strange}");
        }
    }

    #[test]
    fn names_and_addresses_are_kept_for_a_day() {
        let unsent = UnsentOrder {
            submission: Submission::default(),
            clicked_at_ms: 1_000,
        };
        let day = 24 * 3_600_000;
        assert!(unsent.is_fresh(1_000 + day));
        assert!(!unsent.is_fresh(1_001 + day));
        assert!(!unsent.is_fresh(999 - day));
    }
}
