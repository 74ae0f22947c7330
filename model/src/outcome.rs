//! What the customer is told about an order.

use crate::{Cart, OrderStatus};
use serde::{Deserialize, Serialize};

/// What the customer is told. Tagged by `outcome`, for example
/// `{"outcome":"safe","receipt":"…","next_try_in_ms":5000}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// An attempt is under way.
    Sending { receipt: String },
    /// EntMine accepted the order, and the store has recorded the number.
    Confirmed {
        number: String,
        status: OrderStatus,
        receipt: String,
    },
    /// Journalled, provably not yet in EntMine; the store goes on trying.
    Safe {
        receipt: String,
        next_try_in_ms: i64,
        /// How long ago EntMine was asked last, for any order, and did not answer; none where nobody
        /// knows, as after a start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_ms_ago: Option<i64>,
    },
    /// Journalled; whether EntMine has it is not known yet. Trying again is safe.
    Checking {
        receipt: String,
        /// As of `Safe`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_ms_ago: Option<i64>,
    },
    /// Nothing was ordered, for these reasons; `cart` is the one to go on with. It is null only
    /// where this visitor has no cart, as with an unknown receipt and no session.
    NotPlaced {
        reasons: Vec<Reason>,
        cart: Option<Cart>,
    },
    /// Something that needs a person; `settled` once a person has brought it to its end by hand.
    UnderReview {
        receipt: String,
        #[serde(default, skip_serializing_if = "is_false")]
        settled: bool,
    },
    /// A cancellation is on its way to EntMine.
    Cancelling { receipt: String },
    /// Nothing was ordered, as the customer wished.
    Cancelled { receipt: String },
}

impl Outcome {
    /// No later attempt will change it, so nobody needs to follow it.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Confirmed { .. } | Self::NotPlaced { .. } | Self::Cancelled { .. } => true,
            Self::UnderReview { settled, .. } => *settled,
            Self::Sending { .. }
            | Self::Safe { .. }
            | Self::Checking { .. }
            | Self::Cancelling { .. } => false,
        }
    }

    /// The receipt of the order that this is about; none where nothing was journalled.
    pub fn receipt(&self) -> Option<&str> {
        match self {
            Self::Sending { receipt }
            | Self::Confirmed { receipt, .. }
            | Self::Safe { receipt, .. }
            | Self::Checking { receipt, .. }
            | Self::UnderReview { receipt, .. }
            | Self::Cancelling { receipt }
            | Self::Cancelled { receipt } => Some(receipt),
            Self::NotPlaced { .. } => None,
        }
    }
}

/// Whether a member that is mostly false can be left out.
fn is_false(value: &bool) -> bool {
    !value
}

/// Why an order was not placed, or a quantity not taken. Tagged by `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    // EntMine's verdicts.
    OutOfStock {
        sku: String,
        requested: i64,
        available: i64,
    },
    PriceChanged {
        sku: String,
        shown_minor: i64,
        current_minor: i64,
        price_version: i64,
    },
    Discontinued {
        sku: String,
    },
    TotalMismatch {
        shown_minor: i64,
        computed_minor: i64,
    },
    InvalidCustomer {
        field: String,
        detail: String,
    },
    // The store's own.
    /// The cart is not the one that the form was made from (another tab changed it).
    CartChanged,
    CartEmpty,
    /// A form field, by its name on the wire, and what to do about it.
    InvalidField {
        field: String,
        detail: String,
    },
    /// No order or cart with this key or receipt can be seen from here.
    UnknownOrder,
    /// The store could not save the order, and nothing of it can appear later.
    NotSaved,
}

impl Reason {
    /// Whether this is still true of a cart: a quantity that was made small enough is not, nor is
    /// anything about a product that was taken out. Reasons about the form stand until it is sent
    /// again.
    pub fn still_stands(&self, cart: &Cart) -> bool {
        let quantity = |sku: &str| {
            let line = cart.lines.iter().find(|line| line.sku == *sku);
            line.map(|line| line.quantity)
        };
        match self {
            Self::OutOfStock { sku, available, .. } => {
                quantity(sku).is_some_and(|wanted| wanted > *available)
            }
            Self::Discontinued { sku } | Self::PriceChanged { sku, .. } => quantity(sku).is_some(),
            Self::TotalMismatch { .. }
            | Self::InvalidCustomer { .. }
            | Self::InvalidField { .. }
            | Self::CartChanged
            | Self::CartEmpty
            | Self::UnknownOrder
            | Self::NotSaved => true,
        }
    }
}

/// What the cart doors answer: the cart, or why the change was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CartAnswer {
    Cart(Cart),
    Refused { reasons: Vec<Reason> },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_the_contract() {
        let outcome = Outcome::NotPlaced {
            reasons: vec![
                Reason::OutOfStock {
                    sku: "A".into(),
                    requested: 2,
                    available: 1,
                },
                Reason::CartChanged,
                Reason::NotSaved,
            ],
            cart: None,
        };
        assert_eq!(
            serde_json::to_string(&outcome).expect("serialises"),
            r#"{"outcome":"not_placed","reasons":[{"code":"out_of_stock","sku":"A","requested":2,"available":1},{"code":"cart_changed"},{"code":"not_saved"}],"cart":null}"#
        );
        let confirmed = Outcome::Confirmed {
            number: "SO-2026-000001".into(),
            status: OrderStatus::OnHold,
            receipt: "r".into(),
        };
        assert_eq!(
            serde_json::to_string(&confirmed).expect("serialises"),
            r#"{"outcome":"confirmed","number":"SO-2026-000001","status":"on_hold","receipt":"r"}"#
        );
        let under_review = |settled| {
            let receipt = "r".into();
            serde_json::to_string(&Outcome::UnderReview { receipt, settled }).expect("serialises")
        };
        let safe = |asked_ms_ago| {
            let receipt = "r".into();
            let safe = Outcome::Safe {
                receipt,
                next_try_in_ms: 5_000,
                asked_ms_ago,
            };
            serde_json::to_string(&safe).expect("serialises")
        };
        assert_eq!(
            safe(None),
            r#"{"outcome":"safe","receipt":"r","next_try_in_ms":5000}"#
        );
        assert_eq!(
            safe(Some(200)),
            r#"{"outcome":"safe","receipt":"r","next_try_in_ms":5000,"asked_ms_ago":200}"#
        );
        assert_eq!(
            under_review(false),
            r#"{"outcome":"under_review","receipt":"r"}"#
        );
        assert_eq!(
            under_review(true),
            r#"{"outcome":"under_review","receipt":"r","settled":true}"#
        );
    }
}
