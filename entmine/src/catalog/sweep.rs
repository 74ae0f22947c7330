//! Changes of the catalogue that nobody needs any more.
//!
//! A change names a product and shows it as it is now. Where the product changed again since, whoever follows
//! from before both is told the same by the later one, so the earlier one may go: what is left is never more
//! than the products and the changes of a month.

use crate::error::StorageError;
use crate::storage::EntMine;
use database::Conn;
use sqlx::Row;
use std::time::Duration;

/// Changes that are looked at in one piece of work.
const CHANGES: i64 = 500;
const EVERY: Duration = Duration::from_secs(24 * 3600);

impl EntMine {
    /// Removes the changes that are older than [`Options::changes_kept`](crate::Options) and whose product changed
    /// again since; gives how many.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer. What was removed by then stays so.
    pub async fn sweep_changes(&self) -> Result<u64, StorageError> {
        let kept_ms = self.changes_kept().as_millis() as i64;
        let (mut after, mut swept) = (Some(0), 0);
        while let Some(from) = after {
            let removed;
            (removed, after) = self
                .write("entmine.sweep", move |tx| {
                    Box::pin(async move {
                        let until_ms = tx.now_ms.saturating_sub(kept_ms);
                        sweep_some(tx.conn(), from, until_ms).await
                    })
                })
                .await?;
            swept += removed;
        }
        Ok(swept)
    }

    /// Sweeps once a day, for ever.
    pub async fn keep_changes_few(self) {
        loop {
            match self.sweep_changes().await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "old changes of the catalogue removed"),
                Err(error) => {
                    tracing::warn!(%error, "old changes of the catalogue could not be removed");
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}

/// Looks at the next changes after a seq; how many were removed, and where to go on.
async fn sweep_some(
    conn: &mut Conn,
    after: i64,
    until_ms: i64,
) -> Result<(u64, Option<i64>), StorageError> {
    let rows = sqlx::query(
        "SELECT seq, changed_at_ms FROM catalog_changes WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(CHANGES)
    .fetch_all(&mut *conn)
    .await?;
    let mut last = after;
    for row in &rows {
        if row.try_get::<i64, _>("changed_at_ms")? >= until_ms {
            break;
        }
        last = row.try_get("seq")?;
    }
    let removed = sqlx::query(
        "DELETE FROM catalog_changes WHERE seq > $1 AND seq <= $2 AND EXISTS (
             SELECT 1 FROM catalog_changes later
             WHERE later.sku = catalog_changes.sku AND later.seq > catalog_changes.seq)",
    )
    .bind(after)
    .bind(last)
    .execute(conn)
    .await?;
    let all_old = match rows.last() {
        Some(row) => row.try_get::<i64, _>("seq")? == last,
        None => false,
    };
    Ok((removed.rows_affected(), all_old.then_some(last)))
}
