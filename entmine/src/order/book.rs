//! Booking an accepted order: its number, its rows, its stock.

use super::request::Request;
use crate::catalog::record_changes;
use crate::clock::{rfc3339, year};
use crate::error::StorageError;
use crate::sequence;
use crate::storage::Writing;
use model::{Acceptance, OrderLine, OrderStatus};

/// An order that was judged acceptable.
pub(super) struct Order<'a> {
    pub store: &'a str,
    pub key: &'a str,
    pub fingerprint: &'a str,
    pub body: &'a [u8],
    pub request: &'a Request,
    pub status: OrderStatus,
}

/// Books an order and gives it the next number of the year.
pub(super) async fn book(
    tx: &mut Writing<'_>,
    order: Order<'_>,
) -> Result<Acceptance, StorageError> {
    let number = next_number(tx).await?;
    insert_order(tx, &order, &number).await?;
    for (line, position) in order.request.order.lines.iter().zip(1..) {
        insert_line(tx, &number, position, line).await?;
    }
    reserve(tx, &order.request.order.lines).await?;
    Ok(Acceptance {
        key: order.key.to_owned(),
        number,
        fingerprint: order.fingerprint.to_owned(),
        total_minor: order.request.order.total_minor,
        currency: order.request.order.currency.clone(),
        accepted_at: rfc3339(tx.now_ms),
        status: order.status,
        replayed: false,
    })
}

/// `SO-2026-000123`. The year is the one of the acceptance in UTC; after 999,999 the number grows.
async fn next_number(tx: &mut Writing<'_>) -> Result<String, StorageError> {
    let year = year(tx.now_ms);
    let count = sequence::take(tx.conn(), &format!("number-{year}"), 1).await?;
    Ok(format!("SO-{year}-{count:06}"))
}

async fn insert_order(
    tx: &mut Writing<'_>,
    order: &Order<'_>,
    number: &str,
) -> Result<(), StorageError> {
    let position = sequence::take(tx.conn(), "orders", 1).await?;
    let sent = &order.request.order;
    let customer = &sent.customer;
    let address = &customer.address;
    sqlx::query(
        "INSERT INTO orders (number, position, key, store, placed_at_ms, accepted_at_ms, currency,
                             total_minor, status, name, email, phone, line1, line2, city, postcode,
                             country, note, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19)",
    )
    .bind(number)
    .bind(position)
    .bind(order.key)
    .bind(order.store)
    .bind(order.request.placed_at_ms)
    .bind(tx.now_ms)
    .bind(&sent.currency)
    .bind(sent.total_minor)
    .bind(order.status.as_str())
    .bind(&customer.name)
    .bind(&customer.email)
    .bind(&customer.phone)
    .bind(&address.line1)
    .bind(&address.line2)
    .bind(&address.city)
    .bind(&address.postcode)
    .bind(&address.country)
    .bind(&sent.note)
    .bind(order.body)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_line(
    tx: &mut Writing<'_>,
    number: &str,
    position: i64,
    line: &OrderLine,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO order_lines (number, line, sku, quantity, unit_price_minor, price_version)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number)
    .bind(position)
    .bind(&line.sku)
    .bind(line.quantity)
    .bind(line.unit_price_minor)
    .bind(line.price_version)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Promises the pieces to this order, which changes what the catalogue says is available.
async fn reserve(tx: &mut Writing<'_>, lines: &[OrderLine]) -> Result<(), StorageError> {
    let mut changed = Vec::with_capacity(lines.len());
    for line in lines {
        let version: i64 = sqlx::query_scalar(
            "UPDATE products SET reserved = reserved + $1, version = version + 1
             WHERE sku = $2 RETURNING version",
        )
        .bind(line.quantity)
        .bind(&line.sku)
        .fetch_one(tx.conn())
        .await?;
        changed.push((line.sku.clone(), version));
    }
    record_changes(tx, &changed).await
}
