//! A product as staff see it: with its stock, and with a mark of what was looked at.

use super::{FieldMarks, ProductRow, ProductStatus};
use model::Product;

/// A product with its stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockedProduct {
    pub product: Product,
    /// Pieces in the warehouse, the reserved ones among them.
    pub on_hand: i64,
    /// Pieces promised to orders.
    pub reserved: i64,
    pub status: ProductStatus,
}

impl StockedProduct {
    /// A mark of everything that staff edit, field by field ([`FieldMarks`]). Whoever saves a form
    /// under another mark than the product's did not see what they are about to overwrite.
    pub fn edition(&self) -> String {
        // The same price again is another one, with a version of its own.
        format!("{}-{}", FieldMarks::of(self), self.product.price_version)
    }
}

impl From<ProductRow> for StockedProduct {
    fn from(row: ProductRow) -> Self {
        Self {
            on_hand: row.on_hand,
            reserved: row.reserved,
            status: row.status(),
            product: row.product,
        }
    }
}
