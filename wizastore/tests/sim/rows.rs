//! What the store's database holds when a simulation is over, read past the store's code.

use crate::OrderKey;
use database::Readers;
use model::OrderRequest;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub order_key: String,
    pub receipt: String,
    pub state: String,
    pub number: Option<String>,
    pub body: Vec<u8>,
    pub attention: Option<String>,
}

impl OrderRow {
    pub fn is_final(&self) -> bool {
        ["confirmed", "rejected", "cancelled", "settled"].contains(&self.state.as_str())
    }

    pub fn request(&self) -> OrderRequest {
        serde_json::from_slice(&self.body).expect("an order's bytes")
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LogRow {
    pub what: String,
    pub order_key: String,
    pub was: Option<String>,
    pub became: Option<String>,
    pub owned: Option<i64>,
}

pub struct Rows {
    pub orders: Vec<OrderRow>,
    pub log: Vec<LogRow>,
    pub attempts: i64,
    /// Keys that a cart and an order have at once.
    pub shared_keys: i64,
    pub paused: Option<String>,
}

impl Rows {
    pub async fn read(db: &Readers) -> Result<Self, sqlx::Error> {
        Ok(Self {
            orders: sqlx::query_as(
                "SELECT order_key, receipt, state, number, body, attention FROM orders
                 ORDER BY order_key",
            )
            .fetch_all(db)
            .await?,
            log: sqlx::query_as(
                "SELECT what, order_key, was, became, owned FROM sim_log ORDER BY id",
            )
            .fetch_all(db)
            .await?,
            attempts: sqlx::query_scalar("SELECT COUNT(*) FROM attempts")
                .fetch_one(db)
                .await?,
            shared_keys: sqlx::query_scalar(
                "SELECT COUNT(*) FROM carts c JOIN orders o ON o.order_key = c.order_key",
            )
            .fetch_one(db)
            .await?,
            paused: sqlx::query_scalar("SELECT paused FROM entmine")
                .fetch_optional(db)
                .await?
                .flatten(),
        })
    }
}

/// How many orders have no end and wait for nobody, and the keys of those under review.
pub async fn open(db: &Readers) -> Result<(i64, Vec<String>), sqlx::Error> {
    let moving = sqlx::query_scalar(
        "SELECT COUNT(*) + (SELECT COUNT(*) FROM entmine WHERE paused IS NOT NULL)
         FROM orders WHERE state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding')",
    )
    .fetch_one(db)
    .await?;
    let review = sqlx::query_scalar("SELECT order_key FROM orders WHERE state = 'quarantined'")
        .fetch_all(db)
        .await?;
    Ok((moving, review))
}

/// All rows of all tables but the migrations', as text.
pub async fn all(db: &Readers) -> Result<Vec<String>, sqlx::Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_sqlx_migrations'
         ORDER BY name",
    )
    .fetch_all(db)
    .await?;
    let mut all = Vec::new();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar(r#"SELECT 'quote("' || name || '")' FROM pragma_table_info($1)"#)
                .bind(&table)
                .fetch_all(db)
                .await?;
        let columns = columns.join(" || ' ' || ");
        let sql = format!("SELECT '{table} ' || {columns} FROM {table} ORDER BY 1");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_all(db)
            .await?;
        all.extend(rows);
    }
    Ok(all)
}

/// An order's state; none where it is not in the journal.
pub async fn state(db: &Readers, key: OrderKey) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT state FROM orders WHERE order_key = $1")
        .bind(key.to_string())
        .fetch_optional(db)
        .await
}
