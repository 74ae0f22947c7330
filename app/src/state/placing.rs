//! The optimistic order, from the click to an outcome: what the checkout shows, and why.
//!
//! ```text
//! Filling ─Submitted─► Sending ─StatusSeen─► Saved ─Answered─► Placed (has a page of its own)
//!    ▲                  │ ▲ └─Answered─► Placed, or NotPlaced ─Submitted─► Sending
//!    │                  │ │ └─Refused──► Refused (nothing was taken) ─Submitted─► Sending
//!    │        TimedOut, │ │ Submitted, SentAgain
//!    │        ReplyLost ▼ │
//!    └─ (reload)       Lost ─StatusSeen: unknown─► Missing
//!                       └────Answered, StatusSeen─► Placed or NotPlaced
//! ```
//!
//! A lost reply is never success or failure. The same key makes every repetition safe.

use crate::state::post_error::Refusal;
use model::{Outcome, Reason};

/// How long after a lost reply the browser sends again by itself. After that a person should look
/// first: who was off line for so long may have bought elsewhere.
const SEND_AGAIN_WITHIN_MS: f64 = 30.0 * 60.0 * 1_000.0;

/// Whether it is too late to send by itself, so long after the click.
pub fn is_expired(after_ms: f64) -> bool {
    after_ms > SEND_AGAIN_WITHIN_MS
}

/// How often the browser sends again by itself what did not arrive although the shop can be
/// reached. Something on the way stops it then, and a person should look.
pub const SEND_AGAIN_AT_MOST: u32 = 3;

/// How long the browser waits for a reply. The store answers within 8 s, so after this it is lost.
pub const REPLY_WITHIN_MS: u32 = 10_000;

/// Where the checkout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placing {
    /// The form waits for the customer.
    Filling,
    /// Sent, and nobody knows yet whether the store has it. Every attempt on this page has its own
    /// number, so that the timer of an older one changes nothing.
    Sending { attempt: u32 },
    /// The store said that it has the order; its outcome is still open.
    Saved { attempt: u32, receipt: String },
    /// The reply to this attempt did not come, or was not ours.
    Lost { attempt: u32 },
    /// The same, and the store said that it has no such order.
    Missing { attempt: u32 },
    /// Refused at the entrance, and nothing was taken.
    Refused(Refusal),
    /// Nothing was ordered.
    NotPlaced { reasons: Vec<Reason> },
    /// The store has the order; its page tells the rest.
    Placed(Outcome),
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A click on *Place order*, *Accept the new price*, *Try again* or *Send it again*.
    Submitted { attempt: u32 },
    /// The time for a reply is over.
    TimedOut { attempt: u32 },
    /// The reply was an error, or nothing of ours.
    ReplyLost { attempt: u32 },
    /// This attempt was refused at the entrance. `first`: nothing of this order was sent before.
    Refused {
        attempt: u32,
        refusal: Refusal,
        first: bool,
    },
    /// A reply to a submission, early or late.
    Answered(Outcome),
    /// What the status door knows.
    StatusSeen(Outcome),
    /// The browser sends again by itself, so long after the click.
    SentAgain { attempt: u32, after_ms: f64 },
}

impl Placing {
    /// The state after an event.
    pub fn next(self, event: Event) -> Self {
        match (self, event) {
            // A double click joins the attempt under way.
            (
                state @ (Self::Sending { .. } | Self::Saved { .. } | Self::Placed(_)),
                Event::Submitted { .. },
            ) => state,
            (
                Self::Filling
                | Self::Refused(_)
                | Self::NotPlaced { .. }
                | Self::Lost { .. }
                | Self::Missing { .. },
                Event::Submitted { attempt },
            ) => Self::Sending { attempt },
            (Self::Lost { .. } | Self::Missing { .. }, Event::SentAgain { attempt, after_ms })
                if !is_expired(after_ms) =>
            {
                Self::Sending { attempt }
            }
            // Only the newest attempt's silence counts.
            (
                Self::Sending { attempt },
                Event::TimedOut { attempt: silent } | Event::ReplyLost { attempt: silent },
            ) if silent == attempt => Self::Lost { attempt },
            // The store has it, so its page can tell the rest.
            (
                Self::Saved { attempt, receipt },
                Event::TimedOut { attempt: silent } | Event::ReplyLost { attempt: silent },
            ) if silent == attempt => Self::Placed(Outcome::Sending { receipt }),
            // A refusal proves nothing about an attempt before it.
            (
                Self::Sending { attempt },
                Event::Refused {
                    attempt: refused,
                    refusal,
                    first,
                },
            ) if refused == attempt => {
                if first {
                    Self::Refused(refusal)
                } else {
                    Self::Lost { attempt }
                }
            }
            (
                Self::Sending { .. }
                | Self::Saved { .. }
                | Self::Lost { .. }
                | Self::Missing { .. },
                Event::Answered(outcome),
            ) => Self::told(outcome),
            (
                state @ (Self::Sending { .. }
                | Self::Saved { .. }
                | Self::Lost { .. }
                | Self::Missing { .. }),
                Event::StatusSeen(outcome),
            ) => state.seen(outcome),
            (
                state,
                Event::TimedOut { .. }
                | Event::ReplyLost { .. }
                | Event::Refused { .. }
                | Event::Answered(_)
                | Event::StatusSeen(_)
                | Event::SentAgain { .. },
            ) => state,
        }
    }

