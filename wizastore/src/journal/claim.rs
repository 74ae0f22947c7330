//! Taking an order for an attempt.

use super::for_attempt::{ToClaim, to_claim};
use super::standing::Happened;
use super::transition::transition;
use super::{Order, Ours, State};
use crate::Knobs;
use crate::erp::Identity;
use crate::keys::Ids;
use database::Conn;

/// What an attempt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To bring the order to EntMine.
    Push,
    /// To have EntMine agree that nothing is ordered.
    Void,
}

impl Kind {
    /// What is tried for an order in this state.
    pub(super) fn of(state: State) -> Self {
        match state {
            State::Voiding => Self::Void,
            _ => Self::Push,
        }
    }

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
    pub session_id: String,
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

/// The EntMine that an attempt would be for; nothing where no attempt may begin, because the store waits
/// for a reconciliation.
pub(crate) fn may_begin(ours: Option<Ours>) -> Option<Option<Identity>> {
    match ours {
        Some(Ours { paused: true, .. }) => None,
        ours => Some(ours.map(|ours| ours.identity)),
    }
}

/// Takes an order for an attempt, whose row is committed with it, before any byte is sent. Nothing
/// where another attempt has it, it is final, EntMine asked for patience, or the store waits for a
/// reconciliation.
pub(crate) async fn claim(
    tx: &mut Conn,
    ids: &Ids,
    key: &str,
    knobs: &Knobs,
    now_ms: i64,
) -> Result<Option<Claim>, sqlx::Error> {
    let Some(ToClaim { order, body, ours }) = to_claim(tx, key).await? else {
        return Ok(None);
    };
    let Some(entmine) = may_begin(ours) else {
        return Ok(None);
    };
    let owned = order
        .standing
        .lease_until
        .is_some_and(|until| until > now_ms);
    if owned || asked_for_patience(&order, knobs, now_ms) {
        return Ok(None);
    }
    let lease_until = now_ms + knobs.lease.as_millis() as i64;
    let claimed = transition(tx, ids, &order, Happened::Claimed { lease_until }, now_ms).await?;
    Ok(claimed.ok().map(|then| Claim {
        key: order.key,
        session_id: order.session_id,
        kind: Kind::of(then.state),
        fence: then.fence,
        body,
        fingerprint: order.fingerprint,
        total_minor: order.total_minor,
        currency: order.currency,
        ambiguous: order.standing.ambiguous,
        entmine,
    }))
}

/// Whether EntMine asked to be left alone for longer. Nobody asks for more than the longest wait: what is
/// later was written before the clock went back.
fn asked_for_patience(order: &Order, knobs: &Knobs, now_ms: i64) -> bool {
    let latest_ms = now_ms + knobs.longest_wait().as_millis() as i64;
    let until = order.standing.not_before;
    until.is_some_and(|until| until > now_ms && until <= latest_ms)
}
