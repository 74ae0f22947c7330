//! Orders by their keys, receipts and sessions.

use super::order::{Order, OrderRow, WholeOrder, WholeRow, select_order, select_whole_order};
use database::rows::listed;
use database::{Conn, Readers};
use sqlx::FromRow;
use sqlx::any::AnyRow;
use std::collections::{BTreeSet, HashMap};

/// The one order that a statement finds by what `$1` is; none where there is none.
async fn one<R, T>(db: &mut Conn, sql: &'static str, named: &str) -> Result<Option<T>, sqlx::Error>
where
    R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    T: TryFrom<R, Error = sqlx::Error>,
{
    if named.contains('\0') {
        // PostgreSQL cannot even be asked for one.
        return Ok(None);
    }
    let row: Option<R> = sqlx::query_as(sql).bind(named).fetch_optional(db).await?;
    row.map(T::try_from).transpose()
}

pub(crate) async fn by_key(db: &mut Conn, key: &str) -> Result<Option<Order>, sqlx::Error> {
    one::<OrderRow, _>(db, select_order!("WHERE order_key = $1"), key).await
}

/// The same with its content.
pub(crate) async fn whole_by_key(
    db: &mut Conn,
    key: &str,
) -> Result<Option<WholeOrder>, sqlx::Error> {
    one::<WholeRow, _>(db, select_whole_order!("WHERE order_key = $1"), key).await
}

/// The orders with these keys, by key; those that there are.
pub(crate) async fn by_keys<'k>(
    db: &mut Conn,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Result<HashMap<String, Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = match keys.clone().count() {
        0 => Vec::new(),
        count => {
            let sql = listed(select_order!("WHERE order_key IN"), count, "");
            let query = keys.fold(sqlx::query_as(sql), |query, key| query.bind(key));
            query.fetch_all(db).await?
        }
    };
    let order = |row: OrderRow| Ok((row.order_key.clone(), Order::try_from(row)?));
    rows.into_iter().map(order).collect()
}

/// Which of these keys are an order's, or an adopted one's.
pub(crate) async fn known<'k>(
    db: &mut Conn,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut known = BTreeSet::new();
    let count = keys.clone().count();
    if count == 0 {
        return Ok(known);
    }
    for head in [
        "SELECT order_key FROM orders WHERE order_key IN",
        "SELECT order_key FROM adopted WHERE order_key IN",
    ] {
        let sql = listed(head, count, "");
        let query = keys.clone();
        let query = query.fold(sqlx::query_scalar(sql), |query, key| query.bind(key));
        known.extend(query.fetch_all(&mut *db).await?);
    }
    Ok(known)
}

pub(crate) async fn by_receipt(db: &mut Conn, receipt: &str) -> Result<Option<Order>, sqlx::Error> {
    one::<OrderRow, _>(db, select_order!("WHERE receipt = $1"), receipt).await
}

/// The same with its content.
pub(crate) async fn whole_by_receipt(
    db: &mut Conn,
    receipt: &str,
) -> Result<Option<WholeOrder>, sqlx::Error> {
    one::<WholeRow, _>(db, select_whole_order!("WHERE receipt = $1"), receipt).await
}

/// The session of an order.
pub(crate) async fn session_of(db: &Readers, key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT session_id FROM orders WHERE order_key = $1")
        .bind(key)
        .fetch_optional(db)
        .await
}

/// The receipt of the order of the same session that replaced this one.
pub(crate) async fn placed_again(
    db: &mut Conn,
    order: &Order,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT receipt FROM orders WHERE session_id = $1 AND follows = $2
         ORDER BY placed_at DESC LIMIT 1",
    )
    .bind(&order.session_id)
    .bind(&order.key)
    .fetch_optional(db)
    .await
}

/// A session's orders, newest first.
pub(crate) async fn of_session(
    db: &Readers,
    session_id: &str,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<Order>), sqlx::Error> {
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE session_id = $1")
        .bind(session_id)
        .fetch_one(db)
        .await?;
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE session_id = $1 ORDER BY placed_at DESC, order_key DESC LIMIT $2 OFFSET $3"
    ))
    .bind(session_id)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await?;
    Ok((
        total,
        rows.into_iter()
            .map(Order::try_from)
            .collect::<Result<_, _>>()?,
    ))
}

/// A session's orders whose end is still open, newest first, 20 at the most.
pub(crate) async fn open_of_session(
    db: &mut Conn,
    session_id: &str,
) -> Result<Vec<Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE session_id = $1 AND state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled')
         ORDER BY placed_at DESC, order_key DESC LIMIT 20"
    ))
    .bind(session_id)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}