    /// After the status door's answer, while an order is under way. "Unknown" may mean that the
    /// order is still on its way: it says something only once its reply is lost.
    fn seen(self, outcome: Outcome) -> Self {
        match (self, outcome) {
            (Self::Lost { attempt }, outcome) if is_unknown(&outcome) => Self::Missing { attempt },
            (state, outcome) if is_unknown(&outcome) => state,
            (
                Self::Sending { attempt } | Self::Saved { attempt, .. },
                Outcome::Sending { receipt },
            ) => Self::Saved { attempt, receipt },
            (_, outcome) => Self::told(outcome),
        }
    }

    /// The order card stands in place of the form.
    pub fn is_under_way(&self) -> bool {
        match self {
            Self::Sending { .. }
            | Self::Saved { .. }
            | Self::Lost { .. }
            | Self::Missing { .. }
            | Self::Placed(_) => true,
            Self::Filling | Self::Refused(_) | Self::NotPlaced { .. } => false,
        }
    }

    /// Whether the status door should be asked: the store may know more than this page.
    pub fn asks(&self) -> bool {
        match self {
            Self::Sending { .. }
            | Self::Saved { .. }
            | Self::Lost { .. }
            | Self::Missing { .. } => true,
            Self::Filling | Self::Refused(_) | Self::NotPlaced { .. } | Self::Placed(_) => false,
        }
    }

    /// No reply, and no word of the store's that it has the order.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Missing { .. })
    }

    /// Why nothing was ordered; empty in every other state.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::NotPlaced { reasons } => reasons,
            Self::Filling
            | Self::Sending { .. }
            | Self::Saved { .. }
            | Self::Lost { .. }
            | Self::Missing { .. }
            | Self::Refused(_)
            | Self::Placed(_) => &[],
        }
    }

    /// Why nothing was taken at the entrance.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            Self::Filling
            | Self::Sending { .. }
            | Self::Saved { .. }
            | Self::Lost { .. }
            | Self::Missing { .. }
            | Self::NotPlaced { .. }
            | Self::Placed(_) => None,
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
            asked_ms_ago: None,
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
    fn sending_is_saved_only_once_the_store_said_so() {
        let sending = Placing::Sending { attempt: 1 };
        let unknown = not_placed(Reason::UnknownOrder);
        assert_eq!(sending.clone().next(Event::StatusSeen(unknown)), sending);
        let journalled = Outcome::Sending {
            receipt: "r".into(),
        };
        let saved = sending.next(Event::StatusSeen(journalled.clone()));
        assert_eq!(
            saved,
            Placing::Saved {
                attempt: 1,
                receipt: "r".into()
            }
        );
        let unknown = not_placed(Reason::UnknownOrder);
        assert_eq!(saved.clone().next(Event::StatusSeen(unknown)), saved);
        // Its page goes on where the reply does not come.
        for silence in [
            Event::TimedOut { attempt: 1 },
            Event::ReplyLost { attempt: 1 },
        ] {
            assert_eq!(
                saved.clone().next(silence),
                Placing::Placed(journalled.clone())
            );
        }
    }

    #[test]
    fn a_refusal_took_nothing_unless_something_was_sent_before() {
        let refusal = Refusal::TooOften { wait_s: 5 };
        let refused = |first| Event::Refused {
            attempt: 1,
            refusal,
            first,
        };
        let sending = Placing::Sending { attempt: 1 };
        assert_eq!(
            sending.clone().next(refused(true)),
            Placing::Refused(refusal)
        );
        assert_eq!(sending.next(refused(false)), lost());
        assert_eq!(
            Placing::Sending { attempt: 2 }.next(refused(true)),
            Placing::Sending { attempt: 2 }
        );
        assert_eq!(
            Placing::Refused(refusal).next(Event::Submitted { attempt: 2 }),
            Placing::Sending { attempt: 2 }
        );
    }

    #[test]
    fn lost_and_proven_not_arrived_is_missing() {
        let unknown = not_placed(Reason::UnknownOrder);
        let missing = lost().next(Event::StatusSeen(unknown.clone()));
        assert_eq!(missing, Placing::Missing { attempt: 1 });
        assert_eq!(missing.clone().next(Event::StatusSeen(unknown)), missing);
        let soon = Event::SentAgain {
            attempt: 2,
            after_ms: 3_000.0,
        };
        assert_eq!(missing.clone().next(soon), Placing::Sending { attempt: 2 });
        assert_eq!(
            missing.next(Event::Answered(safe())),
            Placing::Placed(safe())
        );
    }

    #[test]
    fn unknown_is_no_verdict_while_a_reply_is_lost() {
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
    fn it_is_sent_again_by_itself_within_half_an_hour() {
        let soon = Event::SentAgain {
            attempt: 2,
            after_ms: 60_000.0,
        };
        assert_eq!(lost().next(soon.clone()), Placing::Sending { attempt: 2 });
        let late = Event::SentAgain {
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

    #[test]
    fn half_an_hour_is_the_end() {
        assert!(!is_expired(SEND_AGAIN_WITHIN_MS));
        assert!(is_expired(SEND_AGAIN_WITHIN_MS + 1.0));
    }
}
