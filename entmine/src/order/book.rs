//! Booking an accepted order: its number, its rows, its stock.

use super::number::{ORDERS, OrderNumber};
use super::request::Request;
use super::stock::{self, Promise, Reservation};
use crate::batch::{self, BATCH_ROWS};
use crate::catalog::ProductRow;
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::search::{email_key, person_text};
use crate::sequence;
use crate::storage::{Counts, Writing};
use model::{Acceptance, OrderField, OrderLine, OrderStatus, typed};

/// An order that was judged acceptable.
pub(super) struct Order<'a> {
    pub store: &'a str,
    pub key: &'a str,
    pub fingerprint: &'a str,
    pub body: &'a [u8],
    pub request: &'a Request,
    /// What it is promised where staff look at it first; none for one that is all promised and waits
    /// to be picked.
    pub hold: Option<Promise>,
    /// The number that it had before EntMine lost it; none for the next of the year.
    pub number: Option<OrderNumber>,
    /// How many entries of the audit its acceptance makes.
    pub notes: i64,
    /// The product of each line, as it was read; none where there is no such product any more.
    pub products: Vec<Option<ProductRow>>,
}

/// Books an order and gives it its number.
pub(super) async fn book(
    tx: &mut Writing<'_>,
    mut order: Order<'_>,
) -> Result<Acceptance, StorageError> {
    let (status, promise) = match order.hold {
        None => (OrderStatus::New, Promise::All),
        Some(promise) => (OrderStatus::OnHold, promise),
    };
    let lines = &order.request.order.lines;
    let products = std::mem::take(&mut order.products);
    let reservations = stock::reservations(lines, products, promise);
    let moved = reservations.iter().flatten().count();
    let (number, position) = match order.number {
        None => {
            let of_lists = Counts {
                audit: order.notes,
                moved: i64::try_from(moved).unwrap_or(i64::MAX),
                ..Counts::default()
            };
            OrderNumber::next(tx, of_lists).await?
        }
        Some(number) => {
            number.pass(tx).await?;
            (number, sequence::take(tx.conn(), ORDERS, 1).await?)
        }
    };
    let number = number.to_string();
    insert_order(tx, &order, status, &number, position).await?;
    let pieces = |one: &Option<Reservation>| one.as_ref().map_or(0, |one| one.pieces);
    let reserved: Vec<i64> = reservations.iter().map(pieces).collect();
    insert_lines(tx, &number, lines, &reserved).await?;
    let actor = format!("store:{}", order.store);
    let reservations = reservations.into_iter().flatten().collect();
    stock::reserve(tx, &number, reservations, &actor, "").await?;
    Ok(Acceptance {
        key: order.key.to_owned(),
        number,
        fingerprint: order.fingerprint.to_owned(),
        total_minor: order.request.order.total_minor,
        currency: order.request.order.currency.clone(),
        accepted_at: rfc3339(tx.now_ms),
        status,
        replayed: false,
    })
}

async fn insert_order(
    tx: &mut Writing<'_>,
    order: &Order<'_>,
    status: OrderStatus,
    number: &str,
    position: i64,
) -> Result<(), StorageError> {
    let sent = &order.request.order;
    let customer = &sent.customer;
    let address = &customer.address;
    let name = written(OrderField::Name, &customer.name);
    let email = written(OrderField::Email, &customer.email);
    let postcode = written(OrderField::Postcode, &address.postcode);
    let some = |field, text: &Option<String>| text.as_deref().map(|text| written(field, text));
    let insert = sqlx::query(
        "INSERT INTO orders (number, position, key, store, placed_at_ms, accepted_at_ms, currency,
                             total_minor, status, name, email, phone, line1, line2, city, postcode,
                             country, note, body, search_text, email_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20, $21)",
    )
    .bind(number)
    .bind(position)
    .bind(order.key)
    .bind(order.store)
    .bind(order.request.placed_at_ms)
    .bind(tx.now_ms)
    .bind(&sent.currency)
    .bind(sent.total_minor)
    .bind(status.as_str())
    .bind(&name)
    .bind(&email)
    .bind(some(OrderField::Phone, &customer.phone))
    .bind(written(OrderField::Line1, &address.line1))
    .bind(some(OrderField::Line2, &address.line2))
    .bind(written(OrderField::City, &address.city))
    .bind(&postcode)
    .bind(&address.country)
    .bind(some(OrderField::Note, &sent.note))
    .bind(order.body)
    .bind(person_text(&name, &email, &postcode))
    .bind(email_key(&email));
    tx.later(insert).await
}

/// A field as staff see it. An order that EntMine had before it lost it is not judged again: what cannot be
/// written down by today's rules stays as it was then. The frozen bytes stay what they are in any case.
fn written(field: OrderField, text: &str) -> String {
    typed::sent(field, text).unwrap_or_else(|_| text.to_owned())
}

async fn insert_lines(
    tx: &mut Writing<'_>,
    number: &str,
    lines: &[OrderLine],
    reserved: &[i64],
) -> Result<(), StorageError> {
    let lines: Vec<_> = lines.iter().zip(reserved).zip(1_i64..).collect();
    for some in lines.chunks(BATCH_ROWS) {
        let head = "INSERT INTO order_lines (number, line, sku, quantity, reserved,
                                             unit_price_minor, price_version)";
        let mut query = sqlx::query(batch::insert(head, 7, some.len(), ""));
        for ((line, reserved), position) in some {
            query = query
                .bind(number)
                .bind(*position)
                .bind(&line.sku)
                .bind(line.quantity)
                .bind(**reserved)
                .bind(line.unit_price_minor)
                .bind(line.price_version);
        }
        tx.later(query).await?;
    }
    Ok(())
}
