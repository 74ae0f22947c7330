//! The stream of stocks that stores follow: the ledger, in which each product counts once.

use crate::catalog::epoch;
use crate::error::StorageError;
use crate::sequence;
use crate::storage::EntMine;
use database::Conn;
use model::{StockChanges, StockOf};
use std::collections::HashSet;

/// Movements behind one answer, whatever the caller asks for.
const MOST_MOVEMENTS: i64 = 1_000;

impl EntMine {
    /// What can be had of the products that moved after a movement, by `limit` (1 to 1,000) movements at
    /// most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn stock_changes_after(
        &self,
        seq: i64,
        limit: i64,
    ) -> Result<StockChanges, StorageError> {
        let limit = limit.clamp(1, MOST_MOVEMENTS);
        let changes = self
            .read(move |conn| Box::pin(async move { changes(conn, seq, limit).await }))
            .await?;
        self.learn_epoch(changes.epoch);
        Ok(changes)
    }
}

async fn changes(conn: &mut Conn, from: i64, limit: i64) -> Result<StockChanges, StorageError> {
    // A product that is gone is in the stream of the catalogue.
    let rows: Vec<(i64, Option<String>, Option<i64>)> = sqlx::query_as(
        "SELECT m.position, p.sku, p.on_hand - p.reserved
         FROM stock_movements m LEFT JOIN products p ON p.sku = m.sku
         WHERE m.position > $1 ORDER BY m.position LIMIT $2",
    )
    .bind(from)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    let newest = sequence::last(conn, "stock").await?;
    let to = rows.last().map_or(from.min(newest), |last| last.0);
    let mut seen = HashSet::new();
    let stocks = rows
        .into_iter()
        .filter_map(|(_, sku, available)| Some((sku?, available?)))
        .filter(|(sku, _)| seen.insert(sku.clone()))
        .map(|(sku, available)| StockOf { sku, available })
        .collect();
    Ok(StockChanges {
        epoch: epoch(conn).await?,
        from,
        to,
        more: to < newest,
        stocks,
    })
}
