//! Writing the ledger.

use super::MovementKind;
use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::sequence;
use crate::storage::Writing;

/// How one product's stock changed in the transaction under way.
pub(crate) struct Moved {
    pub sku: String,
    pub kind: MovementKind,
    pub on_hand_change: i64,
    pub reserved_change: i64,
    /// Afterwards.
    pub on_hand: i64,
    pub reserved: i64,
    /// In the words of whoever did it; may be empty.
    pub reason: String,
    /// The order that it was for.
    pub number: Option<String>,
    /// The request that made it, which no other movement may have.
    pub request: Option<String>,
}

/// Adds movements in their order, as part of the transaction that changed the stock.
pub(crate) async fn record_movements(
    tx: &mut Writing<'_>,
    actor: &str,
    moved: &[&Moved],
) -> Result<(), StorageError> {
    if moved.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(moved.len()).unwrap_or(i64::MAX);
    let mut position = sequence::take(tx.conn(), "stock", count).await? - count;
    let now_ms = tx.now_ms;
    for rows in moved.chunks(BATCH_ROWS) {
        let sql = batch::insert(
            "INSERT INTO stock_movements (position, sku, kind, on_hand_change, reserved_change,
                                          on_hand, reserved, actor, reason, number, at_ms,
                                          request_key)",
            12,
            rows.len(),
            "",
        );
        let mut query = sqlx::query(sql);
        for row in rows {
            position += 1;
            query = query
                .bind(position)
                .bind(&row.sku)
                .bind(row.kind.as_str())
                .bind(row.on_hand_change)
                .bind(row.reserved_change)
                .bind(row.on_hand)
                .bind(row.reserved)
                .bind(actor)
                .bind(&row.reason)
                .bind(&row.number)
                .bind(now_ms)
                .bind(&row.request);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}
