//! Writing the ledger.

use super::MovementKind;
use crate::batch::{self, BATCH_ROWS};
use database::Change;

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

/// The statements that write movements after a position of the ledger, in their order, each with who did it.
pub(crate) fn inserts(
    mut position: i64,
    now_ms: i64,
    moved: &[(String, Moved)],
) -> impl Iterator<Item = Change<'static>> {
    let insert = move |rows: &[(String, Moved)]| {
        let sql = batch::insert(
            "INSERT INTO stock_movements (position, sku, kind, on_hand_change, reserved_change,
                                          on_hand, reserved, actor, reason, number, at_ms,
                                          request_key)",
            12,
            rows.len(),
            "",
        );
        let mut query = sqlx::query(sql);
        for (actor, row) in rows {
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
        query
    };
    moved.chunks(BATCH_ROWS).map(insert)
}
