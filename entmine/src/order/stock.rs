//! Stock that is promised to orders.

use super::facts::Facts;
use crate::catalog::{ProductChange, StockChange, StockedProduct, apply, read_products};
use crate::error::StorageError;
use crate::stock::MovementKind;
use crate::storage::Writing;
use model::OrderLine;
use sqlx::Row;

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

impl Promise {
    /// Pieces that are promised of a line; none of a product that is not there any more, or whose stock is not
    /// counted.
    pub fn of(self, line: &OrderLine, facts: Option<&Facts<'_>>) -> i64 {
        let Some(facts) = facts.filter(|facts| facts.row.product.tracked) else {
            return 0;
        };
        match self {
            Self::All => line.quantity,
            Self::WhatThereIs => facts.available.clamp(0, line.quantity),
            Self::Nothing => 0,
        }
    }
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
    let skus: Vec<&str> = lines.iter().map(|(_, sku, _)| sku.as_str()).collect();
    let mut products = read_products(tx.conn(), &skus).await?;
    let mut promised = Vec::with_capacity(lines.len());
    let mut changes = Vec::with_capacity(lines.len());
    for (line, sku, lacking) in &lines {
        // An order that was accepted before a backup was restored may name a product that the backup does
        // not have.
        let product = products.remove(sku);
        if let Some(product) = product.filter(|row| row.product.tracked) {
            promised.push((*line, *lacking));
            let mut change = ProductChange::of(product);
            reserve(&mut change, number, *lacking, reason);
            changes.push(change);
        }
    }
    apply(tx, actor, changes).await?;
    for (line, pieces) in promised {
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

/// Promises so many pieces more of a product to an order.
pub(super) fn reserve(change: &mut ProductChange, number: &str, pieces: i64, reason: &str) {
    change.move_stock(StockChange {
        kind: MovementKind::Reservation,
        on_hand: 0,
        reserved: pieces,
        reason,
        number: Some(number),
        request: None,
    });
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
    let mut promised = Vec::with_capacity(lines.len());
    for line in &lines {
        let (sku, pieces): (String, i64) = (line.try_get("sku")?, line.try_get("reserved")?);
        if pieces > 0 {
            promised.push((sku, pieces));
        }
    }
    let skus: Vec<&str> = promised.iter().map(|(sku, _)| sku.as_str()).collect();
    let mut products = read_products(tx.conn(), &skus).await?;
    let mut changes = Vec::with_capacity(promised.len());
    for (sku, pieces) in promised {
        let gone = || StorageError::Unreadable(format!("product {sku}"));
        let product = products.remove(&sku).ok_or_else(gone)?;
        changes.push(ended(product, pieces, end, reason, number));
    }
    apply(tx, actor, changes).await
}

/// Why the count grew when more was shipped than was counted.
const FOUND: &str = "found while shipping";

/// Ends the promise of so many pieces of a product.
fn ended(
    product: StockedProduct,
    pieces: i64,
    end: End,
    reason: &str,
    number: &str,
) -> ProductChange {
    let on_hand = product.on_hand;
    let change = ProductChange::of(product);
    let stock = StockChange {
        kind: MovementKind::Release,
        on_hand: 0,
        reserved: -pieces,
        reason,
        number: Some(number),
        request: None,
    };
    match end {
        End::Cancelled => change.moved(stock),
        End::Shipped => {
            // The ledger says how many left the warehouse; what was not counted before was there all
            // the same.
            let found = (pieces - on_hand).max(0);
            let change = match found {
                0 => change,
                found => change.moved(StockChange {
                    kind: MovementKind::Count,
                    on_hand: found,
                    reserved: 0,
                    reason: FOUND,
                    ..stock.clone()
                }),
            };
            change.moved(StockChange {
                kind: MovementKind::Shipment,
                on_hand: -pieces,
                ..stock
            })
        }
    }
}
