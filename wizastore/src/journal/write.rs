//! Writing the journal. Each function is one step inside the caller's transaction, guarded by the
//! state it expects; every change of state goes through [`next`].

use super::state::{Event, State, next};
use crate::Knobs;
use crate::keys::fingerprint;
use model::{Acceptance, Reason};
use sqlx::AnyConnection;

/// An order about to be journalled.
pub(crate) struct NewOrder<'a> {
    pub key: &'a str,
    pub receipt: &'a str,
    pub session_id: &'a str,
    pub follows: Option<&'a str>,
    pub body: &'a [u8],
    pub total_minor: i64,
    pub currency: &'a str,
    pub pieces: i64,
    pub names: String,
}

/// Journals an order.
pub(crate) async fn insert(
    tx: &mut AnyConnection,
    order: NewOrder<'_>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO orders (order_key, receipt, session_id, follows, placed_at, body, fingerprint,
             total_minor, currency, pieces, names, state, fence, ambiguous, rounds, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $5)",
    )
    .bind(order.key)
    .bind(order.receipt)
    .bind(order.session_id)
    .bind(order.follows)
    .bind(now_ms)
    .bind(order.body)
    .bind(fingerprint(order.body))
    .bind(order.total_minor)
    .bind(order.currency)
    .bind(order.pieces)
    .bind(order.names)
    .bind(State::Journalled.as_str())
    .execute(tx)
    .await
    .map(|_| ())
}

/// An attempt that owns its order until the lease runs out.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Claim {
    #[sqlx(rename = "order_key")]
    pub key: String,
    pub fence: i64,
    pub body: Vec<u8>,
    pub fingerprint: String,
    pub total_minor: i64,
    pub currency: String,
    /// 1 once an attempt may have been applied: EntMine is asked before anything is sent.
    pub ambiguous: i32,
}

