//! What an order's page says beside the card, in each of the order's states.

use crate::text::outcome_words::short_words;
use model::{OrderStatus, Outcome};

/// Facts that change with the order. Each is a label or a whole sentence, never a part of one, so that
/// they stay true in any language that a browser translates them to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// The label of the time at which the order came.
    pub dated: &'static str,
    /// What there is to pay, and when. None: a person agreed on it with the customer.
    pub payment: Option<&'static str>,
    /// Why this page's address is worth keeping.
    pub keep: Option<&'static str>,
}

const KEEP: &str = "Keep this page's address: it opens this order from any browser.";

/// The facts of an order.
pub fn order_facts(outcome: &Outcome) -> OrderFacts {
    let nothing_to_pay = OrderFacts {
        dated: "Received",
        payment: Some("There is nothing to pay."),
        keep: None,
    };
    let open = OrderFacts {
        payment: Some("There is nothing to pay now; an invoice comes with the goods only."),
        keep: Some(KEEP),
        ..nothing_to_pay
    };
    match outcome {
        Outcome::Confirmed { status, .. } => match status {
            OrderStatus::New | OrderStatus::OnHold | OrderStatus::Picked | OrderStatus::Shipped => {
                OrderFacts {
                    dated: "Placed",
                    payment: Some("You pay by invoice, which comes with the goods."),
                    keep: Some(KEEP),
                }
            }
            OrderStatus::Cancelled => nothing_to_pay,
        },
        Outcome::Sending { .. } | Outcome::Safe { .. } | Outcome::Checking { .. } => open,
        Outcome::UnderReview { settled: false, .. } => open,
        Outcome::UnderReview { settled: true, .. } => OrderFacts {
            payment: None,
            ..nothing_to_pay
        },
        Outcome::Cancelling { .. } => OrderFacts {
            payment: Some("There is nothing to pay now."),
            ..open
        },
        Outcome::NotPlaced { .. } | Outcome::Cancelled { .. } => nothing_to_pay,
    }
}

/// The title of an order's page: the state first, because tabs are narrow.
pub fn order_title(outcome: &Outcome) -> String {
    format!("{} · Your order", short_words(outcome))
}

/// The title of the checkout, which says at once that an order did not go through.
pub fn checkout_title(nothing_wrong: bool) -> &'static str {
    match nothing_wrong {
        true => "Checkout",
        false => "Not placed · Checkout",
    }
}

/// What stands above the orders at the checkout whose end is open: a heading and a sentence.
pub fn under_way_words(orders: usize) -> (&'static str, &'static str) {
    if orders == 1 {
        (
            "You have an order under way",
            "It is looked after. Ordering below is a second order.",
        )
    } else {
        (
            "You have orders under way",
            "They are looked after. Ordering below is one more order.",
        )
    }
}
