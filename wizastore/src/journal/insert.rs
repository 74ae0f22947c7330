//! A new order.

use super::State;
use crate::keys::fingerprint;
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
