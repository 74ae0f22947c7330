//! What EntMine knows about the products of an order when it judges it.

use super::request::Request;
use crate::error::StorageError;
use model::OrderLine;
use sqlx::AnyConnection;
use sqlx::Row;

/// A product as the judge sees it.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub currency: String,
    pub price_minor: i64,
    pub price_version: i64,
    /// On hand minus reserved.
    pub available: i64,
    pub published: bool,
    /// Stock is counted.
    pub tracked: bool,
    /// The line's price and version were the product's when the order was placed.
    pub was_price_then: bool,
}

/// The facts about each line, in the order of the lines; none for an unknown SKU.
pub(super) async fn gather(
    conn: &mut AnyConnection,
    request: &Request,
) -> Result<Vec<Option<Facts>>, StorageError> {
    let mut facts = Vec::with_capacity(request.order.lines.len());
    for line in &request.order.lines {
        facts.push(of_line(conn, line, request.placed_at_ms).await?);
    }
    Ok(facts)
}

async fn of_line(
    conn: &mut AnyConnection,
    line: &OrderLine,
    placed_at_ms: i64,
) -> Result<Option<Facts>, StorageError> {
    // PostgreSQL takes no NUL in a text, and no SKU has one.
    if line.sku.contains('\0') {
        return Ok(None);
    }
    let Some(row) = sqlx::query(
        "SELECT currency, price_minor, price_version, on_hand - reserved AS available, published,
                tracked
         FROM products WHERE sku = $1",
    )
    .bind(&line.sku)
    .fetch_optional(&mut *conn)
    .await?
    else {
        return Ok(None);
    };
    let then = sqlx::query(
        "SELECT 1 FROM prices
         WHERE sku = $1 AND price_version = $2 AND price_minor = $3
           AND valid_from_ms <= $4 AND (valid_to_ms IS NULL OR $4 < valid_to_ms)",
    )
    .bind(&line.sku)
    .bind(line.price_version)
    .bind(line.unit_price_minor)
    .bind(placed_at_ms)
    .fetch_optional(conn)
    .await?;
    Ok(Some(Facts {
        currency: row.try_get("currency")?,
        price_minor: row.try_get("price_minor")?,
        price_version: row.try_get("price_version")?,
        available: row.try_get("available")?,
        published: row.try_get::<i64, _>("published")? == 1,
        tracked: row.try_get::<i64, _>("tracked")? == 1,
        was_price_then: then.is_some(),
    }))
}
