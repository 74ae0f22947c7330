//! What EntMine knows about the products of orders when it judges them.

use super::request::Request;
use crate::batch::BATCH_ROWS;
use crate::catalog::StockedProduct;
use crate::error::StorageError;
use database::Conn;
use model::OrderLine;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{HashMap, HashSet};

/// A product as the judge of a line sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub row: &'a StockedProduct,
    /// Pieces that are promised to nobody; below 0 where more are promised than there are.
    pub available: i64,
    /// The line's price and version were the product's when the order was placed.
    pub was_price_then: bool,
}

/// The facts about all orders that are judged together, one after the other.
pub(super) struct Gathered {
    pub products: HashMap<String, StockedProduct>,
    prices: HashMap<Price, Valid>,
    /// Pieces that orders before this one were promised, by SKU; the products are as they were read.
    promised: HashMap<String, i64>,
}

/// SKU, version and minor units.
type Price = (String, i64, i64);

/// When a price was the product's.
struct Valid {
    from_ms: i64,
    to_ms: Option<i64>,
}

impl Gathered {
    /// The facts about each line of an order, in their order; none for an unknown SKU.
    pub fn of(&self, request: &Request) -> Vec<Option<Facts<'_>>> {
        let lines = request.order.lines.iter();
        let facts = lines.map(|line| {
            let row = self.products.get(&line.sku)?;
            let valid = self.prices.get(&price(line));
            let at_ms = request.placed_at_ms;
            let promised = self.promised.get(&line.sku).copied().unwrap_or(0);
            Some(Facts {
                row,
                available: row.on_hand - row.reserved - promised,
                was_price_then: valid.is_some_and(|valid| {
                    valid.from_ms <= at_ms && valid.to_ms.is_none_or(|to_ms| at_ms < to_ms)
                }),
            })
        });
        facts.collect()
    }

    /// So many pieces of a product are an order's from now on.
    pub fn promise(&mut self, sku: &str, pieces: i64) {
        *self.promised.entry(sku.to_owned()).or_default() += pieces;
    }
}

/// The SKUs of some orders, each once.
pub(super) fn skus<'a>(requests: impl IntoIterator<Item = &'a Request>) -> Vec<&'a str> {
    let lines = requests
        .into_iter()
        .flat_map(|request| &request.order.lines);
    let skus: HashSet<&str> = lines.map(|line| line.sku.as_str()).collect();
    skus.into_iter().collect()
}

/// Gathers the facts about some orders, whose `products` were read.
pub(super) async fn gather(
    conn: &mut Conn,
    requests: &[&Request],
    products: HashMap<String, StockedProduct>,
) -> Result<Gathered, StorageError> {
    let lines = || requests.iter().flat_map(|request| &request.order.lines);
    // A price of now needs no look at the history.
    let others = lines().filter(|line| {
        let product = products.get(&line.sku).map(|row| &row.product);
        product.is_some_and(|product| {
            product.price_version != line.price_version
                || product.price_minor != line.unit_price_minor
        })
    });
    let others: HashSet<Price> = others.map(price).collect();
    let prices = earlier(conn, &others.into_iter().collect::<Vec<_>>()).await?;
    Ok(Gathered {
        products,
        prices,
        promised: HashMap::new(),
    })
}

fn price(line: &OrderLine) -> Price {
    (line.sku.clone(), line.price_version, line.unit_price_minor)
}

/// Which of these prices products ever had, and when.
async fn earlier(conn: &mut Conn, prices: &[Price]) -> Result<HashMap<Price, Valid>, StorageError> {
    let mut found = HashMap::new();
    for prices in prices.chunks(BATCH_ROWS) {
        let one = |index: usize| {
            let place = 1 + 3 * index;
            let (version, minor) = (place + 1, place + 2);
            format!("(sku = ${place} AND price_version = ${version} AND price_minor = ${minor})")
        };
        let any: Vec<String> = (0..prices.len()).map(one).collect();
        let sql = format!(
            "SELECT sku, price_version, price_minor, valid_from_ms, valid_to_ms FROM prices WHERE {}",
            any.join(" OR ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (sku, version, minor) in prices {
            query = query.bind(sku).bind(*version).bind(*minor);
        }
        for row in query.fetch_all(&mut *conn).await? {
            let price = (
                row.try_get("sku")?,
                row.try_get("price_version")?,
                row.try_get("price_minor")?,
            );
            let valid = Valid {
                from_ms: row.try_get("valid_from_ms")?,
                to_ms: row.try_get("valid_to_ms")?,
            };
            found.insert(price, valid);
        }
    }
    Ok(found)
}
