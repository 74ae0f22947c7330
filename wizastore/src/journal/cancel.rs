//! Cancelling an order.

use super::{Event, State, by_key, next, note};
use crate::mail;
use crate::planted::{self, Bug};
use sqlx::AnyConnection;

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
    tx: &mut AnyConnection,
    key: &str,
    who: &str,
    why: &str,
    now_ms: i64,
) -> Result<Cancelled, sqlx::Error> {
    let Some(order) = by_key(tx, key).await? else {
        return Ok(Cancelled::TooLate);
    };
    if order.state.is_final() {
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
    match order.state {
        State::Sending => Ok(Cancelled::Later),
        State::Voiding => Ok(Cancelled::Asked),
        _ => carry_out(tx, key, order.state, order.ambiguous, now_ms).await,
    }
}

/// Carries out a cancellation that was wished for and has been waiting, as for an operator: nothing
/// that its customer does not want any more is sent. Does nothing where there is no such wish.
pub(crate) async fn carry_out_wish(
    tx: &mut AnyConnection,
    key: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    match by_key(tx, key).await? {
        Some(order) if order.cancel_wished => {
            carry_out(tx, key, order.state, order.ambiguous, now_ms)
                .await
                .map(|_| ())
        }
        Some(_) | None => Ok(()),
    }
}

/// Takes an order whose cancellation was wished for from a state in which no attempt owns it.
pub(super) async fn carry_out(
    tx: &mut AnyConnection,
    key: &str,
    state: State,
    ambiguous: bool,
    now_ms: i64,
) -> Result<Cancelled, sqlx::Error> {
    let Ok(following) = next(state, Event::Cancel, ambiguous) else {
        return Ok(Cancelled::TooLate);
    };
    let following = match planted::is(Bug::CancelledInDoubt) {
        true => State::Cancelled,
        false => following,
    };
    let due = (following == State::Voiding).then_some(now_ms);
    sqlx::query(
        "UPDATE orders SET state = $3, next_try_at = $4, not_before = NULL, attention = NULL,
                rounds = 0, updated_at = $5
         WHERE order_key = $1 AND state = $2",
    )
    .bind(key)
    .bind(state.as_str())
    .bind(following.as_str())
    .bind(due)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    mail::owe_end(tx, key, following, now_ms).await?;
    Ok(match following {
        State::Voiding => Cancelled::Asked,
        _ => Cancelled::Now,
    })
}
