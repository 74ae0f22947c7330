//! The one way in which an order's state changes, with everything that follows from a change.
//!
//! A new order is written by [`super::insert`]; after that only [`transition`] writes an order's state
//! (`scripts/check-layers` refuses a second writer).

use super::standing::{Happened, Standing};
use super::{Kind, Order, Refused, State, return_to_cart};
use crate::mail;
use crate::planted::{self, Bug};
use database::Conn;

/// What became of an order.
pub(crate) struct Transition {
    pub state: State,
    pub fence: i64,
}

/// Writes what an event makes of an order, by compare-and-set on what was read, and carries out what
/// follows: attempts begin and end, an end is owed to the customer by e-mail, goods go back to the cart,
/// and a cancellation that was wished for is carried out as soon as no attempt owns the order.
pub(crate) async fn transition(
    tx: &mut Conn,
    order: &Order,
    happened: Happened<'_>,
    now_ms: i64,
) -> Result<Result<Transition, Refused>, sqlx::Error> {
    let was = order.standing.clone();
    let mut then = match was.clone().after(happened, now_ms) {
        Ok(then) => then,
        Err(refused) => return Ok(Err(refused)),
    };
    step(tx, order, &was, &then, happened, now_ms).await?;
    if then.is_waiting() && order.cancel_wished && !planted::is(Bug::CancelForgotten) {
        let waited = then.clone();
        if let Ok(cancelled) = then.clone().after(Happened::Cancelled, now_ms) {
            step(tx, order, &waited, &cancelled, Happened::Cancelled, now_ms).await?;
            then = cancelled;
        }
    }
    Ok(Ok(Transition {
        state: then.state,
        fence: then.fence,
    }))
}

/// One step: the row, and its effects.
async fn step(
    tx: &mut Conn,
    order: &Order,
    was: &Standing,
    then: &Standing,
    happened: Happened<'_>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let (key, owned) = (&order.key, was.lease_until.is_some());
    // Nobody gave an attempt up that is followed by the next one.
    let is_given_up = matches!(happened, Happened::Claimed { .. } | Happened::LeaseExpired);
    if owned && is_given_up {
        expire_attempts(tx, key, was.fence, now_ms).await?;
    }
    write(tx, key, was, then, now_ms).await?;
    if then.fence > was.fence {
        begin_attempt(tx, key, then.fence, Kind::of(then.state), now_ms).await?;
    }
    if then.state != was.state {
        mail::owe_end(tx, &order.key, then.state, now_ms).await?;
        return_to_cart::after(tx, order, then, now_ms).await?;
    }
    if let Some(attention) = then.attention.as_ref().filter(|_| was.attention.is_none()) {
        tracing::error!(key = order.key, attention, "an order needs a person");
    }
    Ok(())
}

async fn write(
    tx: &mut Conn,
    key: &str,
    was: &Standing,
    then: &Standing,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let reasons = (then.state == State::Rejected)
        .then(|| serde_json::to_string(&then.reasons))
        .transpose()
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let written = sqlx::query(
        "UPDATE orders SET state = $4, fence = $5, lease_until = $6, ambiguous = $7,
                unreadable = $8, rounds = $9, next_try_at = $10, not_before = $11, number = $12,
                erp_status = $13, reasons = $14, attention = $15, note = $16, updated_at = $17
         WHERE order_key = $1 AND state = $2 AND fence = $3",
    )
    .bind(key)
    .bind(was.state.as_str())
    .bind(was.fence)
    .bind(then.state.as_str())
    .bind(then.fence)
    .bind(then.lease_until)
    .bind(i32::from(then.ambiguous))
    .bind(then.unreadable)
    .bind(then.rounds)
    .bind(then.next_try_at)
    .bind(then.not_before)
    .bind(&then.number)
    .bind(then.erp_status.map(|status| status.as_str()))
    .bind(reasons)
    .bind(&then.attention)
    .bind(&then.note)
    .bind(now_ms)
    .execute(tx)
    .await?;
    match written.rows_affected() {
        1 => Ok(()),
        // Whoever read it holds what it read until the transaction ends.
        _ => Err(sqlx::Error::RowNotFound),
    }
}

/// Writes down that an attempt begins, before any byte is sent.
pub(super) async fn begin_attempt(
    tx: &mut Conn,
    key: &str,
    fence: i64,
    kind: Kind,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO attempts (order_key, fence, kind, started_at) VALUES ($1, $2, $3, $4)")
        .bind(key)
        .bind(fence)
        .bind(kind.as_str())
        .bind(now_ms)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Ends the attempts up to a fence of which nobody knows the end.
async fn expire_attempts(
    tx: &mut Conn,
    key: &str,
    fence: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE attempts SET ended_at = $3, result = 'expired'
         WHERE order_key = $1 AND fence <= $2 AND ended_at IS NULL",
    )
    .bind(key)
    .bind(fence)
    .bind(now_ms)
    .execute(tx)
    .await
    .map(|_| ())
}
