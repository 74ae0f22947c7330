//! The one way in which an order's state changes, with everything that follows from a change.
//!
//! A new order is written by [`super::insert`]; after that only [`transition`] writes an order's state
//! (`scripts/check-layers` refuses a second writer).

use super::owed_mail::owed_end;
use super::standing::{Happened, Standing};
use super::{Kind, Order, Refused, State, return_to_cart};
use crate::keys::Ids;
use database::{Change, Conn, Together};

/// Writes what an event makes of an order, by compare-and-set on what was read, and gives where it stands then.
/// Carries out what follows: attempts begin and end, an end is owed to the customer by e-mail, goods go back to the cart,
/// and a cancellation that was wished for is carried out as soon as no attempt owns the order.
pub(crate) async fn transition(
    tx: &mut Conn,
    ids: &Ids,
    order: &Order,
    happened: Happened<'_>,
    now_ms: i64,
) -> Result<Result<Standing, Refused>, sqlx::Error> {
    transition_with(tx, ids, Together::default(), order, happened, now_ms).await
}

/// The same together with changes that are made in any case.
pub(super) async fn transition_with(
    tx: &mut Conn,
    ids: &Ids,
    with: Together,
    order: &Order,
    happened: Happened<'_>,
    now_ms: i64,
) -> Result<Result<Standing, Refused>, sqlx::Error> {
    let was = order.standing.clone();
    let mut then = match was.clone().after(happened, now_ms) {
        Ok(then) => then,
        Err(refused) => {
            with.leave(tx)?;
            return Ok(Err(refused));
        }
    };
    step(tx, ids, with, order, (&was, &then), happened, now_ms).await?;
    if then.is_waiting() && order.cancel_wished {
        let waited = then.clone();
        if let Ok(cancelled) = then.clone().after(Happened::Cancelled, now_ms) {
            let both = (&waited, &cancelled);
            step(
                tx,
                ids,
                Together::default(),
                order,
                both,
                Happened::Cancelled,
                now_ms,
            )
            .await?;
            then = cancelled;
        }
    }
    Ok(Ok(then))
}

/// One step: the row, and its effects.
async fn step(
    tx: &mut Conn,
    ids: &Ids,
    mut changes: Together,
    order: &Order,
    (was, then): (&Standing, &Standing),
    happened: Happened<'_>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let (key, owned) = (&order.key, was.lease_until.is_some());
    // Nobody gave an attempt up that is followed by the next one.
    let is_given_up = matches!(happened, Happened::Claimed { .. } | Happened::LeaseExpired);
    if owned && is_given_up {
        changes.add(expire_attempts(key, was.fence, now_ms))?;
    }
    // Whoever read it holds what it read until the transaction ends.
    changes.add_certain(write(key, was, then, now_ms)?)?;
    if then.fence > was.fence {
        changes.add(begin_attempt(key, then.fence, Kind::of(then.state), now_ms))?;
    }
    let moved = then.state != was.state;
    if let Some(mail) = owed_end(ids, key, then.state, now_ms).filter(|_| moved) {
        changes.add(mail)?;
    }
    changes.leave(tx)?;
    if moved {
        return_to_cart::after(tx, ids, order, then, now_ms).await?;
    }
    if let Some(attention) = then.attention.as_ref().filter(|_| was.attention.is_none()) {
        tracing::error!(key = order.key, attention, "an order needs a person");
    }
    Ok(())
}

fn write(
    key: &str,
    was: &Standing,
    then: &Standing,
    now_ms: i64,
) -> Result<Change<'static>, sqlx::Error> {
    let reasons = (then.state == State::Rejected)
        .then(|| serde_json::to_string(&then.reasons))
        .transpose()
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    Ok(sqlx::query(
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
    .bind(now_ms))
}

/// Writes down that an attempt begins, before any byte is sent.
pub(super) fn begin_attempt(key: &str, fence: i64, kind: Kind, now_ms: i64) -> Change<'static> {
    sqlx::query("INSERT INTO attempts (order_key, fence, kind, started_at) VALUES ($1, $2, $3, $4)")
        .bind(key)
        .bind(fence)
        .bind(kind.as_str())
        .bind(now_ms)
}

/// Ends the attempts up to a fence of which nobody knows the end.
fn expire_attempts(key: &str, fence: i64, now_ms: i64) -> Change<'static> {
    sqlx::query(
        "UPDATE attempts SET ended_at = $3, result = 'expired'
         WHERE order_key = $1 AND fence <= $2 AND ended_at IS NULL",
    )
    .bind(key)
    .bind(fence)
    .bind(now_ms)
}
