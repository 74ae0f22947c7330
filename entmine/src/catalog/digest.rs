//! The digest of a catalogue, by which a store and EntMine see whether they have the same one.

use crate::error::StorageError;
use crate::sequence;
use crate::storage::EntMine;
use database::Conn;
use model::{CatalogueDigest, DigestLine};
use sha2::{Digest, Sha256};
use sqlx::Row;

impl EntMine {
    /// Epoch, seq and digest of one moment, worked out from the rows: about 2 µs a product.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn digest(&self) -> Result<CatalogueDigest, StorageError> {
        let digest = self
            .read(|conn| Box::pin(async move { of_rows(conn).await }))
            .await?;
        self.learn_epoch(digest.epoch);
        Ok(digest)
    }
}

/// The digest of lines.
pub(super) fn of(lines: Vec<DigestLine>) -> String {
    format!("sha256:{:x}", Sha256::digest(DigestLine::text_of(lines)))
}

async fn of_rows(conn: &mut Conn) -> Result<CatalogueDigest, StorageError> {
    let rows = sqlx::query(
        "SELECT sku, version, price_minor, on_hand - reserved AS available, published FROM products",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        lines.push(DigestLine {
            sku: row.try_get("sku")?,
            version: row.try_get("version")?,
            price_minor: row.try_get("price_minor")?,
            available: row.try_get("available")?,
            published: row.try_get::<i64, _>("published")? == 1,
        });
    }
    Ok(CatalogueDigest {
        epoch: super::epoch(conn).await?,
        seq: sequence::last(conn, "catalog").await?,
        products: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        digest: of(lines),
    })
}
