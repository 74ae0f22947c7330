//! Reading carts.

use model::{Cart, CartLine};
use sqlx::AnyConnection;

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct CartRow {
    pub order_key: String,
    pub receipt: String,
    pub session_id: String,
    pub revision: i64,
    pub follows: Option<String>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct LineRow {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub price_version: i64,
    pub price_was: Option<i64>,
    pub currency: String,
    /// The rest is what the catalogue cache knows of the product now, if it still has it.
    pub slug: Option<String>,
    pub image: Option<String>,
    pub available: Option<i64>,
    pub cached_price_minor: Option<i64>,
    pub cached_price_version: Option<i64>,
}

pub(crate) async fn by_session(
    db: &mut AnyConnection,
    session_id: &str,
) -> Result<Option<CartRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE session_id = $1",
    )
    .bind(session_id)
    .fetch_optional(db)
    .await
}

pub(crate) async fn by_key(
    db: &mut AnyConnection,
    order_key: &str,
) -> Result<Option<CartRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE order_key = $1",
    )
    .bind(order_key)
    .fetch_optional(db)
    .await
}

pub(crate) async fn by_receipt(
    db: &mut AnyConnection,
    receipt: &str,
) -> Result<Option<CartRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE receipt = $1",
    )
    .bind(receipt)
    .fetch_optional(db)
    .await
}

/// The lines of a cart in the order in which they were added.
pub(crate) async fn lines(
    db: &mut AnyConnection,
    order_key: &str,
) -> Result<Vec<LineRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT l.sku, l.name, l.quantity, l.unit_price_minor, l.price_version, l.price_was,
                l.currency, p.slug, p.image, p.available,
                p.price_minor AS cached_price_minor, p.price_version AS cached_price_version
         FROM cart_lines l LEFT JOIN products p ON p.sku = l.sku
         WHERE l.order_key = $1 ORDER BY l.position",
    )
    .bind(order_key)
    .fetch_all(db)
    .await
}

/// A cart as the browser sees it.
pub(crate) fn on_the_wire(cart: &CartRow, lines: &[LineRow]) -> Cart {
    Cart {
        order_key: cart.order_key.clone(),
        receipt: cart.receipt.clone(),
        revision: cart.revision,
        lines: lines
            .iter()
            .map(|line| CartLine {
                sku: line.sku.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
                unit_price_minor: line.unit_price_minor,
            })
            .collect(),
        total_minor: total(lines),
        currency: lines
            .first()
            .map_or_else(|| "GBP".to_owned(), |line| line.currency.clone()),
    }
}

/// Prices and quantities are bounded (see the table's checks and EntMine's import), so that a sum
/// of a hundred lines stays far below the limit of 64 bits.
fn total(lines: &[LineRow]) -> i64 {
    lines
        .iter()
        .map(|line| line.quantity.saturating_mul(line.unit_price_minor))
        .fold(0, i64::saturating_add)
}
