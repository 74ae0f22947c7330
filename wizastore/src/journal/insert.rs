//! A new order.

use super::transition::begin_attempt;
use super::{Kind, State};
use crate::keys::fingerprint;
use database::Together;

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
    /// Until when its first attempt owns it; none where it has to wait for one.
    pub first_lease: Option<i64>,
}

/// Adds to the changes under way a new order, with its first attempt where there is one; gives its fingerprint.
pub(crate) fn insert(
    changes: &mut Together,
    order: NewOrder<'_>,
    now_ms: i64,
) -> Result<String, sqlx::Error> {
    let fingerprint = fingerprint(order.body);
    let state = match order.first_lease {
        Some(_) => State::Sending,
        None => State::Journalled,
    };
    let fence = i64::from(order.first_lease.is_some());
    let insert = sqlx::query(
        "INSERT INTO orders (order_key, receipt, session_id, follows, placed_at, body, fingerprint,
             total_minor, currency, pieces, names, state, fence, lease_until, ambiguous, rounds,
             updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, $5)",
    )
    .bind(order.key)
    .bind(order.receipt)
    .bind(order.session_id)
    .bind(order.follows)
    .bind(now_ms)
    .bind(order.body)
    .bind(&fingerprint)
    .bind(order.total_minor)
    .bind(order.currency)
    .bind(order.pieces)
    .bind(order.names)
    .bind(state.as_str())
    .bind(fence)
    .bind(order.first_lease);
    changes.add(insert)?;
    if order.first_lease.is_some() {
        changes.add(begin_attempt(order.key, fence, Kind::Push, now_ms))?;
    }
    Ok(fingerprint)
}
