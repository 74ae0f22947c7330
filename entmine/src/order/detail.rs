//! One order with everything that happened to it, and what is to be picked.

use super::number::OrderNumber;
use super::verdict::status_of;
use crate::audit;
use crate::error::StorageError;
use crate::stock::{Movement, movements_of_order};
use crate::storage::EntMine;
use database::Conn;
use model::{Address, Customer, OrderRequest, OrderStatus};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Orders on one picking list: what one person carries in a morning.
const MOST_PICKED: i64 = 100;

/// An order as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDetail {
    pub number: String,
    /// The order key.
    pub key: String,
    pub store: String,
    /// `sha256:<hex>` of the body as it was received; stays where the body was erased.
    pub fingerprint: String,
    pub placed_at_ms: i64,
    pub accepted_at_ms: i64,
    pub currency: String,
    pub total_minor: i64,
    pub status: OrderStatus,
    /// None where erased.
    pub customer: Option<Customer>,
    pub note: Option<String>,
    pub erased_at_ms: Option<i64>,
    pub lines: Vec<OrderedLine>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// What it did to the stock, oldest first.
    pub movements: Vec<Movement>,
}

impl OrderDetail {
    /// Why it is on hold: what EntMine found when it accepted it, or the words of whoever held it.
    /// None where it is not.
    pub fn held_because(&self) -> Option<&str> {
        if self.status != OrderStatus::OnHold {
            return None;
        }
        let mut newest_first = self.timeline.iter().rev();
        newest_first.find_map(|entry| match entry.event.as_str() {
            "order.held" => Some(entry.detail.as_str()),
            "order.status" => Some(entry.reason.as_str()),
            _other => None,
        })
    }

    /// Whether all of it could be promised now.
    pub fn is_covered(&self) -> bool {
        self.lines.iter().all(OrderedLine::is_covered)
    }
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedLine {
    pub sku: String,
    /// The product's name of today; none where EntMine does not know the product.
    pub name: Option<String>,
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub price_version: i64,
    /// Pieces that are promised to this order; 0 once it is shipped or cancelled.
    pub reserved: i64,
    /// Pieces in the warehouse now.
    pub on_hand: Option<i64>,
    /// Pieces that are promised to nobody now.
    pub available: Option<i64>,
    /// Its stock is counted; where not, it is always to be had.
    pub tracked: bool,
}

impl OrderedLine {
    /// Whether what is not promised yet could be now.
    pub fn is_covered(&self) -> bool {
        let lacking = self.quantity - self.reserved;
        lacking == 0
            || !self.tracked
            || self.available.is_some_and(|available| lacking <= available)
    }
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at_ms: i64,
    pub actor: String,
    /// As the audit names it, for example `order.accepted`.
    pub event: String,
    pub detail: String,
    /// In the words of whoever did it.
    pub reason: String,
}

impl EntMine {
    /// One order, or nothing where no store's order has this number.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn order(&self, number: &str) -> Result<Option<OrderDetail>, StorageError> {
        let Some(number) = OrderNumber::parse(number) else {
            return Ok(None);
        };
        let number = number.to_string();
        self.read(move |conn| Box::pin(async move { detail(conn, &number).await }))
            .await
    }

    /// The orders that wait to be picked, the oldest first, 100 at most. Held ones do not wait.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn to_pick(&self) -> Result<Vec<OrderDetail>, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                let numbers: Vec<String> = sqlx::query_scalar(
                    "SELECT number FROM orders WHERE status = 'new' ORDER BY position LIMIT $1",
                )
                .bind(MOST_PICKED)
                .fetch_all(&mut *conn)
                .await?;
                let mut orders = Vec::with_capacity(numbers.len());
                for number in numbers {
                    orders.extend(detail(conn, &number).await?);
                }
                Ok(orders)
            })
        })
        .await
    }
}

/// One order with everything that happened to it.
pub(super) async fn detail(
    conn: &mut Conn,
    number: &str,
) -> Result<Option<OrderDetail>, StorageError> {
    let row = sqlx::query(
        "SELECT o.*, v.fingerprint FROM orders o JOIN verdicts v ON v.key = o.key
         WHERE o.number = $1",
    )
    .bind(number)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let key: String = row.try_get("key")?;
    let erased_at_ms: Option<i64> = row.try_get("erased_at_ms")?;
    Ok(Some(OrderDetail {
        number: number.to_owned(),
        store: row.try_get("store")?,
        fingerprint: row.try_get("fingerprint")?,
        placed_at_ms: row.try_get("placed_at_ms")?,
        accepted_at_ms: row.try_get("accepted_at_ms")?,
        currency: row.try_get("currency")?,
        total_minor: row.try_get("total_minor")?,
        status: status_of(&row.try_get::<String, _>("status")?)?,
        customer: match erased_at_ms {
            None => Some(customer(&row)?),
            Some(_) => None,
        },
        note: row.try_get("note")?,
        erased_at_ms,
        lines: lines(conn, number).await?,
        timeline: timeline(conn, &key, number).await?,
        movements: movements_of_order(conn, number).await?,
        key,
    }))
}

/// The region is in the frozen body only.
fn region(body: &[u8]) -> Option<String> {
    let order: OrderRequest = serde_json::from_slice(body).ok()?;
    order.customer.address.region
}

fn customer(row: &AnyRow) -> Result<Customer, StorageError> {
    Ok(Customer {
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        address: Address {
            line1: row.try_get("line1")?,
            line2: row.try_get("line2")?,
            city: row.try_get("city")?,
            region: region(&row.try_get::<Vec<u8>, _>("body")?),
            postcode: row.try_get("postcode")?,
            country: row.try_get("country")?,
        },
    })
}

async fn lines(conn: &mut Conn, number: &str) -> Result<Vec<OrderedLine>, StorageError> {
    let rows = sqlx::query(
        "SELECT l.sku, l.quantity, l.reserved, l.unit_price_minor, l.price_version, p.name,
                p.on_hand, p.on_hand - p.reserved AS available,
                COALESCE(p.tracked, 1) AS tracked
         FROM order_lines l LEFT JOIN products p ON p.sku = l.sku
         WHERE l.number = $1 ORDER BY l.line",
    )
    .bind(number)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OrderedLine {
                sku: row.try_get("sku")?,
                name: row.try_get("name")?,
                quantity: row.try_get("quantity")?,
                unit_price_minor: row.try_get("unit_price_minor")?,
                price_version: row.try_get("price_version")?,
                reserved: row.try_get("reserved")?,
                on_hand: row.try_get("on_hand")?,
                available: row.try_get("available")?,
                tracked: row.try_get::<i64, _>("tracked")? == 1,
            })
        })
        .collect()
}

/// The audit's entries about the order, those of its status with their reasons.
async fn timeline(
    conn: &mut Conn,
    key: &str,
    number: &str,
) -> Result<Vec<TimelineEntry>, StorageError> {
    // Both are written in the same transactions, one for one, in the same order.
    let reasons: Vec<String> = sqlx::query_scalar(
        "SELECT reason FROM status_changes WHERE number = $1 AND erased = 0 ORDER BY position",
    )
    .bind(number)
    .fetch_all(&mut *conn)
    .await?;
    let mut reasons = reasons.into_iter();
    let entries = audit::of_subject(conn, key).await?;
    Ok(entries
        .into_iter()
        .map(|entry| TimelineEntry {
            reason: if entry.event == "order.status" {
                reasons.next().unwrap_or_default()
            } else {
                String::new()
            },
            at_ms: entry.at_ms,
            actor: entry.actor,
            event: entry.event,
            detail: entry.detail,
        })
        .collect())
}
