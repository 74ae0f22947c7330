//! The cart, kept by the store's server.

use serde::{Deserialize, Serialize};

/// A cart as the browser sees it. `order_key` and `receipt` become the order's own when it is
/// placed; `revision` goes up with every change and is sent back with the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    pub order_key: String,
    pub receipt: String,
    pub revision: i64,
    pub lines: Vec<CartLine>,
    pub total_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

impl Cart {
    /// How many pieces are in the cart, for the badge.
    pub fn pieces(&self) -> i64 {
        self.lines.iter().map(|line| line.quantity).sum()
    }
}

/// One product in a cart at the price that the customer is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price_minor: i64,
}
