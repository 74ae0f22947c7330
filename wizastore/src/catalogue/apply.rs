//! Changes of EntMine's catalogue, applied in their order.

use super::{categories, rows, stock};
use database::Conn;
use model::{CatalogueMessage, Change, StockOf};
use std::collections::BTreeMap;

/// A message that does not follow on what the cache has: nothing was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cache has applied {applied}, so changes from elsewhere cannot follow")]
pub struct CatalogueGap {
    /// What the cache has followed so far.
    pub applied: i64,
}

/// Applies the changes that the cache does not have yet, moves the watermark, and gives where it is
/// then. A message that was applied before changes no product.
pub(super) async fn apply(
    tx: &mut Conn,
    message: &CatalogueMessage,
    now_ms: i64,
) -> Result<Result<i64, CatalogueGap>, sqlx::Error> {
    let (epoch, applied) = super::watermark(&mut *tx).await?.unwrap_or((0, 0));
    if message.epoch != epoch || message.from > applied {
        return Ok(Err(CatalogueGap { applied }));
    }
    // An earlier one could bring back a product that was deleted since.
    let new = message.changes.iter().filter(|change| change.seq > applied);
    let last: BTreeMap<&str, &Change> = new.map(|change| (change.sku.as_str(), change)).collect();
    let written: Vec<_> = last
        .values()
        .filter_map(|change| change.product.as_ref())
        .collect();
    let before = categories::Before::read(tx, last.keys().copied()).await?;
    rows::update(tx, &written).await?;
    let stocks = written.iter().map(|product| StockOf::from(*product));
    stock::begin(tx, &stocks.collect::<Vec<_>>()).await?;
    for change in last.values().filter(|change| change.product.is_none()) {
        sqlx::query("DELETE FROM products WHERE sku = $1 AND version <= $2")
            .bind(&change.sku)
            .bind(change.version)
            .execute(&mut *tx)
            .await?;
    }
    before.count(tx, last.keys().copied()).await?;
    if message.to > applied {
        // One that waits for an operator is of the past once the cache is past it.
        sqlx::query("DELETE FROM catalogue_held WHERE epoch = $1 AND seq <= $2")
            .bind(epoch)
            .bind(message.to)
            .execute(&mut *tx)
            .await?;
    }
    let applied = applied.max(message.to);
    sqlx::query("UPDATE catalogue_watermark SET seq = $1, confirmed_at = $2 WHERE id = 1")
        .bind(applied)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(Ok(applied))
}
