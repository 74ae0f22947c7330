//! The optimistic order, from the click to an outcome: what the checkout shows, and why.
//!
//! ```text
//! Filling ─Submitted─► Sending ─Answered─► Placed (has a page of its own)
//!    ▲                  │   ▲ └─Answered─► NotPlaced ─Submitted─► Sending
//!    │          TimedOut,   │ Submitted, BackOnline
//!    │          ReplyLost   │
//!    └─ (reload)        ▼   │
//!                      Lost ─┴─Answered, StatusSeen─► Placed or NotPlaced
//! ```
//!
//! A lost reply is never success or failure. The same key makes every repetition safe.

use model::{Outcome, Reason};

/// How long after a lost reply the browser sends again by itself when it comes back on line. After
/// that a person should look first (DESIGN.md §6, "who retries").
pub const SEND_AGAIN_WITHIN_MS: f64 = 30.0 * 60.0 * 1_000.0;

/// How long the browser waits for a reply. The store answers within 8 s, so after this it is lost.
pub const REPLY_WITHIN_MS: u32 = 10_000;

/// How often a browser without live news asks for the state.
pub const ASK_EVERY_MS: u32 = 3_000;

/// Where the checkout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placing {
    /// The form waits for the customer.
    Filling,
    /// Sent, no reply yet. Every attempt on this page has its own number, so that the timer of an
    /// older one changes nothing.
    Sending { attempt: u32 },
    /// The reply to this attempt did not come, or was not ours.
    Lost { attempt: u32 },
    /// Nothing was ordered.
    NotPlaced { reasons: Vec<Reason> },
    /// The store has the order; its page tells the rest.
    Placed(Outcome),
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A click on *Place order*, *Accept the new price* or *Try again*.
    Submitted { attempt: u32 },
    /// The time for a reply is over.
    TimedOut { attempt: u32 },
    /// The reply was an error, or nothing of ours.
    ReplyLost { attempt: u32 },
    /// A reply to a submission, early or late.
    Answered(Outcome),
    /// What the status door knows.
    StatusSeen(Outcome),
    /// The browser is on line again, so long after the click.
    BackOnline { attempt: u32, after_ms: f64 },
}

impl Placing {
    /// The state after an event.
    pub fn next(self, event: Event) -> Self {
        match (self, event) {
            // A double click joins the attempt under way.
            (state @ (Self::Sending { .. } | Self::Placed(_)), Event::Submitted { .. }) => state,
            (
                Self::Filling | Self::NotPlaced { .. } | Self::Lost { .. },
                Event::Submitted { attempt },
            ) => Self::Sending { attempt },
            (Self::Lost { .. }, Event::BackOnline { attempt, after_ms })
                if after_ms <= SEND_AGAIN_WITHIN_MS =>
            {
                Self::Sending { attempt }
            }
            // Only the newest attempt's silence counts.
            (
                Self::Sending { attempt },
                Event::TimedOut { attempt: silent } | Event::ReplyLost { attempt: silent },
            ) if silent == attempt => Self::Lost { attempt },
            (Self::Sending { .. } | Self::Lost { .. }, Event::Answered(outcome)) => {
                Self::told(outcome)
            }
            // "Unknown" may mean that the order is still on its way.
            (state @ (Self::Sending { .. } | Self::Lost { .. }), Event::StatusSeen(outcome)) => {
                if is_unknown(&outcome) {
                    state
                } else {
                    Self::told(outcome)
                }
            }
            (
                state,
                Event::TimedOut { .. }
                | Event::ReplyLost { .. }
                | Event::Answered(_)
                | Event::StatusSeen(_)
                | Event::BackOnline { .. },
            ) => state,
        }
    }

    /// The order card stands in place of the form.
    pub fn is_under_way(&self) -> bool {
        match self {
            Self::Sending { .. } | Self::Lost { .. } | Self::Placed(_) => true,
            Self::Filling | Self::NotPlaced { .. } => false,
        }
    }

