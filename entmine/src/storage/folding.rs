//! Rows from before they were folded for search: once, at the first start with a program that does.

use crate::error::StorageError;
use crate::search::{audit_text, email_key, person_text, product_text};
use database::Conn;
use database::Database;
use sqlx::Row;

/// Rows in one piece of work: an order of another process waits for no more.
const ROWS: i64 = 500;

/// The setting that says that every row is folded.
const FOLDED: &str = "folded";

/// What is folded.
#[derive(Clone, Copy)]
enum Table {
    Products,
    Orders,
    Audit,
}

/// Folds what is not. A process that dies half-way leaves the rest to its next start.
pub(super) async fn fold_old_rows(database: &Database) -> Result<(), StorageError> {
    let folded: bool = database
        .read(|conn| Box::pin(async move { is_folded(conn).await }))
        .await?;
    if folded {
        return Ok(());
    }
    tracing::info!("EntMine prepares its products, orders and audit for search; this is done once");
    for table in [Table::Products, Table::Orders, Table::Audit] {
        let mut after = Some(String::new());
        while let Some(from) = after {
            after = database
                .write("entmine.fold", move |conn| {
                    Box::pin(async move { fold_some(conn, table, &from).await })
                })
                .await?;
        }
    }
    database
        .write("entmine.fold", |conn| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO settings (name, value) VALUES ($1, '1')
                     ON CONFLICT (name) DO NOTHING",
                )
                .bind(FOLDED)
                .execute(conn)
                .await?;
                Ok(())
            })
        })
        .await
}

async fn is_folded(conn: &mut Conn) -> Result<bool, StorageError> {
    let row = sqlx::query("SELECT 1 FROM settings WHERE name = $1")
        .bind(FOLDED)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Folds the next rows after an id; gives the last of them, or nothing where there are no more.
async fn fold_some(
    conn: &mut Conn,
    table: Table,
    after: &str,
) -> Result<Option<String>, StorageError> {
    match table {
        Table::Products => products(conn, after).await,
        Table::Orders => orders(conn, after).await,
        Table::Audit => audit(conn, after).await,
    }
}

async fn products(conn: &mut Conn, after: &str) -> Result<Option<String>, StorageError> {
    let rows = sqlx::query(
        "SELECT sku, name, category FROM products WHERE sku > $1 ORDER BY sku LIMIT $2",
    )
    .bind(after)
    .bind(ROWS)
    .fetch_all(&mut *conn)
    .await?;
    let mut last = None;
    for row in rows {
        let (sku, name): (String, String) = (row.try_get("sku")?, row.try_get("name")?);
        let category: String = row.try_get("category")?;
        sqlx::query("UPDATE products SET search_text = $1 WHERE sku = $2")
            .bind(product_text(&name, &sku, &category))
            .bind(&sku)
            .execute(&mut *conn)
            .await?;
        last = Some(sku);
    }
    Ok(last)
}

async fn orders(conn: &mut Conn, after: &str) -> Result<Option<String>, StorageError> {
    let rows = sqlx::query(
        "SELECT position, number, name, email, postcode, erased_at_ms FROM orders
         WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(after.parse::<i64>().unwrap_or(0))
    .bind(ROWS)
    .fetch_all(&mut *conn)
    .await?;
    let mut last = None;
    for row in rows {
        let position: i64 = row.try_get("position")?;
        last = Some(position.to_string());
        if row.try_get::<Option<i64>, _>("erased_at_ms")?.is_some() {
            continue;
        }
        let (name, email): (String, String) = (row.try_get("name")?, row.try_get("email")?);
        let postcode: String = row.try_get("postcode")?;
        sqlx::query("UPDATE orders SET search_text = $1, email_key = $2 WHERE position = $3")
            .bind(person_text(&name, &email, &postcode))
            .bind(email_key(&email))
            .bind(position)
            .execute(&mut *conn)
            .await?;
    }
    Ok(last)
}

async fn audit(conn: &mut Conn, after: &str) -> Result<Option<String>, StorageError> {
    let rows = sqlx::query(
        "SELECT position, event, subject, detail FROM audit
         WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(after.parse::<i64>().unwrap_or(0))
    .bind(ROWS)
    .fetch_all(&mut *conn)
    .await?;
    let mut last = None;
    for row in rows {
        let position: i64 = row.try_get("position")?;
        let (event, subject): (String, String) = (row.try_get("event")?, row.try_get("subject")?);
        let detail: String = row.try_get("detail")?;
        sqlx::query("UPDATE audit SET search_text = $1 WHERE position = $2")
            .bind(audit_text(&event, &subject, &detail))
            .bind(position)
            .execute(&mut *conn)
            .await?;
        last = Some(position.to_string());
    }
    Ok(last)
}
