//! EntMine as the store sees it: one trait, and answers whose types say what they prove.

use crate::OrderKey;
use async_trait::async_trait;
use model::{Acceptance, Reason, StockAnswer};
use std::time::Duration;

/// The order and stock part of EntMine's contract, wherever EntMine runs.
#[async_trait]
pub trait EntMine: Send + Sync + 'static {
    /// Places an order under its key, with the frozen bytes. EntMine need not begin what it cannot
    /// commit within `deadline`; the caller stops waiting by itself.
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        deadline: Duration,
    ) -> Result<Placed, CallError>;

    /// Asks what EntMine decided about a key.
    async fn find(&self, key: OrderKey) -> Result<Found, CallError>;

    /// Asks for the stock of products. Unknown SKUs are absent from the answer.
    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError>;
}

/// EntMine's answer to an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Placed {
    /// Stored now or before; whether the echo fits is checked by the push.
    Accepted(Acceptance),
    Rejected(Vec<Reason>),
    /// The key was voided: nothing was or will be ordered under it.
    Voided,
    /// The key has a verdict under other bytes.
    KeyReused,
    /// EntMine could not read the order. The key stays free.
    Malformed {
        detail: String,
    },
}

/// What EntMine knows about a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Accepted(Acceptance),
    Rejected {
        fingerprint: String,
        reasons: Vec<Reason>,
    },
    Voided,
    /// No verdict yet. A request that is still on its way may bring one.
    Unknown,
}

/// Why a call gave no answer, by what that proves.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// Provably not processed: refused connection, overload, no access.
    #[error("not applied: {detail}")]
    NotApplied {
        retry_after: Option<Duration>,
        detail: String,
    },
    /// May have been processed: timeout, lost reply, anything unreadable.
    #[error("may have been applied: {detail}")]
    Ambiguous { detail: String },
}
