//! Booking accepted orders: their numbers, their rows, their stock.

use super::judge::Hold;
use super::number::{ORDERS, OrderNumber};
use super::place::Sent;
use super::stock::{self, Promise};
use crate::batch::{self, BATCH_ROWS};
use crate::catalog::{ProductChange, StockedProduct, apply_later};
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::search::{email_key, person_text};
use crate::sequence;
use crate::storage::{Counts, Writing};
use model::{Acceptance, OrderField, OrderStatus, typed};
use std::collections::HashMap;

/// An order that was judged acceptable.
pub(super) struct Order<'a> {
    pub sent: &'a Sent,
    /// Why staff look at it first; none for one that waits to be picked.
    pub hold: Option<Hold>,
    /// Pieces that it is promised of each line.
    pub promised: Vec<i64>,
}

impl Order<'_> {
    /// What an accepted order is promised.
    pub fn promise(hold: Option<&Hold>) -> Promise {
        hold.map_or(Promise::All, |hold| hold.promise)
    }

    fn status(&self) -> OrderStatus {
        match self.hold {
            None => OrderStatus::New,
            Some(_) => OrderStatus::OnHold,
        }
    }

    /// How many entries of the audit its acceptance makes.
    fn notes(&self) -> i64 {
        1 + i64::from(self.hold.is_some())
    }
}

/// An order with the number that it got.
struct Numbered<'a> {
    order: &'a Order<'a>,
    number: String,
    position: i64,
}

/// Books orders of a store, and gives each its number. `products` are as they were before all of them; this work
/// also notes so many `rejected` orders in the audit.
pub(super) async fn book(
    tx: &mut Writing<'_>,
    store: &str,
    orders: &[&Order<'_>],
    products: HashMap<String, StockedProduct>,
    rejected: usize,
) -> Result<Vec<Acceptance>, StorageError> {
    let numbered = number(tx, orders, rejected).await?;
    insert_orders(tx, store, &numbered).await?;
    insert_lines(tx, &numbered).await?;
    reserve(tx, store, &numbered, products).await?;
    let now_ms = tx.now_ms;
    let acceptance = |Numbered { order, number, .. }: Numbered<'_>| Acceptance {
        key: order.sent.key.clone(),
        number,
        fingerprint: order.sent.fingerprint.clone(),
        total_minor: order.sent.request.order.total_minor,
        currency: order.sent.request.order.currency.clone(),
        accepted_at: rfc3339(now_ms),
        status: order.status(),
        replayed: false,
    };
    Ok(numbered.into_iter().map(acceptance).collect())
}

/// Gives orders their numbers: the next of the year, or the one that EntMine gave an order before it lost it,
/// which comes alone.
async fn number<'a>(
    tx: &mut Writing<'_>,
    orders: &[&'a Order<'a>],
    rejected: usize,
) -> Result<Vec<Numbered<'a>>, StorageError> {
    let given = match orders {
        [order] => order.sent.number,
        _ => None,
    };
    let numbers = match given {
        Some(number) => {
            number.pass(tx).await?;
            vec![(number, sequence::take(tx.conn(), ORDERS, 1).await?)]
        }
        None => {
            let moved = orders.iter().flat_map(|order| &order.promised);
            let moved = moved.filter(|pieces| **pieces > 0).count();
            let of_lists = Counts {
                audit: count(rejected) + orders.iter().map(|order| order.notes()).sum::<i64>(),
                moved: count(moved),
                ..Counts::default()
            };
            OrderNumber::next(tx, count(orders.len()), of_lists).await?
        }
    };
    let numbered = orders.iter().zip(numbers);
    Ok(numbered
        .map(|(order, (number, position))| Numbered {
            order,
            number: number.to_string(),
            position,
        })
        .collect())
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

