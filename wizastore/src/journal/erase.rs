//! Erasing an order's customer.

use super::{WholeOrder, note, whole_by_key};
use database::Conn;

/// What the timeline says of an order whose customer EntMine has erased.
pub(crate) const IN_ENTMINE: &str = "the customer's data were erased in EntMine, and here";

/// Erases what an order that has its end holds of its customer, and the form that its session would show again. `why` is
/// kept with the order. Gives whether there was anything left.
pub(crate) async fn erase(
    tx: &mut Conn,
    key: &str,
    why: &str,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let Some(whole) = whole_by_key(tx, key).await? else {
        return Ok(false);
    };
    let erased = erase_order(tx, &whole, why, now_ms).await?;
    if erased {
        sqlx::query("UPDATE sessions SET draft = NULL WHERE id = $1")
            .bind(&whole.order.session_id)
            .execute(tx)
            .await?;
    }
    Ok(erased)
}

/// The same without the form: the body, e-mails that are owed, and copies of those that were sent. Key, number,
/// fingerprint, total and lines stay.
pub(crate) async fn erase_order(
    tx: &mut Conn,
    WholeOrder { order, content }: &WholeOrder,
    why: &str,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    if order.erased {
        return Ok(false);
    }
    // Lines that cannot be read are as good as none.
    let lines = serde_json::to_string(&content.lines()).unwrap_or_default();
    let erased = sqlx::query(
        "UPDATE orders SET body = $2, kept_lines = $3, erased_at = $4, updated_at = $4
         WHERE order_key = $1 AND erased_at IS NULL
         AND state IN ('confirmed', 'rejected', 'cancelled', 'settled')",
    )
    .bind(&order.key)
    .bind(Vec::<u8>::new())
    .bind(lines)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    if erased.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "UPDATE mails SET forget = 1, due_at = NULL, ended_at = COALESCE(ended_at, $2),
                result = COALESCE(result, 'not needed')
         WHERE order_key = $1",
    )
    .bind(&order.key)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    note(tx, &order.key, "erased", why, now_ms).await?;
    Ok(true)
}
