//! Stock that is promised to orders.

use crate::catalog::record_changes;
use crate::error::StorageError;
use crate::stock::{Moved, MovementKind, record_movements};
use crate::storage::Writing;
use model::OrderLine;
use sqlx::Row;
use sqlx::any::AnyRow;

/// How much of an order is promised when it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// Every piece: there is enough.
    All,
    /// Of each line what is available, so that a held order takes nothing that is not there: goods
    /// that come in later are everybody's, until staff go on with it.
    WhatThereIs,
    /// Nothing, until staff go on with it.
    Nothing,
}

/// Promises pieces to an order, which changes what the catalogue says is available. Gives how many
/// are promised of each line.
pub(super) async fn reserve(
    tx: &mut Writing<'_>,
    number: &str,
    lines: &[OrderLine],
    promise: Promise,
    actor: &str,
) -> Result<Vec<i64>, StorageError> {
    let mut wanted = Vec::with_capacity(lines.len());
    for line in lines {
        let pieces = match promise {
            Promise::All => line.quantity,
            Promise::WhatThereIs => available(tx, &line.sku).await?.clamp(0, line.quantity),
            Promise::Nothing => 0,
        };
        wanted.push((line.sku.as_str(), pieces));
    }
    promise_pieces(tx, number, &wanted, actor, "").await
}

