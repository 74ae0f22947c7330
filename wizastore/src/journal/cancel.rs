//! Cancelling an order.

use super::standing::Happened;
use super::transition::transition;
use super::{State, by_key, note};
use crate::keys::Ids;
use database::Conn;

/// What came of the wish to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// Nothing ever reached EntMine: cancelled at once.
    Now,
    /// EntMine has to agree; the order is being voided.
    Asked,
    /// An attempt is under way; it is done after it.
    Later,
    /// It has its end already, or there is no such order.
    TooLate,
}

/// Writes down the wish and takes the step that it allows. `who`: customer or operator.
pub(crate) async fn cancel(
    tx: &mut Conn,
    ids: &Ids,
    key: &str,
    who: &str,
    why: &str,
    now_ms: i64,
) -> Result<Cancelled, sqlx::Error> {
    let Some(order) = by_key(tx, key).await? else {
        return Ok(Cancelled::TooLate);
    };
    if order.standing.state.is_final() {
        return Ok(Cancelled::TooLate);
    }
    if !order.cancel_wished {
        sqlx::query("UPDATE orders SET cancel_wished = 1, updated_at = $2 WHERE order_key = $1")
            .bind(key)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        note(tx, key, who, why, now_ms).await?;
    }
    Ok(match order.standing.state {
        State::Sending => Cancelled::Later,
        State::Voiding => Cancelled::Asked,
        _ => match transition(tx, ids, &order, Happened::Cancelled, now_ms).await? {
            Ok(then) if then.state == State::Voiding => Cancelled::Asked,
            Ok(_) => Cancelled::Now,
            Err(_) => Cancelled::TooLate,
        },
    })
}
