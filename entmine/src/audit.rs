//! The record of who did what.

use crate::error::StorageError;
use crate::sequence;
use crate::storage::Writing;

/// One entry; none of its texts may hold customer data.
pub(crate) struct Entry<'a> {
    /// `store:<name>` or `entmine`.
    pub actor: &'a str,
    pub event: &'a str,
    /// The order key or SKU that it happened to.
    pub subject: &'a str,
    pub detail: &'a str,
}

/// Writes an entry as part of the transaction that did the thing.
pub(crate) async fn record(tx: &mut Writing<'_>, entry: Entry<'_>) -> Result<(), StorageError> {
    let position = sequence::take(tx.conn(), "audit", 1).await?;
    sqlx::query(
        "INSERT INTO audit (position, at_ms, actor, event, subject, detail)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(position)
    .bind(tx.now_ms)
    .bind(entry.actor)
    .bind(entry.event)
    .bind(entry.subject)
    .bind(entry.detail)
    .execute(tx.conn())
    .await?;
    Ok(())
}
