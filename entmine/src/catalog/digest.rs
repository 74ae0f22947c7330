//! The digest of a catalogue, by which a store and EntMine see whether they have the same one.

use super::Snapshot;
use sha2::{Digest, Sha256};

impl Snapshot {
    /// `sha256:<hex>` over a line `sku:version:price_minor:available:published` for each product, by
    /// SKU, `published` as 1 or 0 (DESIGN.md §4).
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for product in &self.products {
            let line = format!(
                "{}:{}:{}:{}:{}\n",
                product.sku,
                product.version,
                product.price_minor,
                product.available,
                u8::from(product.published)
            );
            digest.update(line);
        }
        format!("sha256:{:x}", digest.finalize())
    }
}
