//! What the checkout says while nobody knows whether the store has the order.

use crate::text::outcome_words::{OutcomeWords, Tone};

/// What decides the words beside a lost order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The browser has no connection.
    pub offline: bool,
    /// The store answered that it has no such order.
    pub missing: bool,
    /// It is not sent by itself any more.
    pub expired: bool,
}

/// The card's words where the store says that it has no such order.
pub fn missing_words() -> OutcomeWords {
    OutcomeWords {
        state: "Not arrived",
        heading: "Your order has not reached us".to_owned(),
        text: "It has not reached us, so nothing is ordered yet. Sending it again is safe.",
        also: None,
        tone: Tone::Doubt,
    }
}

impl Lost {
    /// What the button says.
    pub fn button(self) -> &'static str {
        if self.missing {
            "Send it again"
        } else {
            "Try again"
        }
    }

    /// What happens by itself, and what does not.
    pub fn hint(self) -> &'static str {
        match (self.expired, self.offline, self.missing) {
            (false, true, _) => {
                "You are off line. Keep this page open: the order is sent again by itself as soon \
                 as you are back on line. It will not be ordered twice."
            }
            (false, false, false) => {
                "Keep this page open: we are asking the shop whether it arrived. It will not be \
                 ordered twice."
            }
            (false, false, true) => {
                "The shop can be reached, but the order does not get through. Nothing is lost: \
                 what you typed is kept. It will not be ordered twice."
            }
            (true, true, _) => {
                "You are off line, and more than half an hour has passed: the order is not sent by \
                 itself any more. If you still want it, send it when you are back on line. It will \
                 not be ordered twice."
            }
            (true, false, _) => {
                "More than half an hour has passed, so the order is not sent by itself any more. \
                 If you still want it, send it again. It will not be ordered twice."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Lost> {
        (0..8).map(|bits| Lost {
            offline: bits & 1 != 0,
            missing: bits & 2 != 0,
            expired: bits & 4 != 0,
        })
    }

    #[test]
    fn nothing_is_promised_that_does_not_happen_any_more() {
        for lost in all() {
            let promised = lost.hint().contains("sent again by itself");
            assert_eq!(promised, lost.offline && !lost.expired, "{lost:?}");
            let given_up = lost.hint().contains("by itself any more");
            assert_eq!(given_up, lost.expired, "{lost:?}");
        }
    }

    #[test]
    fn it_is_always_said_that_nothing_is_ordered_twice() {
        assert!(all().all(|lost| lost.hint().ends_with("It will not be ordered twice.")));
    }
}
