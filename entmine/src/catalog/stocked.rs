//! A product as staff see it: with its stock, and with a mark of what was looked at.

use super::{ProductRow, ProductStatus};
use model::Product;
use sha2::{Digest, Sha256};

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
    /// A mark of everything that staff edit. Whoever saves a form under another mark than the
    /// product's did not see what they are about to overwrite. (The product's version would not do:
    /// every order changes it by its reservation.)
    pub fn edition(&self) -> String {
        let product = &self.product;
        let mut digest = Sha256::new();
        for text in [
            &product.name,
            &product.category,
            &product.description,
            &product.image,
        ] {
            // No text has a NUL.
            digest.update(text.as_bytes());
            digest.update([0]);
        }
        digest.update(product.price_version.to_be_bytes());
        digest.update([u8::from(product.tracked)]);
        digest.update(self.status.as_str());
        format!("{:x}", digest.finalize())[..24].to_owned()
    }
}

impl From<ProductRow> for StockedProduct {
    fn from(row: ProductRow) -> Self {
        Self {
            on_hand: row.on_hand,
            reserved: row.on_hand - row.product.available,
            status: ProductStatus::of(row.product.published, row.product.listed, row.archived),
            product: row.product,
        }
    }
}
