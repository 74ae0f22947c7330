//! What EntMine knows about the products of an order when it judges it.

use super::request::Request;
use crate::catalog::{ProductRow, read_products};
use crate::error::StorageError;
use database::Conn;
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashSet;

/// A product as the judge sees it.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub row: ProductRow,
    /// The line's price and version were the product's when the order was placed.
    pub was_price_then: bool,
}

impl Facts {
    /// Pieces that are promised to nobody; below 0 where more are promised than there are.
    pub fn available(&self) -> i64 {
        self.row.on_hand - self.row.reserved
    }
}

/// The facts about each line, in the order of the lines; none for an unknown SKU.
pub(super) async fn gather(
    conn: &mut Conn,
    request: &Request,
) -> Result<Vec<Option<Facts>>, StorageError> {
    let lines = &request.order.lines;
    let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
    let mut products = read_products(conn, &skus).await?;
    // A price of now needs no look at the history.
    let others = lines.iter().filter(|line| {
        let product = products.get(&line.sku).map(|row| &row.product);
        product.is_some_and(|product| {
            product.price_version != line.price_version
                || product.price_minor != line.unit_price_minor
        })
    });
    let others: Vec<_> = others
        .map(|line| (line.sku.as_str(), line.price_version, line.unit_price_minor))
        .collect();
    let then = prices_then(conn, &others, request.placed_at_ms).await?;
    let facts = lines.iter().map(|line| {
        Some(Facts {
            row: products.remove(&line.sku)?,
            was_price_then: then.contains(&line.sku),
        })
    });
    Ok(facts.collect())
}

/// Which of these products had this version of their price, and this price, at a time.
async fn prices_then(
    conn: &mut Conn,
    prices: &[(&str, i64, i64)],
    at_ms: i64,
) -> Result<HashSet<String>, StorageError> {
    if prices.is_empty() {
        return Ok(HashSet::new());
    }
    let one = |index: usize| {
        let place = 2 + 3 * index;
        let (version, minor) = (place + 1, place + 2);
        format!("(sku = ${place} AND price_version = ${version} AND price_minor = ${minor})")
    };
    let any: Vec<String> = (0..prices.len()).map(one).collect();
    let sql = format!(
        "SELECT sku FROM prices
         WHERE valid_from_ms <= $1 AND (valid_to_ms IS NULL OR $1 < valid_to_ms) AND ({})",
        any.join(" OR ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at_ms);
    for (sku, version, minor) in prices {
        query = query.bind(*sku).bind(*version).bind(*minor);
    }
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("sku")?)).collect()
}