async fn insert_orders(
    tx: &mut Writing<'_>,
    store: &str,
    orders: &[Numbered<'_>],
) -> Result<(), StorageError> {
    let head = "INSERT INTO orders (number, position, key, store, placed_at_ms, accepted_at_ms,
                                    currency, total_minor, status, name, email, phone, line1, line2,
                                    city, postcode, country, note, body, search_text, email_key)";
    for some in orders.chunks(BATCH_ROWS) {
        let mut query = sqlx::query(batch::insert(head, 21, some.len(), ""));
        for Numbered {
            order,
            number,
            position,
        } in some
        {
            let sent = &order.sent.request.order;
            let customer = &sent.customer;
            let address = &customer.address;
            let name = written(OrderField::Name, &customer.name);
            let email = written(OrderField::Email, &customer.email);
            let postcode = written(OrderField::Postcode, &address.postcode);
            let search_text = person_text(&name, &email, &postcode);
            let email_key = email_key(&email);
            let some =
                |field, text: &Option<String>| text.as_deref().map(|text| written(field, text));
            query = query
                .bind(number)
                .bind(*position)
                .bind(&order.sent.key)
                .bind(store)
                .bind(order.sent.request.placed_at_ms)
                .bind(tx.now_ms)
                .bind(&sent.currency)
                .bind(sent.total_minor)
                .bind(order.status().as_str())
                .bind(name)
                .bind(email)
                .bind(some(OrderField::Phone, &customer.phone))
                .bind(written(OrderField::Line1, &address.line1))
                .bind(some(OrderField::Line2, &address.line2))
                .bind(written(OrderField::City, &address.city))
                .bind(postcode)
                .bind(&address.country)
                .bind(some(OrderField::Note, &sent.note))
                .bind(&order.sent.body[..])
                .bind(search_text)
                .bind(email_key);
        }
        tx.later(query).await?;
    }
    Ok(())
}

/// A field as staff see it. An order that EntMine had before it lost it is not judged again: what cannot be
/// written down by today's rules stays as it was then. The frozen bytes stay what they are in any case.
fn written(field: OrderField, text: &str) -> String {
    typed::sent(field, text).unwrap_or_else(|_| text.to_owned())
}

async fn insert_lines(tx: &mut Writing<'_>, orders: &[Numbered<'_>]) -> Result<(), StorageError> {
    let rows = orders.iter().flat_map(|Numbered { order, number, .. }| {
        let lines = order.sent.request.order.lines.iter();
        let lines = lines.zip(&order.promised).zip(1_i64..);
        lines.map(move |((line, promised), position)| (number, position, line, promised))
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(BATCH_ROWS) {
        let head = "INSERT INTO order_lines (number, line, sku, quantity, reserved,
                                             unit_price_minor, price_version)";
        let mut query = sqlx::query(batch::insert(head, 7, some.len(), ""));
        for (number, position, line, promised) in some {
            query = query
                .bind(*number)
                .bind(*position)
                .bind(&line.sku)
                .bind(line.quantity)
                .bind(**promised)
                .bind(line.unit_price_minor)
                .bind(line.price_version);
        }
        tx.later(query).await?;
    }
    Ok(())
}

/// Takes what the orders are promised from the stock, product by product.
async fn reserve(
    tx: &mut Writing<'_>,
    store: &str,
    orders: &[Numbered<'_>],
    mut products: HashMap<String, StockedProduct>,
) -> Result<(), StorageError> {
    let mut changes: Vec<ProductChange> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for Numbered { order, number, .. } in orders {
        let lines = order.sent.request.order.lines.iter();
        for (line, pieces) in lines
            .zip(&order.promised)
            .filter(|(_, pieces)| **pieces > 0)
        {
            let place = match places.get(line.sku.as_str()) {
                Some(place) => *place,
                None => {
                    let gone = || StorageError::Unreadable(format!("product {}", line.sku));
                    let product = products.remove(&line.sku).ok_or_else(gone)?;
                    changes.push(ProductChange::of(product));
                    places.insert(&line.sku, changes.len() - 1);
                    changes.len() - 1
                }
            };
            stock::reserve(&mut changes[place], number, *pieces, "");
        }
    }
    apply_later(tx, &format!("store:{store}"), changes).await
}
