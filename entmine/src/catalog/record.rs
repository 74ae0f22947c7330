//! Writing the stream of changes.

use crate::batch::{self, BATCH_ROWS};
use database::Change;

/// The statements that write changes after a seq of the stream, in their order: SKUs with their new versions.
pub(crate) fn inserts(
    mut seq: i64,
    now_ms: i64,
    changed: &[(String, i64)],
) -> impl Iterator<Item = Change<'static>> {
    let insert = move |rows: &[(String, i64)]| {
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
        query
    };
    changed.chunks(BATCH_ROWS).map(insert)
}