/// Takes an order for an attempt, by compare-and-set; none where another attempt has it or it
/// needs none. The attempt's row is committed with it, before any byte is sent.
pub(crate) async fn claim(
    tx: &mut AnyConnection,
    key: &str,
    knobs: &Knobs,
    now_ms: i64,
) -> Result<Option<Claim>, sqlx::Error> {
    let claim: Option<Claim> = sqlx::query_as(
        "UPDATE orders SET state = 'sending', fence = fence + 1, lease_until = $2,
                next_try_at = NULL, updated_at = $3
         WHERE order_key = $1 AND state IN ('journalled', 'retry_wait', 'unknown')
         RETURNING order_key, fence, body, fingerprint, total_minor, currency, ambiguous",
    )
    .bind(key)
    .bind(now_ms + knobs.lease.as_millis() as i64)
    .bind(now_ms)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(claim) = &claim {
        sqlx::query("INSERT INTO attempts (order_key, fence, started_at) VALUES ($1, $2, $3)")
            .bind(key)
            .bind(claim.fence)
            .bind(now_ms)
            .execute(tx)
            .await?;
    }
    Ok(claim)
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub(crate) enum Settlement {
    Accepted(Acceptance),
    Rejected(Vec<Reason>),
    NotApplied {
        retry_after_ms: Option<i64>,
        detail: String,
    },
    Ambiguous {
        detail: String,
    },
    Contradiction {
        detail: String,
    },
}

impl Settlement {
    fn event(&self) -> Event {
        match self {
            Self::Accepted(_) => Event::Accept,
            Self::Rejected(_) => Event::Reject,
            Self::NotApplied { .. } => Event::NotApplied,
            Self::Ambiguous { .. } => Event::Ambiguous,
            Self::Contradiction { .. } => Event::Contradict,
        }
    }

    fn result(&self) -> (&'static str, String) {
        match self {
            Self::Accepted(accepted) => ("accepted", accepted.number.clone()),
            Self::Rejected(reasons) => ("rejected", format!("{} reasons", reasons.len())),
            Self::NotApplied { detail, .. } => ("not_applied", detail.clone()),
            Self::Ambiguous { detail } => ("ambiguous", detail.clone()),
            Self::Contradiction { detail } => ("contradiction", detail.clone()),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Standing {
    state: String,
    fence: i64,
    ambiguous: i32,
    rounds: i64,
}

/// Records how the attempt with `fence` ended; gives the state the order is in now.
///
/// An acceptance counts whenever it arrives. Anything else counts only while the attempt still
/// owns the order: a late refusal proves nothing about the attempt that came after it.
/// `new_round` counts a further round for the schedule; `wait_ms(rounds)` is the wait after it.
pub(crate) async fn settle(
    tx: &mut AnyConnection,
    key: &str,
    fence: i64,
    settlement: &Settlement,
    new_round: bool,
    wait_ms: impl Fn(i64) -> i64 + Send,
    now_ms: i64,
) -> Result<State, sqlx::Error> {
    let standing: Standing =
        sqlx::query_as("SELECT state, fence, ambiguous, rounds FROM orders WHERE order_key = $1")
            .bind(key)
            .fetch_one(&mut *tx)
            .await?;
    let state = State::parse(&standing.state)
        .ok_or_else(|| sqlx::Error::Decode("unreadable state".into()))?;
    let (result, detail) = settlement.result();
    sqlx::query(
        "UPDATE attempts SET ended_at = $3, result = $4, detail = $5
         WHERE order_key = $1 AND fence = $2",
    )
    .bind(key)
    .bind(fence)
    .bind(now_ms)
    .bind(result)
    .bind(&detail)
    .execute(&mut *tx)
    .await?;

    let stale = standing.fence != fence;
    if stale && !matches!(settlement, Settlement::Accepted(_)) {
        return Ok(state);
    }
    let ambiguous = standing.ambiguous != 0 || matches!(settlement, Settlement::Ambiguous { .. });
    let following = match next(state, settlement.event(), ambiguous) {
        Ok(following) => following,
        Err(refused) => {
            tracing::warn!(key, %refused, "an attempt's end came too late and was dropped");
            return Ok(state);
        }
    };
    let following = match settlement {
        Settlement::Accepted(accepted) if number_taken(tx, key, &accepted.number).await? => {
            State::Quarantined
        }
        _ => following,
    };
    let rounds = standing.rounds + i64::from(new_round);
    let (next_try_at, not_before) = match settlement {
        _ if following != State::RetryWait && following != State::Unknown => (None, None),
        Settlement::NotApplied {
            retry_after_ms: Some(patience),
            ..
        } => (
            Some(now_ms + wait_ms(rounds).max(*patience)),
            Some(now_ms + patience),
        ),
        _ => (Some(now_ms + wait_ms(rounds)), None),
    };
    let (number, status) = match (settlement, following) {
        (Settlement::Accepted(accepted), State::Confirmed) => (
            Some(accepted.number.as_str()),
            Some(accepted.status.as_str()),
        ),
        _ => (None, None),
    };
    let reasons = match settlement {
        Settlement::Rejected(reasons) => serde_json::to_string(reasons).ok(),
        _ => None,
    };
    let review = match (following, settlement) {
        (State::Quarantined, Settlement::Accepted(accepted)) => Some(format!(
            "number {} belongs to another order",
            accepted.number
        )),
        (State::Quarantined, _) => Some(detail),
        _ => None,
    };
    sqlx::query(
        "UPDATE orders SET state = $2, lease_until = NULL, ambiguous = $3, rounds = $4,
                next_try_at = $5, not_before = $6, number = $7, erp_status = $8, reasons = $9,
                review = $10, updated_at = $11
         WHERE order_key = $1",
    )
    .bind(key)
    .bind(following.as_str())
    .bind(i32::from(ambiguous))
    .bind(rounds)
    .bind(next_try_at)
    .bind(not_before)
    .bind(number)
    .bind(status)
    .bind(reasons)
    .bind(&review)
    .bind(now_ms)
    .execute(tx)
    .await?;
    if let Some(review) = review {
        tracing::error!(key, review, "an order needs a person");
    }
    Ok(following)
}

async fn number_taken(
    tx: &mut AnyConnection,
    key: &str,
    number: &str,
) -> Result<bool, sqlx::Error> {
    let taken: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE number = $1 AND order_key <> $2")
            .bind(number)
            .bind(key)
            .fetch_one(tx)
            .await?;
    Ok(taken > 0)
}

/// Makes a waiting order due now, or as soon as EntMine's `Retry-After` allows.
pub(crate) async fn make_due(
    tx: &mut AnyConnection,
    key: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE orders SET next_try_at = CASE WHEN not_before > $2 THEN not_before ELSE $2 END
         WHERE order_key = $1 AND state IN ('journalled', 'retry_wait', 'unknown')",
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

/// Gives up the attempts whose lease ends by `until_ms`; their orders are due at once.
async fn release(
    tx: &mut AnyConnection,
    until_ms: i64,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query(
        "UPDATE attempts SET ended_at = $2, result = 'expired'
         WHERE ended_at IS NULL AND EXISTS (
             SELECT 1 FROM orders o WHERE o.order_key = attempts.order_key
             AND o.fence = attempts.fence AND o.state = 'sending' AND o.lease_until <= $1)",
    )
    .bind(until_ms)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    sqlx::query_scalar(
        "UPDATE orders SET state = 'unknown', lease_until = NULL, ambiguous = 1, next_try_at = $2,
                updated_at = $2
         WHERE state = 'sending' AND lease_until <= $1 RETURNING order_key",
    )
    .bind(until_ms)
    .bind(now_ms)
    .fetch_all(tx)
    .await
}
