//! Leases that ran out, and orders made due.

use super::by_state::leased;
use super::standing::Happened;
use super::transition::transition;
use crate::keys::Ids;
use database::Conn;

/// Makes a waiting order due now, or as soon as EntMine's `Retry-After` allows.
pub(crate) async fn make_due(tx: &mut Conn, key: &str, now_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE orders SET next_try_at = CASE WHEN not_before > $2 THEN not_before ELSE $2 END
         WHERE order_key = $1 AND state IN ('journalled', 'retry_wait', 'unknown', 'voiding')
         AND lease_until IS NULL",
    )
    .bind(key)
    .bind(now_ms)
    .execute(tx)
    .await
    .map(|_| ())
}

/// Orders whose attempt outlived its lease may have been applied; gives their keys.
pub(crate) async fn expire_leases(
    tx: &mut Conn,
    ids: &Ids,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    release(tx, ids, now_ms, now_ms).await
}

/// All leases at start: a SQLite file belongs to one process, so their attempts are gone.
pub(crate) async fn free_leases(
    tx: &mut Conn,
    ids: &Ids,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    release(tx, ids, i64::MAX, now_ms).await
}

/// Gives up the attempts whose lease ends by `until_ms`; their orders are due at once.
async fn release(
    tx: &mut Conn,
    ids: &Ids,
    until_ms: i64,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let mut freed = Vec::new();
    for order in leased(tx, until_ms).await? {
        match transition(tx, ids, &order, Happened::LeaseExpired, now_ms).await? {
            Ok(_) => freed.push(order.key),
            Err(refused) => tracing::error!(key = order.key, %refused, "a lease that cannot be"),
        }
    }
    Ok(freed)
}
