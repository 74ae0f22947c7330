//! How attempts end.

use super::cancel::carry_out;
use super::{Cancelled, Event, Order, State, by_key, next};
use crate::mail;
use crate::planted::{self, Bug};
use model::{Acceptance, Reason};
use sqlx::AnyConnection;

/// So many answers that claim success and cannot be read need a person: an EntMine that is only
/// interrupted does not do it three times.
const MOST_UNREADABLE: i64 = 3;

/// How an attempt ended.
#[derive(Clone, Debug)]
pub(crate) enum Settlement {
    Accepted(Acceptance),
    Rejected(Vec<Reason>),
    Voided,
    NotApplied {
        retry_after_ms: Option<i64>,
        detail: String,
    },
    Ambiguous {
        detail: String,
    },
    Unreadable {
        detail: String,
    },
    Contradiction {
        detail: String,
    },
}

impl Settlement {
    fn event(&self, unreadable: i64) -> Event {
        match self {
            Self::Accepted(_) => Event::Accept,
            Self::Rejected(_) => Event::Reject,
            Self::Voided => Event::Void,
            Self::NotApplied { .. } => Event::NotApplied,
            Self::Unreadable { .. } if unreadable >= MOST_UNREADABLE => Event::Contradict,
            Self::Ambiguous { .. } | Self::Unreadable { .. } => Event::Ambiguous,
            Self::Contradiction { .. } => Event::Contradict,
        }
    }

    /// After it, nobody may say any more that nothing of this order reached EntMine.
    fn is_ambiguous(&self) -> bool {
        match self {
            Self::Ambiguous { .. } | Self::Unreadable { .. } | Self::Contradiction { .. } => true,
            Self::Accepted(_) | Self::Rejected(_) | Self::Voided | Self::NotApplied { .. } => false,
        }
    }

    fn result(&self) -> (&'static str, String) {
        match self {
            Self::Accepted(accepted) => ("accepted", accepted.number.clone()),
            Self::Rejected(reasons) => ("rejected", format!("{} reasons", reasons.len())),
            Self::Voided => ("voided", String::new()),
            Self::NotApplied { detail, .. } => ("not_applied", detail.clone()),
            Self::Ambiguous { detail } => ("ambiguous", detail.clone()),
            Self::Unreadable { detail } => ("unreadable", detail.clone()),
            Self::Contradiction { detail } => ("contradiction", detail.clone()),
        }
    }
}

/// When to try again.
#[derive(Clone, Copy)]
pub(crate) struct Waits<'a> {
    /// Whether this attempt begins a further round of the schedule.
    pub new_round: bool,
    /// The wait in milliseconds after so many unsuccessful rounds.
    pub after: &'a (dyn Fn(i64) -> i64 + Send + Sync),
}

/// Records how the attempt with `fence` ended; gives the state the order is in now.
///
/// An acceptance counts whenever it arrives. Anything else counts only while the attempt still
/// owns the order: a late refusal proves nothing about the attempt that came after it.
pub(crate) async fn settle(
    tx: &mut AnyConnection,
    key: &str,
    fence: i64,
    settlement: &Settlement,
    waits: Waits<'_>,
    now_ms: i64,
) -> Result<State, sqlx::Error> {
    let Some(order) = by_key(tx, key).await? else {
        return Err(sqlx::Error::RowNotFound);
    };
    end_attempt(tx, key, fence, settlement, now_ms).await?;
    let stale = order.fence != fence || order.lease_until.is_none();
    let counts_late =
        matches!(settlement, Settlement::Accepted(_)) || planted::is(Bug::UnfencedNegative);
    if stale && !counts_late {
        return Ok(order.state);
    }
    let unreadable =
        order.unreadable + i64::from(matches!(settlement, Settlement::Unreadable { .. }));
    let ambiguous = order.ambiguous || settlement.is_ambiguous();
    let following = match next(order.state, settlement.event(unreadable), ambiguous) {
        Ok(following) => following,
        Err(refused) => {
            if let Settlement::Accepted(accepted) = settlement {
                differing_acceptance(tx, &order, accepted, now_ms).await?;
            }
            tracing::warn!(key, %refused, "an attempt's end came too late and was dropped");
            return Ok(order.state);
        }
    };
    let following = match settlement {
        Settlement::Accepted(accepted) if number_taken(tx, key, &accepted.number).await? => {
            let why = taken(accepted);
            match next(order.state, Event::Contradict, ambiguous) {
                Ok(quarantined) if !stale => quarantined,
                // Whoever owns the order, or asks about it next, finds the same and moves it.
                Ok(_) | Err(_) => {
                    super::mark(tx, key, &why, now_ms).await?;
                    return Ok(order.state);
                }
            }
        }
        _ => following,
    };
    write(
        tx, &order, settlement, following, ambiguous, unreadable, waits, now_ms,
    )
    .await?;
    let waiting = matches!(following, State::RetryWait | State::Unknown);
    if waiting && order.cancel_wished && !planted::is(Bug::CancelForgotten) {
        return Ok(
            match carry_out(tx, key, following, ambiguous, now_ms).await? {
                Cancelled::Now => State::Cancelled,
                Cancelled::Asked => State::Voiding,
                Cancelled::Later | Cancelled::TooLate => following,
            },
        );
    }
    Ok(following)
}

