//! The digest of a catalogue, by which a store and EntMine see whether they have the same one.

use crate::error::StorageError;
use crate::sequence;
use crate::storage::EntMine;
use database::Conn;
use futures::TryStreamExt;
use model::{CatalogueDigest, DigestLine, StockDigest, StockOf};
use sha2::{Digest, Sha256};
use sqlx::Row;

impl EntMine {
    /// What catalogue and stock are at one moment, worked out from the rows: about 3 µs a product.
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
    hash(&DigestLine::text_of(lines))
}

fn hash(text: &str) -> String {
    format!("sha256:{:x}", Sha256::digest(text))
}

async fn of_rows(conn: &mut Conn) -> Result<CatalogueDigest, StorageError> {
    let (mut lines, mut stocks) = (Vec::new(), Vec::new());
    // Row by row: all rows of a large catalogue at once would be a few hundred megabytes.
    let mut rows = sqlx::query(
        "SELECT sku, version, price_minor, on_hand - reserved AS available, published FROM products",
    )
    .fetch(&mut *conn);
    while let Some(row) = rows.try_next().await? {
        let sku: String = row.try_get("sku")?;
        stocks.push(StockOf {
            sku: sku.clone(),
            available: row.try_get("available")?,
        });
        lines.push(DigestLine {
            sku,
            version: row.try_get("version")?,
            price_minor: row.try_get("price_minor")?,
            published: row.try_get::<i64, _>("published")? == 1,
        });
    }
    drop(rows);
    Ok(CatalogueDigest {
        epoch: super::epoch(conn).await?,
        seq: sequence::last(conn, "catalog").await?,
        products: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        digest: of(lines),
        stock: StockDigest {
            seq: sequence::last(conn, "stock").await?,
            digest: hash(&StockOf::text_of(&mut stocks)),
        },
    })
}
