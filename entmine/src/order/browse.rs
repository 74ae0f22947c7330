//! Looking through the orders of all stores, newest first.

use super::OrderNumber;
use super::verdict::status_of;
use super::words::Reach;
use crate::error::StorageError;
use crate::search::{MOST_COUNTED, beginnings, behind, pattern};
use crate::storage::EntMine;
use database::Conn;
use model::{OrderStatus, fold};
use sqlx::Row;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;

/// Orders on one page.
const PAGE: i64 = 50;

/// A word that more orders have is not looked up, because that would bring them all together first: an order with
/// it is met soon on the way through the newest.
const FEW: i64 = 20_000;
/// Orders that are looked through for one page where only such words are looked for.
const SEARCHED: i64 = 20_000;
const DAY_MS: i64 = 24 * 3_600_000;
/// Digits of a key that are looked for at least: of the keys of a minute.
const OF_A_KEY: usize = 8;

/// What an order is searched by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OrderText {
    #[default]
    Anything,
    /// Its number, or the digits at its end; or its key, or the first eight digits of it and more. Fit for an
    /// address.
    Reference(String),
    /// Beginnings of words of its customer's name, e-mail or postcode; all have to be there. Personal, never for
    /// an address or a log.
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
    /// Those before this position; none from the newest on.
    pub before: Option<i64>,
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

/// A page of orders, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRows {
    pub orders: Vec<OrderRow>,
    /// Go on before this position; none at the end.
    pub next: Option<i64>,
    /// It was searched back to this time only, and what is older is for the next page; none where the page is
    /// full, and at the end.
    pub searched_to_ms: Option<i64>,
    /// How many are wanted, on this page and all others; above [`MOST_COUNTED`] it was not gone on. None where not
    /// everything is searched.
    pub total: Option<i64>,
    /// How many orders there are in each status, whatever is wanted; counted as far as `total`.
    pub counts: Vec<(OrderStatus, i64)>,
    /// The stores that orders came from, by name, whatever is wanted.
    pub stores: Vec<String>,
    /// Orders that a search for a person does not find yet, because their words are still being written.
    pub unsearched: i64,
}

impl EntMine {
    /// A page of the orders that are wanted.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn orders(&self, query: OrderQuery) -> Result<OrderRows, StorageError> {
        let latest_ms = self.now_ms().saturating_sub(query.older_than_ms);
        if matches!(query.text, OrderText::Person(_)) {
            // The newest are found at once; what fails here is said beside what was found.
            let _ = self.write_order_words().await;
        }
        self.read(move |conn| Box::pin(async move { page(conn, query, latest_ms).await }))
            .await
    }
}

/// Which rows are wanted: only what is asked for stands there, so that each of the lists has its index.
#[derive(Default)]
struct Condition {
    sql: String,
    values: Vec<Value>,
    /// Only orders from this position on are looked at.
    from: Option<i64>,
}

/// A value of a condition.
enum Value {
    Text(String),
    Number(i64),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Condition {
    async fn of(
        conn: &mut Conn,
        query: OrderQuery,
        latest_ms: i64,
        newest: i64,
    ) -> Result<Self, StorageError> {
        let mut condition = Self::default();
        // What is searched leaves few orders; an index of the status or the store would lead through many.
        let (status_is, store_is) = match query.text {
            OrderText::Anything => ("status = ?", "store = ?"),
            OrderText::Reference(_) | OrderText::Person(_) => {
                ("status || '' = ?", "store || '' = ?")
            }
        };
        if let Some(status) = query.status {
            condition.and(status_is, [status.as_str().to_owned().into()]);
        }
        if let Some(store) = query.store.filter(|store| !store.is_empty()) {
            condition.and(store_is, [store.replace('\0', "?").into()]);
        }
        if query.older_than_ms > 0 {
            // All that came after the last of these is passed over at once. A clock that was set back, by less
            // than a day, hides none.
            condition.and(
                "accepted_at_ms <= ? AND position <= COALESCE(
                     (SELECT MAX(position) FROM orders WHERE accepted_at_ms > ? AND accepted_at_ms <= ?),
                     (SELECT position FROM orders WHERE accepted_at_ms <= ?
                      ORDER BY accepted_at_ms DESC, position DESC LIMIT 1))",
                [latest_ms, latest_ms - DAY_MS, latest_ms, latest_ms].map(Value::from),
            );
        }
        match query.text {
            OrderText::Anything => {}
            OrderText::Reference(text) => condition.reference(conn, &text).await?,
            OrderText::Person(text) => {
                condition.person(conn, &text, query.before, newest).await?;
            }
        }
        Ok(condition)
    }