async fn end_attempt(
    tx: &mut AnyConnection,
    key: &str,
    fence: i64,
    settlement: &Settlement,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let (result, detail) = settlement.result();
    sqlx::query(
        "UPDATE attempts SET ended_at = $3, result = $4, detail = $5
         WHERE order_key = $1 AND fence = $2",
    )
    .bind(key)
    .bind(fence)
    .bind(now_ms)
    .bind(result)
    .bind(detail)
    .execute(tx)
    .await
    .map(|_| ())
}

#[allow(clippy::too_many_arguments)] // one row, written once, with everything that it depends on
async fn write(
    tx: &mut AnyConnection,
    order: &Order,
    settlement: &Settlement,
    following: State,
    ambiguous: bool,
    unreadable: i64,
    waits: Waits<'_>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let rounds = order.rounds + i64::from(waits.new_round);
    let (next_try_at, not_before) = match (following, settlement) {
        (
            State::RetryWait | State::Unknown | State::Voiding,
            Settlement::NotApplied {
                retry_after_ms: Some(patience),
                ..
            },
        ) => (
            Some(now_ms + (waits.after)(rounds).max(*patience)),
            Some(now_ms + patience),
        ),
        (State::RetryWait | State::Unknown | State::Voiding, _) => {
            (Some(now_ms + (waits.after)(rounds)), None)
        }
        (_, _) => (None, None),
    };
    let (number, status) = match (settlement, following) {
        (Settlement::Accepted(accepted), State::Confirmed) => (
            Some(accepted.number.as_str()),
            Some(accepted.status.as_str()),
        ),
        (_, _) => (None, None),
    };
    let reasons = match (settlement, following) {
        (Settlement::Rejected(reasons), State::Rejected) => serde_json::to_string(reasons).ok(),
        (_, _) => None,
    };
    let attention = match (following, settlement) {
        (State::Quarantined, Settlement::Accepted(accepted)) => Some(taken(accepted)),
        (State::Quarantined, _) => Some(settlement.result().1),
        (_, _) => None,
    };
    sqlx::query(
        "UPDATE orders SET state = $2, lease_until = NULL, ambiguous = $3, rounds = $4,
                next_try_at = $5, not_before = $6, number = $7, erp_status = $8, reasons = $9,
                attention = $10, unreadable = $11, updated_at = $12
         WHERE order_key = $1 AND state = $13",
    )
    .bind(&order.key)
    .bind(following.as_str())
    .bind(i32::from(ambiguous))
    .bind(rounds)
    .bind(next_try_at)
    .bind(not_before)
    .bind(number)
    .bind(status)
    .bind(reasons)
    .bind(&attention)
    .bind(unreadable)
    .bind(now_ms)
    .bind(order.state.as_str())
    .execute(&mut *tx)
    .await?;
    mail::owe_end(tx, &order.key, following, now_ms).await?;
    if let Some(attention) = attention {
        tracing::error!(key = order.key, attention, "an order needs a person");
    }
    Ok(())
}

/// EntMine says that it accepted an order that has another end here: nothing is changed, a person
/// is told.
async fn differing_acceptance(
    tx: &mut AnyConnection,
    order: &Order,
    accepted: &Acceptance,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    if order.number.as_deref() == Some(&accepted.number) {
        return Ok(());
    }
    let why = format!(
        "EntMine has this order as {}, here it is {}",
        accepted.number,
        order.number.as_deref().unwrap_or(order.state.as_str()),
    );
    super::mark(tx, &order.key, &why, now_ms).await
}

fn taken(accepted: &Acceptance) -> String {
    format!("number {} belongs to another order", accepted.number)
}

async fn number_taken(
    tx: &mut AnyConnection,
    key: &str,
    number: &str,
) -> Result<bool, sqlx::Error> {
    let taken: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM orders WHERE number = $1 AND order_key <> $2)
              + (SELECT COUNT(*) FROM adopted WHERE number = $1 AND order_key <> $2)",
    )
    .bind(number)
    .bind(key)
    .fetch_one(tx)
    .await?;
    Ok(taken > 0)
}
