//! How attempts end.

use super::standing::{Happened, Standing, Waits};
use super::transition::transition_with;
use super::{Event, ForAttempt, Order};
use crate::keys::Ids;
use database::{Change, Conn, Together};
use model::{Acceptance, Reason};

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
    pub(super) fn event(&self, unreadable: i64) -> Event {
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
    pub(super) fn is_ambiguous(&self) -> bool {
        match self {
            Self::Ambiguous { .. } | Self::Unreadable { .. } | Self::Contradiction { .. } => true,
            Self::Accepted(_) | Self::Rejected(_) | Self::Voided | Self::NotApplied { .. } => false,
        }
    }

    /// How long EntMine wants to be left alone.
    pub(super) fn retry_after_ms(&self) -> Option<i64> {
        match self {
            Self::NotApplied { retry_after_ms, .. } => *retry_after_ms,
            Self::Accepted(_)
            | Self::Rejected(_)
            | Self::Voided
            | Self::Ambiguous { .. }
            | Self::Unreadable { .. }
            | Self::Contradiction { .. } => None,
        }
    }

    /// A word and a detail for the attempt's row; the detail says why a person has to look at it.
    pub(super) fn result(&self) -> (&'static str, String) {
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

/// Records how the attempt with `fence` ended, of an order as [`super::for_attempt`] found it with the number of an
/// acceptance; gives where the order stands now.
///
/// An acceptance counts whenever it arrives. Anything else counts only while the attempt still
/// owns the order: a late refusal proves nothing about the attempt that came after it.
pub(crate) async fn settle(
    tx: &mut Conn,
    ids: &Ids,
    found: ForAttempt,
    fence: i64,
    settlement: &Settlement,
    waits: Waits<'_>,
    now_ms: i64,
) -> Result<Standing, sqlx::Error> {
    let ForAttempt { order, .. } = &found;
    let key = &order.key;
    let mut changes = Together::default();
    changes.add(end_attempt(key, fence, settlement, now_ms))?;
    let stale = order.standing.fence != fence || order.standing.lease_until.is_none();
    if stale && !matches!(settlement, Settlement::Accepted(_)) {
        changes.leave(tx)?;
        return Ok(order.standing.clone());
    }
    let contradiction;
    let effective = match settlement {
        Settlement::Accepted(accepted) if found.number_taken => {
            let detail = taken(accepted);
            if stale {
                // Whoever owns the order, or asks about it next, finds the same and moves it.
                changes.leave(tx)?;
                super::mark(tx, key, &detail, now_ms).await?;
                return Ok(order.standing.clone());
            }
            contradiction = Settlement::Contradiction { detail };
            &contradiction
        }
        _ => settlement,
    };
    let happened = Happened::Ended(effective, waits);
    match transition_with(tx, ids, changes, order, happened, now_ms).await? {
        Ok(then) => Ok(then),
        Err(refused) => {
            if let Settlement::Accepted(accepted) = settlement {
                differing_acceptance(tx, order, accepted, now_ms).await?;
            }
            tracing::warn!(key, %refused, "an attempt's end came too late and was dropped");
            Ok(order.standing.clone())
        }
    }
}

fn end_attempt(key: &str, fence: i64, settlement: &Settlement, now_ms: i64) -> Change<'static> {
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
}

/// EntMine says that it accepted an order that has another end here: nothing is changed, a person
/// is told.
async fn differing_acceptance(
    tx: &mut Conn,
    order: &Order,
    accepted: &Acceptance,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    if order.standing.number.as_deref() == Some(&accepted.number) {
        return Ok(());
    }
    let why = format!(
        "EntMine has this order as {}, here it is {}",
        accepted.number,
        order
            .standing
            .number
            .as_deref()
            .unwrap_or(order.standing.state.as_str()),
    );
    super::mark(tx, &order.key, &why, now_ms).await
}

fn taken(accepted: &Acceptance) -> String {
    format!("number {} belongs to another order", accepted.number)
}
