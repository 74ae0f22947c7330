//! The history of prices: which price a product had when.

use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::storage::Writing;

/// A product's new price.
pub(super) struct NewPrice {
    pub sku: String,
    pub price_version: i64,
    pub price_minor: i64,
}

/// Ends the price that each of these products has now, if any, and begins the new one.
pub(super) async fn record_prices(
    tx: &mut Writing<'_>,
    prices: &[NewPrice],
) -> Result<(), StorageError> {
    let now_ms = tx.now_ms;
    let later: Vec<_> = prices
        .iter()
        .filter(|price| price.price_version > 1)
        .collect();
    for rows in later.chunks(BATCH_ROWS) {
        let head = "UPDATE prices SET valid_to_ms = $1 WHERE valid_to_ms IS NULL AND sku IN";
        let mut query = sqlx::query(batch::listed_after(head, 1, rows.len(), "")).bind(now_ms);
        for price in rows {
            query = query.bind(&price.sku);
        }
        query.execute(tx.conn()).await?;
    }
    for rows in prices.chunks(BATCH_ROWS) {
        let sql = batch::insert(
            "INSERT INTO prices (sku, price_version, price_minor, valid_from_ms)",
            4,
            rows.len(),
            "",
        );
        let mut query = sqlx::query(sql);
        for price in rows {
            query = query
                .bind(&price.sku)
                .bind(price.price_version)
                .bind(price.price_minor)
                .bind(now_ms);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}
