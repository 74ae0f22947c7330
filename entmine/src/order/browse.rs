//! Looking through the orders of all stores, newest first.

use super::verdict::status_of;
use crate::error::StorageError;
use crate::search::{Paging, pattern};
use crate::storage::EntMine;
use model::OrderStatus;
use sqlx::AnyConnection;
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
    /// A part of its customer's name, e-mail or postcode: personal, never for an address or a log.
    Person(String),
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderQuery {
    pub status: Option<OrderStatus>,
    /// Accepted at least so long ago.
    pub older_than_ms: i64,
    pub text: OrderText,
    /// From 1; one that is not there counts as the nearest that is.
    pub page: i64,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub number: String,
    pub accepted_at_ms: i64,
    pub status: OrderStatus,
    /// The customer; empty where erased.
    pub name: String,
    pub erased: bool,
    pub total_minor: i64,
    pub currency: String,
    /// Pieces of all lines.
    pub pieces: i64,
}

/// A page of orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRows {
    pub orders: Vec<OrderRow>,
    pub paging: Paging,
    /// How many orders there are in each status, whatever is wanted.
    pub counts: Vec<(OrderStatus, i64)>,
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

const WHERE: &str = "
    WHERE ($1 = '' OR status = $1) AND accepted_at_ms <= $2
      AND (LOWER(number) LIKE $3 ESCAPE '!' OR LOWER(key) LIKE $3 ESCAPE '!')
      AND (LOWER(name) LIKE $4 ESCAPE '!' OR LOWER(email) LIKE $4 ESCAPE '!'
           OR LOWER(postcode) LIKE $4 ESCAPE '!')";

async fn page(
    conn: &mut AnyConnection,
    query: OrderQuery,
    latest_ms: i64,
) -> Result<OrderRows, StorageError> {
    let status = query.status.map_or("", OrderStatus::as_str);
    let (reference, person) = match &query.text {
        OrderText::Anything => (pattern(""), pattern("")),
        OrderText::Reference(text) => (pattern(text), pattern("")),
        OrderText::Person(text) => (pattern(""), pattern(text)),
    };
    let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM orders {WHERE}"));
    let total: i64 = sqlx::query_scalar(count)
        .bind(status)
        .bind(latest_ms)
        .bind(&reference)
        .bind(&person)
        .fetch_one(&mut *conn)
        .await?;
    let paging = Paging::of(query.page, PAGE, total);
    let list = sqlx::AssertSqlSafe(format!(
        "SELECT number, accepted_at_ms, status, name, erased_at_ms, total_minor, currency,
                (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines
                 WHERE order_lines.number = orders.number) AS pieces
         FROM orders {WHERE} ORDER BY position DESC LIMIT $5 OFFSET $6"
    ));
    let rows = sqlx::query(list)
        .bind(status)
        .bind(latest_ms)
        .bind(reference)
        .bind(person)
        .bind(PAGE)
        .bind(paging.offset())
        .fetch_all(&mut *conn)
        .await?;
    let orders: Result<Vec<_>, _> = rows.iter().map(order).collect();
    Ok(OrderRows {
        orders: orders?,
        paging,
        counts: counts(conn).await?,
    })
}

fn order(row: &AnyRow) -> Result<OrderRow, StorageError> {
    Ok(OrderRow {
        number: row.try_get("number")?,
        accepted_at_ms: row.try_get("accepted_at_ms")?,
        status: status_of(&row.try_get::<String, _>("status")?)?,
        name: row.try_get("name")?,
        erased: row.try_get::<Option<i64>, _>("erased_at_ms")?.is_some(),
        total_minor: row.try_get("total_minor")?,
        currency: row.try_get("currency")?,
        pieces: row.try_get("pieces")?,
    })
}

async fn counts(conn: &mut AnyConnection) -> Result<Vec<(OrderStatus, i64)>, StorageError> {
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
