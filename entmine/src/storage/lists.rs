//! The lists that work adds to: the audit, the ledger of stock, the catalogue's stream of changes. What one
//! piece of work has for them is gathered and written together, so that it costs four statements however
//! much it is.

use crate::audit;
use crate::catalog;
use crate::error::StorageError;
use crate::sequence;
use crate::stock::{self, Moved};
use database::Conn;

/// What waits to be written, each in its order.
#[derive(Default)]
pub(crate) struct Lists {
    pub audit: Vec<audit::Noted>,
    /// With who did it.
    pub moved: Vec<(String, Moved)>,
    /// SKUs with their new versions.
    pub changed: Vec<(String, i64)>,
}

/// Where the streams that stores follow are after they were written; none of those that did not move.
#[derive(Clone, Copy, Default)]
pub(crate) struct Streams {
    pub catalog: Option<i64>,
    pub stock: Option<i64>,
}

/// Writes it.
pub(super) async fn write(
    conn: &mut Conn,
    now_ms: i64,
    lists: Lists,
) -> Result<Streams, StorageError> {
    let counts = [
        ("audit", lists.audit.len()),
        ("stock", lists.moved.len()),
        ("catalog", lists.changed.len()),
    ];
    let wanted: Vec<(&str, i64)> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| (name, i64::try_from(count).unwrap_or(i64::MAX)))
        .collect();
    if wanted.is_empty() {
        return Ok(Streams::default());
    }
    let last = sequence::take_some(conn, &wanted).await?;
    let before = |name: &str| {
        let count = wanted.iter().find(|(known, _)| *known == name)?.1;
        Some(last.get(name)? - count)
    };
    if let Some(position) = before("audit") {
        audit::insert(conn, position, now_ms, &lists.audit).await?;
    }
    if let Some(position) = before("stock") {
        stock::insert_movements(conn, position, now_ms, &lists.moved).await?;
    }
    if let Some(seq) = before("catalog") {
        catalog::insert_changes(conn, seq, now_ms, &lists.changed).await?;
    }
    Ok(Streams {
        catalog: last.get("catalog").copied(),
        stock: last.get("stock").copied(),
    })
}
