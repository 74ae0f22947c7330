//! What the customer is told about an order, in the words of DESIGN.md §5.

use crate::text::reference::reference;
use model::{OrderStatus, Outcome};

/// How an order card looks, and how urgently it is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is under way.
    Waiting,
    /// Confirmed.
    Good,
    /// Safe with us, or looked after by a person.
    Safe,
    /// Not known yet.
    Doubt,
    /// Nothing was ordered, against the customer's wish.
    Bad,
    /// Over, as the customer wished.
    Quiet,
}

impl Tone {
    /// The class of the card.
    pub fn class(self) -> &'static str {
        match self {
            Self::Waiting => "order-card order-waiting",
            Self::Good => "order-card order-good",
            Self::Safe => "order-card order-safe",
            Self::Doubt => "order-card order-doubt",
            Self::Bad => "order-card order-bad",
            Self::Quiet => "order-card order-quiet",
        }
    }

    /// Announced as an alert (the customer may want to act), not as a status.
    pub fn is_alert(self) -> bool {
        match self {
            Self::Doubt | Self::Bad => true,
            Self::Waiting | Self::Good | Self::Safe | Self::Quiet => false,
        }
    }
}

/// The words of an order card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeWords {
    /// One or two words for the kind of outcome, as in DESIGN.md §5.
    pub state: &'static str,
    pub heading: String,
    pub text: &'static str,
    /// A further sentence, where this order has a story.
    pub also: Option<&'static str>,
    pub tone: Tone,
}

impl OutcomeWords {
    fn new(
        tone: Tone,
        state: &'static str,
        heading: impl Into<String>,
        text: &'static str,
    ) -> Self {
        Self {
            state,
            heading: heading.into(),
            text,
            also: None,
            tone,
        }
    }
}

/// The words for an outcome that the store gave.
pub fn outcome_words(outcome: &Outcome) -> OutcomeWords {
    match outcome {
        Outcome::Sending { .. } => saved_words(),
        Outcome::Confirmed { number, status, .. } => confirmed_words(number, *status),
        Outcome::Safe { .. } => OutcomeWords::new(
            Tone::Safe,
            "Safe with us",
            "We have your order",
            "Your order is safe. Our order system is not answering, so its number will follow. It \
             will not be ordered twice.",
        ),
        Outcome::Checking { .. } => OutcomeWords::new(
            Tone::Doubt,
            "Checking",
            "Checking your order",
            "Saved; we cannot tell yet whether our order system has it. Trying again is safe.",
        ),
        Outcome::NotPlaced { .. } => OutcomeWords::new(
            Tone::Bad,
            "Not placed",
            "Your order was not placed",
            "Nothing was ordered.",
        ),
        Outcome::UnderReview { settled: false, .. } => OutcomeWords::new(
            Tone::Safe,
            "Under review",
            "A person is looking at your order",
            "We are checking this order by hand and will contact you.",
        ),
        Outcome::UnderReview { settled: true, .. } => OutcomeWords::new(
            Tone::Quiet,
            "Closed by the shop",
            "This order was closed by hand",
            "A person looked at it, and you should have heard from us what came of it. If you have \
             not, please contact us and name the reference.",
        ),
        Outcome::Cancelling { .. } => OutcomeWords::new(
            Tone::Waiting,
            "Cancelling",
            "Cancelling your order",
            "We are cancelling this order.",
        ),
        Outcome::Cancelled { .. } => OutcomeWords::new(
            Tone::Quiet,
            "Cancelled",
            "Order cancelled",
            "Cancelled. Nothing was ordered.",
        ),
    }
}

/// The words from the click on, until the store has said that it has the order.
pub fn sending_words() -> OutcomeWords {
    OutcomeWords::new(
        Tone::Waiting,
        "Sending",
        "Sending your order",
        "Please keep this page open until we say that we have it.",
    )
}

/// The words once the store has it, while an attempt is under way.
pub fn saved_words() -> OutcomeWords {
    OutcomeWords::new(
        Tone::Waiting,
        "Sending",
        "Sending your order",
        "Saved, you can leave this page. We are asking for your order number.",
    )
}

/// The words where the browser lost the store's reply.
pub fn lost_words() -> OutcomeWords {
    OutcomeWords::new(
        Tone::Doubt,
        "Checking",
        "Checking your order",
        "We cannot tell whether it reached us. Trying again is safe.",
    )
}

