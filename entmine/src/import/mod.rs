//! A merchant's own product file, in the columns of a Shopify product export.
//!
//! [`ProductFile::parse`] reads and checks all of it without a database; [`EntMine::import`] writes
//! it in one transaction. So nothing of a file with a bad row is imported.
//!
//! [`EntMine::import`]: crate::EntMine::import

mod export;
pub(crate) mod field;
mod plain;
mod problem;
mod rows;
pub(crate) mod slug;
mod table;
mod write;

pub(crate) use export::decimal;
pub use export::export;
pub(crate) use plain::tidy;
pub use problem::RowError;

use rows::FileProduct;
use std::sync::Arc;

/// A product file that was read and found good. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ProductFile {
    products: Arc<[FileProduct]>,
}

impl ProductFile {
    /// Reads a file of CSV in UTF-8. Prices are in `currency` (ISO 4217). The columns `Handle`,
    /// `Title`, `Variant SKU`, `Variant Price` and `Variant Inventory Qty` must be there; a missing
    /// `Body (HTML)`, `Type`, `Published`, `Option1 Value` to `Option3 Value`, `Image Src` or
    /// `Status` counts as empty; others are ignored.
    ///
    /// # Errors
    /// Every bad row, the first 100 one by one.
    pub fn parse(bytes: &[u8], currency: &str) -> Result<Self, Vec<RowError>> {
        let products = rows::read(bytes, currency)?;
        Ok(Self {
            products: products.into(),
        })
    }

    /// How many products the file has; each variant is one.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether the file has no product.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }
}

/// What an import did, in products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// SKUs that EntMine did not have.
    pub new: u64,
    /// SKUs of which anything differed.
    pub changed: u64,
    /// SKUs that were already as the file says; these got no new version.
    pub unchanged: u64,
}
