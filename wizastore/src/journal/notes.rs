//! What happened to an order besides attempts, and marks for a person to look at.

use database::Conn;
use database::rows::listed_after;

/// Writes a line of an order's timeline; `detail` holds nothing personal.
pub(crate) async fn note(
    tx: &mut Conn,
    key: &str,
    what: &str,
    detail: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO order_notes (order_key, at, what, detail) VALUES ($1, $2, $3, $4)")
        .bind(key)
        .bind(now_ms)
        .bind(what)
        .bind(detail)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Writes down that EntMine had these orders when it was asked.
pub(crate) async fn seen<'k>(
    tx: &mut Conn,
    keys: impl Iterator<Item = &'k str> + Clone,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let count = keys.clone().count();
    if count == 0 {
        return Ok(());
    }
    let head = "UPDATE orders SET seen_at = $1, lost = 0 WHERE order_key IN";
    let query = sqlx::query(listed_after(head, 1, count, "")).bind(now_ms);
    let query = keys.fold(query, |query, key| query.bind(key));
    query.execute(tx).await.map(|_| ())
}

/// Takes the mark of an order away: a person has seen to it.
pub(crate) async fn unmark(tx: &mut Conn, key: &str, now_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE orders SET attention = NULL, updated_at = $2 WHERE order_key = $1")
        .bind(key)
        .bind(now_ms)
        .execute(tx)
        .await
        .map(|_| ())
}

/// A reason to mark an order is over by itself: the mark goes if it is there still, and the same reason may come again.
pub(crate) async fn unmark_of(
    tx: &mut Conn,
    key: &str,
    why: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let (marked, over) = marks(tx, key, why).await?;
    if marked > over {
        note(tx, key, "over", why, now_ms).await?;
        sqlx::query(
            "UPDATE orders SET attention = NULL, updated_at = $3 WHERE order_key = $1 AND attention = $2",
        )
        .bind(key)
        .bind(why)
        .bind(now_ms)
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// How often an order was marked for this reason, and how often that was over by itself.
async fn marks(tx: &mut Conn, key: &str, why: &str) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(
        "SELECT COUNT(CASE WHEN what = 'reconciled' THEN 1 END), COUNT(CASE WHEN what = 'over' THEN 1 END)
         FROM order_notes WHERE order_key = $1 AND detail = $2",
    )
    .bind(key)
    .bind(why)
    .fetch_one(tx)
    .await
}

/// Marks an order for a person, without a change of its state. Once for each reason that is not [over](unmark_of):
/// what an operator has settled is not brought up again.
pub(crate) async fn mark(
    tx: &mut Conn,
    key: &str,
    why: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let (marked, over) = marks(tx, key, why).await?;
    if marked > over {
        return Ok(());
    }
    let marked =
        sqlx::query("UPDATE orders SET attention = $2, updated_at = $3 WHERE order_key = $1");
    let marked = marked.bind(key).bind(why).bind(now_ms);
    if marked.execute(&mut *tx).await?.rows_affected() > 0 {
        tracing::error!(key, why, "an order needs a person");
        note(tx, key, "reconciled", why, now_ms).await?;
    }
    Ok(())
}