fn confirmed_words(number: &str, status: OrderStatus) -> OutcomeWords {
    let confirmed = format!("Order {number} confirmed");
    match status {
        OrderStatus::New => OutcomeWords::new(
            Tone::Good,
            "Confirmed",
            confirmed,
            "Thank you. The goods come with their invoice; there is nothing to pay before.",
        ),
        OrderStatus::OnHold => OutcomeWords::new(
            Tone::Good,
            "Confirmed",
            confirmed,
            "A person of the shop looks at it first and will contact you, about stock or another \
             question, before anything is sent. You need not do anything.",
        ),
        OrderStatus::Picked => OutcomeWords::new(
            Tone::Good,
            "Confirmed",
            confirmed,
            "The goods are being packed.",
        ),
        OrderStatus::Shipped => OutcomeWords::new(
            Tone::Good,
            "Confirmed",
            confirmed,
            "The goods are on their way to you.",
        ),
        OrderStatus::Cancelled => OutcomeWords::new(
            Tone::Bad,
            "Cancelled by the shop",
            format!("Order {number} was cancelled by the shop"),
            "It was confirmed, and then the shop cancelled it. Nothing will be delivered or \
             invoiced.",
        ),
    }
}

/// What an order says in a list: the state, with the number or the reference where there is one.
pub fn short_words(outcome: &Outcome) -> String {
    let words = outcome_words(outcome);
    match outcome {
        Outcome::Confirmed { number, .. } => format!("{}: {number}", words.state),
        Outcome::UnderReview { receipt, .. } => {
            format!("{}, reference {}", words.state, reference(receipt))
        }
        Outcome::Sending { .. }
        | Outcome::Safe { .. }
        | Outcome::Checking { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => words.state.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmed(status: OrderStatus) -> Outcome {
        Outcome::Confirmed {
            number: "SO-2026-000123".into(),
            status,
            receipt: "r".into(),
        }
    }

    #[test]
    fn the_words_are_the_designs() {
        assert_eq!(
            outcome_words(&confirmed(OrderStatus::New)).heading,
            "Order SO-2026-000123 confirmed"
        );
        let receipt = String::from("r");
        let safe = Outcome::Safe {
            receipt: receipt.clone(),
            next_try_in_ms: 1,
            asked_ms_ago: None,
        };
        assert_eq!(
            outcome_words(&safe).text,
            "Your order is safe. Our order system is not answering, so its number will follow. It will not be ordered twice."
        );
        let checking = Outcome::Checking {
            receipt,
            asked_ms_ago: None,
        };
        assert_eq!(
            outcome_words(&checking).text,
            "Saved; we cannot tell yet whether our order system has it. Trying again is safe."
        );
        assert_eq!(
            lost_words().text,
            "We cannot tell whether it reached us. Trying again is safe."
        );
        assert!(sending_words().text.contains("keep this page open"));
        assert!(!sending_words().text.contains("leave"));
        let sending = outcome_words(&Outcome::Sending {
            receipt: "r".into(),
        });
        assert!(sending.text.starts_with("Saved, you can leave this page."));
    }

    #[test]
    fn an_order_on_hold_is_confirmed_and_no_cause_is_claimed() {
        let held = outcome_words(&confirmed(OrderStatus::OnHold));
        assert_eq!(held.heading, "Order SO-2026-000123 confirmed");
        assert!(held.text.contains("will contact you"), "{}", held.text);
        // It may be short of goods, beyond the shop's limits, or held by staff.
        assert!(held.text.contains("or another question"), "{}", held.text);
        assert!(!held.text.contains("compares"), "{}", held.text);
    }

    #[test]
    fn doubt_and_refusal_are_alerts() {
        assert!(lost_words().tone.is_alert());
        assert!(!sending_words().tone.is_alert());
        assert!(!outcome_words(&confirmed(OrderStatus::New)).tone.is_alert());
        let not_placed = Outcome::NotPlaced {
            reasons: vec![],
            cart: None,
        };
        assert!(outcome_words(&not_placed).tone.is_alert());
    }

    #[test]
    fn a_list_shows_the_number() {
        assert_eq!(
            short_words(&confirmed(OrderStatus::New)),
            "Confirmed: SO-2026-000123"
        );
    }

    #[test]
    fn a_list_tells_the_ways_of_cancelling_apart() {
        let receipt = String::from("9f86d081884c7d65");
        let cancelled = Outcome::Cancelled {
            receipt: receipt.clone(),
        };
        assert_eq!(short_words(&cancelled), "Cancelled");
        assert_eq!(outcome_words(&cancelled).tone, Tone::Quiet);
        let cancelling = Outcome::Cancelling {
            receipt: receipt.clone(),
        };
        assert_eq!(short_words(&cancelling), "Cancelling");
        assert_eq!(
            short_words(&confirmed(OrderStatus::Cancelled)),
            "Cancelled by the shop: SO-2026-000123"
        );
        assert_eq!(
            short_words(&Outcome::UnderReview {
                receipt,
                settled: false
            }),
            "Under review, reference 9F86D081"
        );
    }
}
