//! What an order's page offers with an outcome.

use model::{Outcome, Reason};

/// The kind of thing that stands under the words.
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
}

/// What an outcome offers.
pub fn offer(outcome: &Outcome) -> Offer {
    match outcome {
        Outcome::Sending { .. } | Outcome::Cancelling { .. } => Offer::Wait,
        Outcome::Safe { .. } => Offer::TryNow,
        Outcome::Checking { .. } => Offer::TryAgain,
        Outcome::UnderReview { .. } => Offer::Reference,
        Outcome::NotPlaced { reasons, .. } => Offer::Reasons(reasons.clone()),
        Outcome::Confirmed { .. } | Outcome::Cancelled { .. } => Offer::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_the_same_kind_offer_the_same() {
        let safe = |next_try_in_ms| Outcome::Safe {
            receipt: "r".into(),
            next_try_in_ms,
        };
        assert_eq!(offer(&safe(1)), offer(&safe(2)));
        assert_eq!(
            offer(&Outcome::Checking {
                receipt: "r".into()
            }),
            Offer::TryAgain
        );
    }
}
