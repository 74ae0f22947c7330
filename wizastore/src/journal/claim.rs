//! Taking an order for an attempt.

use super::{Event, Following, State, by_key, following, next};
use crate::Knobs;
use crate::erp::Identity;
use crate::planted::{self, Bug};
use sqlx::AnyConnection;

/// What an attempt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To bring the order to EntMine.
    Push,
    /// To have EntMine agree that nothing is ordered.
    Void,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Void => "void",
        }
    }
}

/// An attempt that owns its order until the lease runs out.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub key: String,
    pub kind: Kind,
    pub fence: i64,
    pub body: Vec<u8>,
    pub fingerprint: String,
    pub total_minor: i64,
    pub currency: String,
    /// An attempt may have been applied: EntMine is asked before anything is sent.
    pub ambiguous: bool,
    /// The EntMine whose answer counts; none before the first one was heard.
    pub entmine: Option<Identity>,
}

/// Whether an order could be taken.
#[derive(Debug)]
pub(crate) enum Claimed {
    Yes(Box<Claim>),
    /// Another attempt has it, it is final, or it has to wait.
    No,
}

impl Claimed {
    pub(crate) fn claim(self) -> Option<Claim> {
        match self {
            Self::Yes(claim) => Some(*claim),
            Self::No => None,
        }
    }
}

/// Takes an order for an attempt by compare-and-set. The attempt's row is committed with it, before
/// any byte is sent. Nothing is taken while the store waits for a reconciliation, or while EntMine
/// asked for patience.
pub(crate) async fn claim(
    tx: &mut AnyConnection,
    key: &str,
    knobs: &Knobs,
    now_ms: i64,
) -> Result<Claimed, sqlx::Error> {
    let entmine = match following(tx).await? {
        None => None,
        Some(Following {
            paused: Some(_), ..
        }) if !planted::is(Bug::PauseIgnored) => return Ok(Claimed::No),
        Some(Following { identity, .. }) => Some(identity),
    };
    let Some(order) = by_key(tx, key).await? else {
        return Ok(Claimed::No);
    };
    let owned = order.lease_until.is_some_and(|until| until > now_ms);
    // Nobody asks for more patience than that: what is later was written before the clock went back.
    let latest_ms = now_ms + knobs.longest_wait().as_millis() as i64;
    let patience = order
        .not_before
        .is_some_and(|until| until > now_ms && until <= latest_ms);
    let Ok(state) = next(order.state, Event::Claim, order.ambiguous) else {
        return Ok(Claimed::No);
    };
    if owned || patience && !planted::is(Bug::PatienceForgotten) {
        return Ok(Claimed::No);
    }
    let kind = match state {
        State::Voiding => Kind::Void,
        _ => Kind::Push,
    };
    let fence = order.fence + 1;
    let marked = !planted::is(Bug::MarkAfterSend);
    let taken = sqlx::query(
        "UPDATE orders SET state = $4, fence = $5, lease_until = $6, next_try_at = NULL,
                updated_at = $7
         WHERE order_key = $1 AND state = $2 AND fence = $3",
    )
    .bind(key)
    .bind(order.state.as_str())
    .bind(order.fence)
    .bind(if marked { state } else { order.state }.as_str())
    .bind(fence)
    .bind(marked.then(|| now_ms + knobs.lease.as_millis() as i64))
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() != 1 {
        return Ok(Claimed::No);
    }
    if order.lease_until.is_some() {
        // Nobody gave that attempt up before it was followed by this one.
        sqlx::query(
            "UPDATE attempts SET ended_at = $3, result = 'expired'
             WHERE order_key = $1 AND fence < $2 AND ended_at IS NULL",
        )
        .bind(key)
        .bind(fence)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query(
        "INSERT INTO attempts (order_key, fence, kind, started_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(key)
    .bind(fence)
    .bind(kind.as_str())
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(Claimed::Yes(Box::new(Claim {
        key: order.key,
        kind,
        fence,
        body: order.body,
        fingerprint: order.fingerprint,
        total_minor: order.total_minor,
        currency: order.currency,
        ambiguous: order.ambiguous,
        entmine,
    })))
}
