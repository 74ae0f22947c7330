//! Orders by where they stand.

use super::State;
use super::order::{Order, OrderRow, WholeOrder, WholeRow, select_order, select_whole_order};
use database::{Conn, Readers};

/// Orders under way with their content, all at once: they move from state to state, and are found in one of them.
pub(crate) async fn under_way(db: &mut Conn) -> Result<Vec<WholeOrder>, sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE state <> 'confirmed'
         AND state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined')"
    ));
    Ok(readable(orders.fetch_all(db).await?))
}

/// Orders in a final state other than *confirmed* with their content, by key, after this one; and where to go on.
pub(crate) async fn ended_as(
    db: &mut Conn,
    state: State,
    after: &str,
    most: i64,
) -> Result<(Vec<WholeOrder>, Option<String>), sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE state = $1 AND state <> 'confirmed' AND order_key > $2 ORDER BY order_key LIMIT $3"
    ));
    let orders = orders.bind(state.as_str()).bind(after).bind(most);
    Ok(part(orders.fetch_all(db).await?))
}

/// Rejected and cancelled orders between two keys that ended before a time and still hold their customers' data, but
/// for those that wait for a person; and where to go on.
pub(crate) async fn unplaced(
    db: &mut Conn,
    (after, before): (&str, &str),
    until_ms: i64,
    most: i64,
) -> Result<(Vec<WholeOrder>, Option<String>), sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE erased_at IS NULL AND state IN ('rejected', 'cancelled') AND order_key > $1 AND order_key < $2
         AND attention IS NULL AND updated_at < $3 ORDER BY order_key LIMIT $4"
    ));
    let orders = orders.bind(after).bind(before).bind(until_ms).bind(most);
    Ok(part(orders.fetch_all(db).await?))
}

/// The orders of a part of a list, and the last key that was looked at; none where the list is over.
fn part(rows: Vec<WholeRow>) -> (Vec<WholeOrder>, Option<String>) {
    let last = rows.last().map(|row| row.order.order_key.clone());
    (readable(rows), last)
}

/// Those that can be read: one that cannot must not keep the others from being looked at.
fn readable(rows: Vec<WholeRow>) -> Vec<WholeOrder> {
    let read = |row| {
        let order = WholeOrder::try_from(row);
        order.inspect_err(|error| tracing::error!(%error, "an order was passed over"))
    };
    rows.into_iter().filter_map(|row| read(row).ok()).collect()
}

/// Whether the lease of any attempt ends by `until_ms`.
pub(crate) async fn any_leased(db: &Readers, until_ms: i64) -> Result<bool, sqlx::Error> {
    let leased: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM (SELECT 1 FROM orders
         WHERE state <> 'confirmed' AND state IN ('sending', 'voiding') AND lease_until <= $1 LIMIT 1) leased",
    )
    .bind(until_ms)
    .fetch_one(db)
    .await?;
    Ok(leased > 0)
}

/// Orders whose attempt's lease ends by `until_ms`.
pub(super) async fn leased(db: &mut Conn, until_ms: i64) -> Result<Vec<Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE state <> 'confirmed' AND state IN ('sending', 'voiding') AND lease_until <= $1"
    ))
    .bind(until_ms)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Keys and sessions of orders whose time has come: orders that never failed first, then the longest due. A time
/// beyond `beyond_ms` was written down before the clock was set back.
pub(crate) async fn due(
    db: &Readers,
    now_ms: i64,
    beyond_ms: i64,
    limit: i64,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, session_id FROM orders
         WHERE state <> 'confirmed' AND state IN ('journalled', 'retry_wait', 'unknown', 'voiding')
         AND lease_until IS NULL
         AND (next_try_at IS NULL OR next_try_at <= $1 OR next_try_at > $3)
         ORDER BY CASE WHEN rounds = 0 THEN 0 ELSE 1 END, next_try_at LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .bind(beyond_ms)
    .fetch_all(db)
    .await
}
