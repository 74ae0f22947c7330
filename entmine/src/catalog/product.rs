//! A product's row.

use crate::error::StorageError;
use model::Product;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A product with its stock as counted, as the row has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProductRow {
    pub product: Product,
    /// Pieces in the warehouse, the reserved ones among them.
    pub on_hand: i64,
    /// Pieces promised to orders.
    pub reserved: i64,
    /// Kept for its history only; never published.
    pub archived: bool,
    /// The stock that the last file set, as long as files may compare with it; none where no file did.
    pub imported_on_hand: Option<i64>,
}

impl ProductRow {
    /// Reads a row that has all columns of `products`.
    pub fn read(row: &AnyRow) -> Result<Self, StorageError> {
        let on_hand: i64 = row.try_get("on_hand")?;
        let reserved: i64 = row.try_get("reserved")?;
        let product = Product {
            sku: row.try_get("sku")?,
            version: row.try_get("version")?,
            name: row.try_get("name")?,
            slug: row.try_get("slug")?,
            category: row.try_get("category")?,
            description: row.try_get("description")?,
            image: row.try_get("image")?,
            currency: row.try_get("currency")?,
            price_minor: row.try_get("price_minor")?,
            price_version: row.try_get("price_version")?,
            available: on_hand - reserved,
            published: row.try_get::<i64, _>("published")? == 1,
            tracked: row.try_get::<i64, _>("tracked")? == 1,
            listed: row.try_get::<i64, _>("listed")? == 1,
        };
        Ok(Self {
            product,
            on_hand,
            reserved,
            archived: row.try_get::<i64, _>("archived")? == 1,
            imported_on_hand: row.try_get("imported_on_hand")?,
        })
    }
}
