//! EntMine as the store sees it: one trait, and answers whose types say what they prove.

mod http;

pub use http::{BadEntMineUrl, HttpEntMine, HttpLimits, from_json};

use crate::OrderKey;
use async_trait::async_trait;
pub use model::{Found, Placed, Voided};
use model::{OrderPage, StockAnswer};
use std::time::Duration;

/// The order and stock part of EntMine's contract, wherever EntMine runs.
///
/// Nobody behind this trait retries anything: exactly one layer does, the push.
#[async_trait]
pub trait EntMine: Send + Sync + 'static {
    /// Places an order under its key, with the frozen bytes. EntMine need not begin what it cannot
    /// commit within `deadline`; the caller stops waiting by itself.
    ///
    /// `number` is only given for an order that EntMine lost with a restored backup: the number
    /// that the customer was told, which EntMine keeps or refuses.
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError>;

    /// Asks what EntMine decided about a key.
    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError>;

    /// Asks EntMine never to accept an order under this key.
    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError>;

    /// The orders that EntMine accepted from this store, in the order of commit, those after a
    /// cursor; `limit` of them at most.
    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError>;

    /// The orders whose status changed, in the order of the changes, those after a cursor.
    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError>;

    /// Asks for the stock of products. Unknown SKUs are absent from the answer.
    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError>;
}

/// Which EntMine it was: `EntMine-Instance` and `EntMine-Epoch` of an answer. A different instance
/// is another EntMine; a different epoch is this one, restored from a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// A UUID in its usual text form.
    pub instance: String,
    pub epoch: i64,
}

/// An answer that could be read, and who gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered<T> {
    pub from: Identity,
    pub answer: T,
}

/// Why a call gave no usable answer, by what that proves.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// Provably not processed: the connection was refused (`from` is none), or EntMine said so in
    /// a problem document 401, 403, 429 or 503. Whether `from` is the right EntMine is for the
    /// caller to check.
    #[error("not applied: {detail}")]
    NotApplied {
        retry_after: Option<Duration>,
        from: Option<Identity>,
        detail: String,
    },
    /// May have been processed: timeout, reset, lost reply, 5xx, an untyped 4xx.
    #[error("may have been applied: {detail}")]
    Ambiguous { detail: String },
    /// May have been processed, and the answer claims success (2xx) but cannot be read. An EntMine
    /// that does so again and again needs a person.
    #[error("may have been applied, the answer is unreadable: {detail}")]
    Unreadable { detail: String },
    /// Whoever answered is not EntMine as the contract has it (a redirect, say): for a person.
    #[error("contradiction: {detail}")]
    Contradiction { detail: String },
}

/// Whether this can be an order number: whatever EntMine calls its orders, as long as it can be printed and
/// said on the telephone: 1 to 100 characters, none of them control characters, marks that turn the
/// direction of the text, or space at the ends.
pub(crate) fn is_order_number(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let printable = !text.chars().any(|c| c.is_control() || turns(c));
    (1..=100).contains(&text.chars().count()) && printable && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_number_may_have_spaces_inside() {
        let long = "9".repeat(100);
        for right in [
            "1",
            "SO-2026-000123",
            "SO 2026 123",
            "№ 1",
            "Nº 2026–17",
            &long,
        ] {
            assert!(is_order_number(right), "{right}");
        }
        for wrong in ["", " ", " 1", "1 ", "1\n2", "1\t2", &"9".repeat(101)] {
            assert!(!is_order_number(wrong), "{wrong}");
        }
    }
}