    /// Of the orders that a reference may mean.
    async fn reference(&mut self, conn: &mut Conn, text: &str) -> Result<(), StorageError> {
        let text = fold(text.trim());
        let mut numbers = meant(conn, &text.to_uppercase()).await?;
        if numbers.is_empty() {
            // Nothing has the empty number.
            numbers.push(String::new());
        }
        let places = vec!["?"; numbers.len()].join(", ");
        let mut values: Vec<Value> = numbers.into_iter().map(Value::from).collect();
        let mut clause = format!("number IN ({places})");
        let is_of_key = text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_of_key && text.len() >= OF_A_KEY {
            // In every country's order letters come after digits, and no key has a g.
            clause = format!("({clause} OR (key >= ? AND key < ?))");
            values.extend([text.clone().into(), format!("{text}g").into()]);
        }
        self.and(&clause, values);
        Ok(())
    }

    /// Of the orders whose customers have words that begin so. Words that very many have are looked for in the
    /// next orders only, and there anywhere in a word too.
    async fn person(
        &mut self,
        conn: &mut Conn,
        text: &str,
        before: Option<i64>,
        newest: i64,
    ) -> Result<(), StorageError> {
        let beginnings = beginnings(text);
        if beginnings.is_empty() {
            self.and("1 = ?", [0.into()]);
        }
        let mut few = beginnings.is_empty();
        for beginning in beginnings {
            let found: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM (SELECT 1 FROM order_words WHERE word >= $1 AND word < $2
                                       LIMIT $3) found",
            )
            .bind(&beginning)
            .bind(behind(&beginning))
            .bind(FEW + 1)
            .fetch_one(&mut *conn)
            .await?;
            if found > FEW {
                self.and(
                    "search_text LIKE ? ESCAPE '!'",
                    [pattern(&beginning).into()],
                );
            } else {
                few = true;
                self.and(
                    "position IN (SELECT position FROM order_words WHERE word >= ? AND word < ?)",
                    [beginning.clone().into(), behind(&beginning).into()],
                );
            }
        }
        if !few {
            let from = before.unwrap_or(newest + 1).saturating_sub(SEARCHED).max(1);
            self.and("position >= ?", [from.into()]);
            self.from = Some(from);
        }
        Ok(())
    }

    /// Adds a clause with a question mark for each of its values.
    fn and(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
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

    /// A statement with the values of the condition.
    fn query(&self, sql: String) -> Query<'_, Any, AnyArguments> {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        self.values.iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text.as_str()),
            Value::Number(number) => query.bind(*number),
        })
    }
}

/// The numbers that a text may mean: a whole one, or in each year the one with these digits at its end.
async fn meant(conn: &mut Conn, text: &str) -> Result<Vec<String>, StorageError> {
    if let Some(number) = OrderNumber::parse(text) {
        return Ok(vec![number.to_string()]);
    }
    let (year, count) = match text.strip_prefix("SO-").unwrap_or(text).split_once('-') {
        Some((year, count)) => (year.parse::<i16>().ok(), count.parse::<i64>()),
        None => (None, text.parse::<i64>()),
    };
    let Ok(count) = count else {
        return Ok(Vec::new());
    };
    let years = match year {
        Some(year) => vec![year],
        None => OrderNumber::years(conn).await?,
    };
    let number = |year| OrderNumber { year, count }.to_string();
    Ok(years.into_iter().map(number).collect())
}