    /// Why nothing was ordered; empty in every other state.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::NotPlaced { reasons } => reasons,
            Self::Filling | Self::Sending { .. } | Self::Lost { .. } | Self::Placed(_) => &[],
        }
    }

    fn told(outcome: Outcome) -> Self {
        match outcome {
            Outcome::NotPlaced { reasons, .. } => Self::NotPlaced { reasons },
            Outcome::Sending { .. }
            | Outcome::Confirmed { .. }
            | Outcome::Safe { .. }
            | Outcome::Checking { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. }
            | Outcome::Cancelled { .. } => Self::Placed(outcome),
        }
    }
}

/// The store has not heard of the order (yet).
pub fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotPlaced { reasons, .. } if reasons.contains(&Reason::UnknownOrder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe() -> Outcome {
        Outcome::Safe {
            receipt: "r".into(),
            next_try_in_ms: 5_000,
        }
    }

    fn not_placed(reason: Reason) -> Outcome {
        Outcome::NotPlaced {
            reasons: vec![reason],
            cart: None,
        }
    }

    fn lost() -> Placing {
        Placing::Lost { attempt: 1 }
    }

    #[test]
    fn fifty_clicks_are_one_attempt() {
        let mut state = Placing::Filling;
        for attempt in 1..=50 {
            state = state.next(Event::Submitted { attempt });
        }
        assert_eq!(state, Placing::Sending { attempt: 1 });
    }

    #[test]
    fn a_lost_reply_is_neither_success_nor_failure() {
        let sending = Placing::Sending { attempt: 1 };
        assert_eq!(sending.clone().next(Event::TimedOut { attempt: 1 }), lost());
        assert_eq!(sending.next(Event::ReplyLost { attempt: 1 }), lost());
    }

    #[test]
    fn the_silence_of_an_older_attempt_does_not_count() {
        let again = lost().next(Event::Submitted { attempt: 2 });
        assert_eq!(again, Placing::Sending { attempt: 2 });
        assert_eq!(again.clone().next(Event::TimedOut { attempt: 1 }), again);
    }

    #[test]
    fn a_late_reply_is_taken() {
        assert_eq!(
            lost().next(Event::Answered(safe())),
            Placing::Placed(safe())
        );
    }

    #[test]
    fn unknown_is_no_verdict_while_a_reply_is_lost() {
        let unknown = not_placed(Reason::UnknownOrder);
        assert_eq!(lost().next(Event::StatusSeen(unknown)), lost());
        let refused = not_placed(Reason::CartEmpty);
        assert_eq!(
            lost().next(Event::StatusSeen(refused)),
            Placing::NotPlaced {
                reasons: vec![Reason::CartEmpty]
            }
        );
    }

    #[test]
    fn an_unknown_order_in_the_submissions_own_reply_is_a_verdict() {
        let unknown = not_placed(Reason::UnknownOrder);
        assert!(matches!(
            Placing::Sending { attempt: 1 }.next(Event::Answered(unknown)),
            Placing::NotPlaced { .. }
        ));
    }

    #[test]
    fn back_on_line_sends_again_within_half_an_hour() {
        let soon = Event::BackOnline {
            attempt: 2,
            after_ms: 60_000.0,
        };
        assert_eq!(lost().next(soon.clone()), Placing::Sending { attempt: 2 });
        let late = Event::BackOnline {
            attempt: 2,
            after_ms: SEND_AGAIN_WITHIN_MS + 1.0,
        };
        assert_eq!(lost().next(late), lost());
        assert_eq!(Placing::Filling.next(soon), Placing::Filling);
    }

    #[test]
    fn nothing_changes_an_order_that_has_its_page() {
        let placed = Placing::Placed(safe());
        for event in [
            Event::Submitted { attempt: 2 },
            Event::TimedOut { attempt: 1 },
            Event::Answered(not_placed(Reason::CartChanged)),
            Event::StatusSeen(not_placed(Reason::CartChanged)),
        ] {
            assert_eq!(placed.clone().next(event), placed);
        }
    }
}
