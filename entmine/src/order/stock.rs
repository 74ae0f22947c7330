//! Stock that is promised to orders.

use crate::catalog::record_changes;
use crate::error::StorageError;
use crate::stock::{Moved, MovementKind, record_movements};
use crate::storage::Writing;
use model::OrderLine;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Promises the pieces of a line; nothing where their stock is not counted, or where EntMine does not
/// know the product. An order that was
/// accepted before a backup was restored may name one that the backup does not have: nothing is
/// promised of it then.
async fn reserve_line(
    tx: &mut Writing<'_>,
    line: &OrderLine,
) -> Result<Option<AnyRow>, StorageError> {
    Ok(sqlx::query(
        "UPDATE products SET reserved = reserved + $1, version = version + 1
         WHERE sku = $2 AND tracked = 1 RETURNING version, on_hand, reserved",
    )
    .bind(line.quantity)
    .bind(&line.sku)
    .fetch_optional(tx.conn())
    .await?)
}

/// Promises the pieces to an order, which changes what the catalogue says is available. Gives how
/// many are promised of each line: all or none.
pub(super) async fn reserve(
    tx: &mut Writing<'_>,
    number: &str,
    lines: &[OrderLine],
    actor: &str,
) -> Result<Vec<i64>, StorageError> {
    let mut reserved = Vec::with_capacity(lines.len());
    let mut changed = Vec::with_capacity(lines.len());
    let mut moved = Vec::with_capacity(lines.len());
    for line in lines {
        match reserve_line(tx, line).await? {
            Some(row) => {
                changed.push((line.sku.clone(), row.try_get("version")?));
                moved.push(Moved {
                    sku: line.sku.clone(),
                    on_hand_change: 0,
                    reserved_change: line.quantity,
                    on_hand: row.try_get("on_hand")?,
                    reserved: row.try_get("reserved")?,
                });
                reserved.push(line.quantity);
            }
            None => reserved.push(0),
        }
    }
    record_changes(tx, &changed).await?;
    let kind = MovementKind::Reservation;
    record_movements(tx, kind, &moved, actor, "", Some(number)).await?;
    Ok(reserved)
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
    let (mut changed, mut moved) = (Vec::new(), Vec::new());
    for line in &lines {
        let (sku, promised): (String, i64) = (line.try_get("sku")?, line.try_get("reserved")?);
        if promised > 0 {
            let (version, movement) = end_line(tx, sku, promised, end).await?;
            changed.push((movement.sku.clone(), version));
            moved.push(movement);
        }
    }
    record_changes(tx, &changed).await?;
    let kind = match end {
        End::Cancelled => MovementKind::Release,
        End::Shipped => MovementKind::Shipment,
    };
    record_movements(tx, kind, &moved, actor, reason, Some(number)).await
}

/// Ends the promise of a line; gives the product's new version, and how its stock changed.
async fn end_line(
    tx: &mut Writing<'_>,
    sku: String,
    promised: i64,
    end: End,
) -> Result<(i64, Moved), StorageError> {
    let before: i64 = sqlx::query_scalar("SELECT on_hand FROM products WHERE sku = $1")
        .bind(&sku)
        .fetch_one(tx.conn())
        .await?;
    let on_hand_change = match end {
        End::Cancelled => 0,
        // Staff who ship more than was counted found it somewhere: the count ends at 0.
        End::Shipped => -promised.min(before),
    };
    let row = sqlx::query(
        "UPDATE products SET reserved = reserved - $1, on_hand = on_hand + $2,
                             version = version + 1
         WHERE sku = $3 RETURNING version, on_hand, reserved",
    )
    .bind(promised)
    .bind(on_hand_change)
    .bind(&sku)
    .fetch_one(tx.conn())
    .await?;
    let moved = Moved {
        on_hand_change,
        reserved_change: -promised,
        on_hand: row.try_get("on_hand")?,
        reserved: row.try_get("reserved")?,
        sku,
    };
    Ok((row.try_get("version")?, moved))
}