async fn page(
    conn: &mut Conn,
    query: OrderQuery,
    latest_ms: i64,
) -> Result<OrderRows, StorageError> {
    let before = query.before;
    let reach = Reach::read(conn).await?;
    let is_for_person = matches!(query.text, OrderText::Person(_));
    let mut condition = Condition::of(conn, query, latest_ms, reach.newest).await?;
    let total = match condition.from {
        // Of what is not looked at there is no count.
        Some(_) => None,
        None => Some(count(conn, &condition).await?),
    };
    if let Some(before) = before {
        condition.and("position < ?", [before.into()]);
    }
    let sql = &condition.sql;
    let list = format!(
        "SELECT position, number, store, accepted_at_ms, status, name, erased_at_ms, total_minor, currency,
                (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines
                 WHERE order_lines.number = orders.number) AS pieces,
                CASE WHEN status = 'on_hold' AND NOT EXISTS (
                    SELECT 1 FROM order_lines l LEFT JOIN products p ON p.sku = l.sku
                    WHERE l.number = orders.number AND l.reserved < l.quantity AND COALESCE(p.tracked, 1) = 1
                      AND l.quantity - l.reserved > COALESCE(p.on_hand - p.reserved, 0))
                    THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS covered
         FROM orders {sql} ORDER BY position DESC LIMIT {}",
        // One more than a page, to know whether there is more.
        PAGE + 1
    );
    let mut rows = condition.query(list).fetch_all(&mut *conn).await?;
    let more = rows.len() as i64 > PAGE;
    if more {
        rows.pop();
    }
    let (next, searched_to) = match rows.last() {
        Some(last) if more => (Some(last.try_get("position")?), None),
        Some(_) | None => {
            let from = condition.from.filter(|from| *from > 1);
            (from, from)
        }
    };
    let searched_to_ms =
        sqlx::query_scalar("SELECT accepted_at_ms FROM orders WHERE position = $1")
            .bind(searched_to)
            .fetch_optional(&mut *conn)
            .await?;
    let orders: Result<Vec<_>, _> = rows.iter().map(order).collect();
    Ok(OrderRows {
        orders: orders?,
        next,
        searched_to_ms,
        total,
        counts: counts(conn).await?,
        stores: stores(conn).await?,
        unsearched: match is_for_person {
            true => reach.newest - reach.done,
            false => 0,
        },
    })
}

/// How many rows there are, counted as far as [`MOST_COUNTED`].
async fn count(conn: &mut Conn, condition: &Condition) -> Result<i64, StorageError> {
    let (sql, limit) = (&condition.sql, MOST_COUNTED + 1);
    let sql =
        format!("SELECT COUNT(*) AS n FROM (SELECT 1 FROM orders {sql} LIMIT {limit}) counted");
    let row = condition.query(sql).fetch_one(conn).await?;
    Ok(row.try_get("n")?)
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

/// How many orders are in each status, each counted as far as [`MOST_COUNTED`].
async fn counts(conn: &mut Conn) -> Result<Vec<(OrderStatus, i64)>, StorageError> {
    let limit = MOST_COUNTED + 1;
    let of = |status: OrderStatus| {
        let word = status.as_str();
        format!(
            "SELECT '{word}' AS status, COUNT(*) AS orders
             FROM (SELECT 1 FROM orders WHERE status = '{word}' LIMIT {limit}) {word}"
        )
    };
    let sql = OrderStatus::ALL.map(of).join(" UNION ALL ");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let status: String = row.try_get("status")?;
            Ok((status_of(&status)?, row.try_get("orders")?))
        })
        .collect()
}