/// Promises what an order lacks, also where it is not there: staff decided so.
pub(super) async fn promise_rest(
    tx: &mut Writing<'_>,
    number: &str,
    actor: &str,
    reason: &str,
) -> Result<(), StorageError> {
    let rows = sqlx::query(
        "SELECT line, sku, quantity - reserved AS lacking FROM order_lines
         WHERE number = $1 AND reserved < quantity ORDER BY line",
    )
    .bind(number)
    .fetch_all(tx.conn())
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let (line, sku): (i64, String) = (row.try_get("line")?, row.try_get("sku")?);
        lines.push((line, sku, row.try_get::<i64, _>("lacking")?));
    }
    let wanted: Vec<_> = lines
        .iter()
        .map(|(_, sku, lacking)| (sku.as_str(), *lacking))
        .collect();
    let promised = promise_pieces(tx, number, &wanted, actor, reason).await?;
    for ((line, ..), pieces) in lines.iter().zip(promised) {
        sqlx::query(
            "UPDATE order_lines SET reserved = reserved + $1 WHERE number = $2 AND line = $3",
        )
        .bind(pieces)
        .bind(number)
        .bind(line)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Promises so many pieces of each product, which is in the list once; gives how many it was. An
/// order that was accepted before a backup was restored may name a product that the backup does not
/// have: nothing is promised of it, nor of one whose stock is not counted.
async fn promise_pieces(
    tx: &mut Writing<'_>,
    number: &str,
    wanted: &[(&str, i64)],
    actor: &str,
    reason: &str,
) -> Result<Vec<i64>, StorageError> {
    let mut promised = Vec::with_capacity(wanted.len());
    let (mut changed, mut moved) = (Vec::new(), Vec::new());
    for &(sku, pieces) in wanted {
        let row = match pieces {
            0 => None,
            pieces => promise_one(tx, sku, pieces).await?,
        };
        let Some(row) = row else {
            promised.push(0);
            continue;
        };
        changed.push((sku.to_owned(), row.try_get("version")?));
        moved.push(Moved {
            sku: sku.to_owned(),
            on_hand_change: 0,
            reserved_change: pieces,
            on_hand: row.try_get("on_hand")?,
            reserved: row.try_get("reserved")?,
        });
        promised.push(pieces);
    }
    record_changes(tx, &changed).await?;
    let kind = MovementKind::Reservation;
    record_movements(tx, kind, &moved, actor, reason, Some(number)).await?;
    Ok(promised)
}

async fn promise_one(
    tx: &mut Writing<'_>,
    sku: &str,
    pieces: i64,
) -> Result<Option<AnyRow>, StorageError> {
    Ok(sqlx::query(
        "UPDATE products SET reserved = reserved + $1, version = version + 1
         WHERE sku = $2 AND tracked = 1 RETURNING version, on_hand, reserved",
    )
    .bind(pieces)
    .bind(sku)
    .fetch_optional(tx.conn())
    .await?)
}

/// Pieces that are promised to nobody; 0 of a product that EntMine does not know, and below 0 where
/// more are promised than there are.
async fn available(tx: &mut Writing<'_>, sku: &str) -> Result<i64, StorageError> {
    let available = sqlx::query_scalar("SELECT on_hand - reserved FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(tx.conn())
        .await?;
    Ok(available.unwrap_or(0))
}

/// What becomes of the pieces that were promised to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// They are free again.
    Cancelled,
    /// They left the warehouse.
    Shipped,
}

/// Ends the promises of an order.
pub(super) async fn settle(
    tx: &mut Writing<'_>,
    number: &str,
    end: End,
    actor: &str,
    reason: &str,
) -> Result<(), StorageError> {
    let lines =
        sqlx::query("SELECT sku, reserved FROM order_lines WHERE number = $1 ORDER BY line")
            .bind(number)
            .fetch_all(tx.conn())
            .await?;
    sqlx::query("UPDATE order_lines SET reserved = 0 WHERE number = $1")
        .bind(number)
        .execute(tx.conn())
        .await?;
    let (mut changed, mut found, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    for line in &lines {
        let (sku, promised): (String, i64) = (line.try_get("sku")?, line.try_get("reserved")?);
        if promised > 0 {
            let ended = end_line(tx, sku, promised, end).await?;
            changed.push((ended.moved.sku.clone(), ended.version));
            found.extend(ended.found);
            moved.push(ended.moved);
        }
    }
    record_changes(tx, &changed).await?;
    let kind = match end {
        End::Cancelled => MovementKind::Release,
        End::Shipped => MovementKind::Shipment,
    };
    // The ledger says how many left the warehouse; what was not counted before was there all the same.
    let count = MovementKind::Count;
    record_movements(tx, count, &found, actor, FOUND, Some(number)).await?;
    record_movements(tx, kind, &moved, actor, reason, Some(number)).await
}

/// Why the count grew when more was shipped than was counted.
const FOUND: &str = "found while shipping";

/// How the promise of a line ended.
struct Ended {
    version: i64,
    /// Pieces that were shipped and had not been counted, before they left.
    found: Option<Moved>,
    moved: Moved,
}

/// Ends the promise of a line.
async fn end_line(
    tx: &mut Writing<'_>,
    sku: String,
    promised: i64,
    end: End,
) -> Result<Ended, StorageError> {
    let row = sqlx::query("SELECT on_hand, reserved FROM products WHERE sku = $1")
        .bind(&sku)
        .fetch_one(tx.conn())
        .await?;
    let (on_hand, reserved): (i64, i64) = (row.try_get("on_hand")?, row.try_get("reserved")?);
    let (found, on_hand_change) = match end {
        End::Cancelled => (0, 0),
        End::Shipped => ((promised - on_hand).max(0), -promised),
    };
    let after = on_hand + found + on_hand_change;
    let version: i64 = sqlx::query_scalar(
        "UPDATE products SET reserved = reserved - $1, on_hand = $2, version = version + 1
         WHERE sku = $3 RETURNING version",
    )
    .bind(promised)
    .bind(after)
    .bind(&sku)
    .fetch_one(tx.conn())
    .await?;
    Ok(Ended {
        version,
        found: (found > 0).then(|| Moved {
            sku: sku.clone(),
            on_hand_change: found,
            reserved_change: 0,
            on_hand: on_hand + found,
            reserved,
        }),
        moved: Moved {
            on_hand_change,
            reserved_change: -promised,
            on_hand: after,
            reserved: reserved - promised,
            sku,
        },
    })
}
