//! What an order's page offers with an outcome.

use crate::state::standing::Standing;
use model::{Outcome, Reason};

/// The kind of thing that stands under the words. *Cancel order* stands beside it
/// ([`Standing::may_cancel`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    Nothing,
    /// News will come by themselves.
    Wait,
    /// A countdown, and *Try now*.
    TryNow,
    /// *Try again*.
    TryAgain,
    /// A reference for a talk with the shop.
    Reference,
    /// Why not, and the way back to the checkout.
    Reasons(Vec<Reason>),
    /// The way back to the checkout: nothing was ordered, as it was wished.
    WayBack,
}

/// What is offered for an order.
pub fn offer(standing: &Standing) -> Offer {
    match &standing.outcome {
        // Who wished to cancel is not asked to try again.
        Outcome::Safe { .. } | Outcome::Checking { .. } if standing.cancel_wished => Offer::Wait,
        Outcome::Sending { .. } | Outcome::Cancelling { .. } => Offer::Wait,
        Outcome::Safe { .. } => Offer::TryNow,
        Outcome::Checking { .. } => Offer::TryAgain,
        Outcome::UnderReview { .. } => Offer::Reference,
        Outcome::NotPlaced { reasons, .. } => Offer::Reasons(reasons.clone()),
        Outcome::Confirmed { .. } => Offer::Nothing,
        Outcome::Cancelled { .. } => Offer::WayBack,
    }
}

/// What a link to an open order's page says, by what the page offers.
pub fn link_words(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sending { .. } => "Follow or cancel it",
        Outcome::Safe { .. } => "Try now or cancel it",
        Outcome::Checking { .. } => "Try again or cancel it",
        Outcome::Confirmed { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::UnderReview { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => "Look at it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(outcome: Outcome, cancel_wished: bool) -> Standing {
        Standing {
            outcome,
            cancel_wished,
        }
    }

    fn checking() -> Outcome {
        Outcome::Checking {
            receipt: "r".into(),
            asked_ms_ago: None,
        }
    }

    #[test]
    fn news_of_the_same_kind_offer_the_same() {
        let safe = |next_try_in_ms| {
            let receipt = "r".into();
            let outcome = Outcome::Safe {
                receipt,
                next_try_in_ms,
                asked_ms_ago: None,
            };
            standing(outcome, false)
        };
        assert_eq!(offer(&safe(1)), offer(&safe(2)));
        assert_eq!(offer(&standing(checking(), false)), Offer::TryAgain);
    }

    #[test]
    fn who_asked_to_cancel_only_waits() {
        assert_eq!(offer(&standing(checking(), true)), Offer::Wait);
        let cancelled = Outcome::Cancelled {
            receipt: "r".into(),
        };
        assert_eq!(offer(&standing(cancelled, true)), Offer::WayBack);
    }

    #[test]
    fn a_link_promises_what_the_page_has() {
        assert_eq!(link_words(&checking()), "Try again or cancel it");
        let cancelling = Outcome::Cancelling {
            receipt: "r".into(),
        };
        assert_eq!(link_words(&cancelling), "Look at it");
    }
}
