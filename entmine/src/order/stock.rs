//! Stock that is promised to orders.

use crate::catalog::record_changes;
use crate::error::StorageError;
use crate::storage::Writing;
use model::OrderLine;
use sqlx::Row;

/// Promises the pieces of a line; whether EntMine knows the product. An order that was accepted
/// before a backup was restored may name one that the backup does not have: nothing is promised of
/// it then.
async fn reserve_line(tx: &mut Writing<'_>, line: &OrderLine) -> Result<Option<i64>, StorageError> {
    Ok(sqlx::query_scalar(
        "UPDATE products SET reserved = reserved + $1, version = version + 1
         WHERE sku = $2 RETURNING version",
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
    lines: &[OrderLine],
) -> Result<Vec<i64>, StorageError> {
    let mut reserved = Vec::with_capacity(lines.len());
    let mut changed = Vec::with_capacity(lines.len());
    for line in lines {
        match reserve_line(tx, line).await? {
            Some(version) => {
                changed.push((line.sku.clone(), version));
                reserved.push(line.quantity);
            }
            None => reserved.push(0),
        }
    }
    record_changes(tx, &changed).await?;
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
    // Staff who ship more than was counted found it somewhere: the count ends at 0.
    let sql = match end {
        End::Cancelled => {
            "UPDATE products SET reserved = reserved - $1, version = version + 1
             WHERE sku = $2 RETURNING version"
        }
        End::Shipped => {
            "UPDATE products SET reserved = reserved - $1, version = version + 1,
                    on_hand = CASE WHEN on_hand < $1 THEN 0 ELSE on_hand - $1 END
             WHERE sku = $2 RETURNING version"
        }
    };
    let mut changed = Vec::with_capacity(lines.len());
    for line in &lines {
        let (sku, reserved): (String, i64) = (line.try_get("sku")?, line.try_get("reserved")?);
        if reserved > 0 {
            let version: i64 = sqlx::query_scalar(sql)
                .bind(reserved)
                .bind(&sku)
                .fetch_one(tx.conn())
                .await?;
            changed.push((sku, version));
        }
    }
    record_changes(tx, &changed).await
}
