//! Writing the stream of changes.

use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::sequence;
use crate::storage::Writing;

/// Adds a change for each of these products, with its new version, as part of the transaction that
/// changed them. A product must be in the list once.
pub(super) async fn record_changes(
    tx: &mut Writing<'_>,
    changed: &[(String, i64)],
) -> Result<(), StorageError> {
    if changed.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(changed.len()).unwrap_or(i64::MAX);
    let newest = sequence::take(tx.conn(), "catalog", count).await?;
    let now_ms = tx.now_ms;
    let mut seq = newest - count;
    for rows in changed.chunks(BATCH_ROWS) {
        let sql = batch::insert(
            "INSERT INTO catalog_changes (seq, sku, version, changed_at_ms)",
            4,
            rows.len(),
            "",
        );
        let mut query = sqlx::query(sql);
        for (sku, version) in rows {
            seq += 1;
            query = query.bind(seq).bind(sku).bind(*version).bind(now_ms);
        }
        query.execute(tx.conn()).await?;
    }
    tx.catalog_seq = Some(newest);
    Ok(())
}
