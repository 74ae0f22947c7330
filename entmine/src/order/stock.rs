//! Stock that is promised to orders.

use crate::catalog::{ProductChange, ProductRow, StockChange, apply, apply_later, read_products};
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

/// What is promised of a line: the product, as it was read, and how many pieces.
pub(super) struct Reservation {
    product: ProductRow,
    pub pieces: i64,
}

impl Reservation {
    /// Of one product; none where nothing is promised. An order that was accepted before a backup was restored
    /// may name a product that the backup does not have: nothing is promised of it, nor of one whose stock is
    /// not counted.
    fn of(product: Option<ProductRow>, pieces: i64) -> Option<Self> {
        let product = product.filter(|row| row.product.tracked && pieces > 0)?;
        Some(Self { product, pieces })
    }
}

/// What is promised of each line of a new order.
pub(super) fn reservations(
    lines: &[OrderLine],
    products: Vec<Option<ProductRow>>,
    promise: Promise,
) -> Vec<Option<Reservation>> {
    let of_line = |(line, product): (&OrderLine, Option<ProductRow>)| {
        let available = product.as_ref().map_or(0, |row| row.on_hand - row.reserved);
        let pieces = match promise {
            Promise::All => line.quantity,
            Promise::WhatThereIs => available.clamp(0, line.quantity),
            Promise::Nothing => 0,
        };
        Reservation::of(product, pieces)
    };
    lines.iter().zip(products).map(of_line).collect()
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
    let mut reservations = Vec::with_capacity(lines.len());
    for (line, sku, lacking) in &lines {
        if let Some(reservation) = Reservation::of(products.remove(sku), *lacking) {
            promised.push((*line, reservation.pieces));
            reservations.push(reservation);
        }
    }
    reserve(tx, number, reservations, actor, reason).await?;
    tx.flush().await?;
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

/// Makes reservations, each of another product, for an order: it is part of what waits for the end of this
/// work.
pub(super) async fn reserve(
    tx: &mut Writing<'_>,
    number: &str,
    reservations: Vec<Reservation>,
    actor: &str,
    reason: &str,
) -> Result<(), StorageError> {
    let change = |Reservation { product, pieces }| {
        ProductChange::of(product).moved(StockChange {
            kind: MovementKind::Reservation,
            on_hand: 0,
            reserved: pieces,
            reason,
            number: Some(number),
            request: None,
        })
    };
    let changes = reservations.into_iter().map(change);
    apply_later(tx, actor, changes.collect()).await
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
