//! Leases that ran out, and orders made due.

use crate::planted::{self, Bug};
use sqlx::AnyConnection;

/// Makes a waiting order due now, or as soon as EntMine's `Retry-After` allows.
pub(crate) async fn make_due(
    tx: &mut AnyConnection,
    key: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
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
    tx: &mut AnyConnection,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    release(tx, now_ms, now_ms).await
}

/// All leases at start: a SQLite file belongs to one process, so their attempts are gone.
pub(crate) async fn free_leases(
    tx: &mut AnyConnection,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    release(tx, i64::MAX, now_ms).await
}

/// Gives up the attempts whose lease ends by `until_ms`; their orders are due at once. A push that
/// was under way may have been applied; a void is simply tried again. An order whose cancellation
/// was asked for while it was being sent goes on to be voided.
async fn release(
    tx: &mut AnyConnection,
    until_ms: i64,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query(
        "UPDATE attempts SET ended_at = $2, result = 'expired'
         WHERE ended_at IS NULL AND EXISTS (
             SELECT 1 FROM orders o WHERE o.order_key = attempts.order_key
             AND o.fence = attempts.fence AND o.lease_until <= $1)",
    )
    .bind(until_ms)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    let mut freed: Vec<String> = sqlx::query_scalar(
        "UPDATE orders SET state = $3, lease_until = NULL, next_try_at = $2, updated_at = $2
         WHERE state = 'voiding' AND lease_until <= $1 RETURNING order_key",
    )
    .bind(until_ms)
    .bind(now_ms)
    .bind(if planted::is(Bug::ExpiredVoidIsDone) {
        "cancelled"
    } else {
        "voiding"
    })
    .fetch_all(&mut *tx)
    .await?;
    let sent: Vec<String> = sqlx::query_scalar(
        "UPDATE orders SET state = 'unknown', lease_until = NULL, ambiguous = $3, next_try_at = $2,
                updated_at = $2
         WHERE state = 'sending' AND lease_until <= $1 RETURNING order_key",
    )
    .bind(until_ms)
    .bind(now_ms)
    .bind(i32::from(!planted::is(Bug::ExpiryLeavesNoDoubt)))
    .fetch_all(&mut *tx)
    .await?;
    if !sent.is_empty() {
        sqlx::query(
            "UPDATE orders SET state = 'voiding', updated_at = $1
             WHERE state = 'unknown' AND cancel_wished = 1 AND lease_until IS NULL",
        )
        .bind(now_ms)
        .execute(tx)
        .await?;
    }
    freed.extend(sent);
    Ok(freed)
}
