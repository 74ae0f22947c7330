//! The ledger of stock. On hand, reserved and available always follow from its movements: whatever
//! changes a product's stock writes one in the same transaction.

mod change;
mod changes;
mod list;
mod record;

pub use change::{Count, MAX_ON_HAND, Receipt, StockRefused};
pub(crate) use list::movements_of_order;
pub use list::{MovementQuery, Movements};
pub(crate) use record::{Moved, inserts as movement_inserts};

use model::StockLevel;

/// What kind of change of stock a movement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// Goods came in.
    Receipt,
    /// What is there was counted, also by a merchant's file.
    Count,
    /// Promised to an order.
    Reservation,
    /// A promise ended without shipping.
    Release,
    /// Pieces left the warehouse.
    Shipment,
}

impl MovementKind {
    pub const ALL: [Self; 5] = [
        Self::Receipt,
        Self::Count,
        Self::Reservation,
        Self::Release,
        Self::Shipment,
    ];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Count => "count",
            Self::Reservation => "reservation",
            Self::Release => "release",
            Self::Shipment => "shipment",
        }
    }

    /// The kind of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Without gaps over all products, in the order of commits.
    pub position: i64,
    pub sku: String,
    pub kind: MovementKind,
    /// By how many pieces each changed.
    pub on_hand_change: i64,
    pub reserved_change: i64,
    /// What it was afterwards.
    pub level: StockLevel,
    /// `staff:<name>`, `store:<name>` or `entmine`.
    pub actor: String,
    /// In the words of whoever did it; may be empty.
    pub reason: String,
    /// The order that it was for.
    pub number: Option<String>,
    pub at_ms: i64,
}
