//! Looking through the orders of all stores, newest first.

use super::verdict::status_of;
use crate::error::StorageError;
use crate::search::{Paging, pattern, patterns};
use crate::storage::EntMine;
use database::Conn;
use model::OrderStatus;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Orders on one page.
const PAGE: i64 = 50;

/// What an order is searched by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OrderText {
    #[default]
    Anything,
    /// A part of its number or key: fit for an address.
    Reference(String),
    /// Words of its customer's name, e-mail or postcode; all have to be there. Personal, never for an
    /// address or a log.
    Person(String),
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderQuery {
    pub status: Option<OrderStatus>,
    /// Accepted at least so long ago.
    pub older_than_ms: i64,
    /// Of this store; none for all.
    pub store: Option<String>,
    pub text: OrderText,
    /// From 1; one that is not there counts as the nearest that is.
    pub page: i64,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub number: String,
    /// The store that it came from.
    pub store: String,
    pub accepted_at_ms: i64,
    pub status: OrderStatus,
    /// The customer; empty where erased.
    pub name: String,
    pub erased: bool,
    pub total_minor: i64,
    pub currency: String,
    /// Pieces of all lines.
    pub pieces: i64,
    /// It is on hold, and there is enough of everything now.
    pub covered: bool,
}

/// A page of orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRows {
    pub orders: Vec<OrderRow>,
    pub paging: Paging,
    /// How many orders there are in each status, whatever is wanted.
    pub counts: Vec<(OrderStatus, i64)>,
    /// The stores that orders came from, by name, whatever is wanted.
    pub stores: Vec<String>,
}

impl EntMine {
    /// A page of the orders that are wanted.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn orders(&self, query: OrderQuery) -> Result<OrderRows, StorageError> {
        let latest_ms = self.now_ms().saturating_sub(query.older_than_ms);
        self.read(move |conn| Box::pin(async move { page(conn, query, latest_ms).await }))
            .await
    }
}

/// Which rows are wanted: only what is asked for stands there, so that each of the lists has its index.
#[derive(Default)]
struct Condition {
    sql: String,
    values: Vec<String>,
}

impl Condition {
    fn of(query: OrderQuery, latest_ms: i64) -> Self {
        let mut condition = Self::default();
        if let Some(status) = query.status {
            condition.and("status = ?", [status.as_str().to_owned()]);
        }
        if let Some(store) = query.store.filter(|store| !store.is_empty()) {
            condition.and("store = ?", [store.replace('\0', "?")]);
        }
        if query.older_than_ms > 0 {
            condition.and(
                "accepted_at_ms <= CAST(? AS BIGINT)",
                [latest_ms.to_string()],
            );
        }
        match query.text {
            OrderText::Anything => {}
            OrderText::Reference(text) => {
                // Numbers have large letters, keys small ones.
                let key = pattern(&text);
                condition.and(
                    "(number LIKE ? ESCAPE '!' OR key LIKE ? ESCAPE '!')",
                    [key.to_uppercase(), key],
                );
            }
            OrderText::Person(text) => {
                for word in patterns(&text).into_iter().filter(|word| word != "%") {
                    condition.and("search_text LIKE ? ESCAPE '!'", [word]);
                }
            }
        }
        condition
    }

    /// Adds a clause with a question mark for each of its values.
    fn and<const N: usize>(&mut self, clause: &str, values: [String; N]) {
        self.sql += if self.sql.is_empty() {
            "WHERE "
        } else {
            " AND "
        };
        let mut parts = clause.split('?');
        self.sql += parts.next().unwrap_or_default();
        for (part, value) in parts.zip(values) {
            self.values.push(value);
            self.sql += &format!("${}{part}", self.values.len());
        }
    }
}

async fn page(
    conn: &mut Conn,
    query: OrderQuery,
    latest_ms: i64,
) -> Result<OrderRows, StorageError> {
    let wanted_page = query.page;
    let Condition { sql, values } = Condition::of(query, latest_ms);
    let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM orders {sql}"));
    let counting = values
        .iter()
        .fold(sqlx::query_scalar(count), |query, value| {
            query.bind(value.as_str())
        });
    let total: i64 = counting.fetch_one(&mut *conn).await?;
    let paging = Paging::of(wanted_page, PAGE, total);
    let (limit, offset) = (values.len() + 1, values.len() + 2);
    let list = sqlx::AssertSqlSafe(format!(
        "SELECT number, store, accepted_at_ms, status, name, erased_at_ms, total_minor, currency,
                (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines
                 WHERE order_lines.number = orders.number) AS pieces,
                CASE WHEN status = 'on_hold' AND NOT EXISTS (
                    SELECT 1 FROM order_lines l LEFT JOIN products p ON p.sku = l.sku
                    WHERE l.number = orders.number AND l.reserved < l.quantity AND COALESCE(p.tracked, 1) = 1
                      AND l.quantity - l.reserved > COALESCE(p.on_hand - p.reserved, 0))
                    THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS covered
         FROM orders {sql} ORDER BY position DESC LIMIT ${limit} OFFSET ${offset}"
    ));
    let listing = values
        .iter()
        .fold(sqlx::query(list), |query, value| query.bind(value.as_str()));
    let rows = listing
        .bind(PAGE)
        .bind(paging.offset())
        .fetch_all(&mut *conn)
        .await?;
    let orders: Result<Vec<_>, _> = rows.iter().map(order).collect();
    Ok(OrderRows {
        orders: orders?,
        paging,
        counts: counts(conn).await?,
        stores: stores(conn).await?,
    })
}

/// The stores that orders came from, by name.
async fn stores(conn: &mut Conn) -> Result<Vec<String>, StorageError> {
    // From one store to the next by the index, instead of through all orders.
    let sql = "WITH RECURSIVE found (store) AS (
                   SELECT MIN(store) FROM orders
                   UNION ALL
                   SELECT (SELECT MIN(store) FROM orders WHERE orders.store > found.store)
                   FROM found WHERE found.store IS NOT NULL)
               SELECT store FROM found WHERE store IS NOT NULL";
    let mut stores: Vec<String> = sqlx::query_scalar(sql).fetch_all(conn).await?;
    stores.sort_unstable();
    Ok(stores)
}

fn order(row: &AnyRow) -> Result<OrderRow, StorageError> {
    let covered: i64 = row.try_get("covered")?;
    Ok(OrderRow {
        number: row.try_get("number")?,
        store: row.try_get("store")?,
        accepted_at_ms: row.try_get("accepted_at_ms")?,
        status: status_of(&row.try_get::<String, _>("status")?)?,
        name: row.try_get("name")?,
        erased: row.try_get::<Option<i64>, _>("erased_at_ms")?.is_some(),
        total_minor: row.try_get("total_minor")?,
        currency: row.try_get("currency")?,
        pieces: row.try_get("pieces")?,
        covered: covered == 1,
    })
}

async fn counts(conn: &mut Conn) -> Result<Vec<(OrderStatus, i64)>, StorageError> {
    let rows = sqlx::query("SELECT status, COUNT(*) AS orders FROM orders GROUP BY status")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let status: String = row.try_get("status")?;
            Ok((status_of(&status)?, row.try_get("orders")?))
        })
        .collect()
}
