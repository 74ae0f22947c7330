//! Counters without gaps.

use crate::batch;
use crate::error::StorageError;
use database::Conn;
use sqlx::Row;
use std::collections::HashMap;

/// Takes the next `count` numbers of a sequence and gives the last of them.
///
/// The counter is a row, not the engine's own sequence, because those leave gaps after a rollback.
pub(crate) async fn take(conn: &mut Conn, name: &str, count: i64) -> Result<i64, StorageError> {
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO sequences (name, last) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET last = sequences.last + excluded.last
         RETURNING last",
    )
    .bind(name)
    .bind(count)
    .fetch_one(conn)
    .await?;
    Ok(last)
}

/// Takes numbers of several sequences at once, so many of each; gives the last ones by name.
pub(crate) async fn take_some(
    conn: &mut Conn,
    wanted: &[(&str, i64)],
) -> Result<HashMap<String, i64>, StorageError> {
    let sql = batch::insert(
        "INSERT INTO sequences (name, last)",
        2,
        wanted.len(),
        "ON CONFLICT (name) DO UPDATE SET last = sequences.last + excluded.last
         RETURNING name, last",
    );
    let mut query = sqlx::query(sql);
    for (name, count) in wanted {
        query = query.bind(*name).bind(*count);
    }
    let rows = query.fetch_all(conn).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("name")?, row.try_get("last")?)))
        .collect()
}

/// Moves a sequence so that it has given out `at_least` and everything before it; one that is further
/// stays where it is. Gives where it is then.
pub(crate) async fn reach(conn: &mut Conn, name: &str, at_least: i64) -> Result<i64, StorageError> {
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO sequences (name, last) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE
         SET last = CASE WHEN sequences.last < excluded.last
                         THEN excluded.last ELSE sequences.last END
         RETURNING last",
    )
    .bind(name)
    .bind(at_least)
    .fetch_one(conn)
    .await?;
    Ok(last)
}

/// The last number that a sequence gave out.
pub(crate) async fn last(conn: &mut Conn, name: &str) -> Result<i64, StorageError> {
    let last: Option<i64> = sqlx::query_scalar("SELECT last FROM sequences WHERE name = $1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    Ok(last.unwrap_or(0))
}
