//! Stock that is promised to orders.

use crate::catalog::{ProductChange, ProductRow, StockChange, apply, read_products};
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

/// Promises pieces of `products`, as they were read for the order, which changes what the catalogue says
/// is available. Gives how many are promised of each line.
pub(super) async fn reserve(
    tx: &mut Writing<'_>,
    number: &str,
    lines: &[OrderLine],
    products: Vec<Option<ProductRow>>,
    promise: Promise,
    actor: &str,
) -> Result<Vec<i64>, StorageError> {
    let wanted = lines.iter().zip(products).map(|(line, product)| {
        let available = product.as_ref().map_or(0, |row| row.on_hand - row.reserved);
        let pieces = match promise {
            Promise::All => line.quantity,
            Promise::WhatThereIs => available.clamp(0, line.quantity),
            Promise::Nothing => 0,
        };
        (product, pieces)
    });
    promise_pieces(tx, number, wanted.collect(), actor, "").await
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
    let wanted = lines
        .iter()
        .map(|(_, sku, lacking)| (products.remove(sku), *lacking));
    let promised = promise_pieces(tx, number, wanted.collect(), actor, reason).await?;
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
    wanted: Vec<(Option<ProductRow>, i64)>,
    actor: &str,
    reason: &str,
) -> Result<Vec<i64>, StorageError> {
    let mut promised = Vec::with_capacity(wanted.len());
    let mut changes = Vec::with_capacity(wanted.len());
    for (product, pieces) in wanted {
        let product = product.filter(|row| row.product.tracked && pieces > 0);
        let Some(product) = product else {
            promised.push(0);
            continue;
        };
        let reservation = StockChange {
            kind: MovementKind::Reservation,
            on_hand: 0,
            reserved: pieces,
            reason,
            number: Some(number),
            request: None,
        };
        changes.push(ProductChange::of(product).moved(reservation));
        promised.push(pieces);
    }
    apply(tx, actor, changes).await?;
    Ok(promised)
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
fn ended(product: ProductRow, pieces: i64, end: End, reason: &str, number: &str) -> ProductChange {
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
