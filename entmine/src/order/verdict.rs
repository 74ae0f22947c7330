//! Verdicts: written once, read for ever.

use super::Found;
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::Writing;
use database::Conn;
use model::{Acceptance, OrderStatus, Reason};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A verdict with the store that it belongs to. A verdict on another store's key is found too, so
/// that the key is not used twice; only its own store may learn more than that.
pub(super) struct Verdict {
    pub store: String,
    pub found: Found,
}

/// The verdict on a key, an accepted order with its status of now.
pub(super) async fn find(conn: &mut Conn, key: &str) -> Result<Option<Verdict>, StorageError> {
    let row = sqlx::query(
        "SELECT v.store, v.verdict, v.fingerprint, v.reasons,
                o.number, o.total_minor, o.currency, o.accepted_at_ms, o.status
         FROM verdicts v LEFT JOIN orders o ON o.key = v.key
         WHERE v.key = $1",
    )
    .bind(key)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let verdict: String = row.try_get("verdict")?;
    let found = match verdict.as_str() {
        "accepted" => Found::Accepted(acceptance(key, &row)?),
        "rejected" => Found::Rejected {
            fingerprint: row.try_get("fingerprint")?,
            reasons: reasons(&row)?,
        },
        "voided" => Found::Voided,
        other => return Err(StorageError::Unreadable(format!("verdict {other}"))),
    };
    Ok(Some(Verdict {
        store: row.try_get("store")?,
        found,
    }))
}

/// An accepted order, from a row with the columns of `verdicts` and `orders` that it is made of.
pub(super) fn acceptance(key: &str, row: &AnyRow) -> Result<Acceptance, StorageError> {
    let status: String = row.try_get("status")?;
    Ok(Acceptance {
        key: key.to_owned(),
        number: row.try_get("number")?,
        fingerprint: row.try_get("fingerprint")?,
        total_minor: row.try_get("total_minor")?,
        currency: row.try_get("currency")?,
        accepted_at: rfc3339(row.try_get("accepted_at_ms")?),
        status: status_of(&status)?,
        replayed: false,
    })
}

/// The status that a column holds.
pub(crate) fn status_of(word: &str) -> Result<OrderStatus, StorageError> {
    OrderStatus::parse(word).ok_or_else(|| StorageError::Unreadable(format!("order status {word}")))
}

fn reasons(row: &AnyRow) -> Result<Vec<Reason>, StorageError> {
    let json: String = row.try_get("reasons")?;
    serde_json::from_str(&json)
        .map_err(|error| StorageError::Unreadable(format!("reasons: {error}")))
}

/// Writes that a key was accepted, with the order's rows.
pub(super) async fn accept(
    tx: &mut Writing<'_>,
    store: &str,
    key: &str,
    fingerprint: &str,
) -> Result<(), StorageError> {
    let now_ms = tx.now_ms;
    let insert = sqlx::query(
        "INSERT INTO verdicts (key, store, verdict, fingerprint, decided_at_ms)
         VALUES ($1, $2, 'accepted', $3, $4)",
    )
    .bind(key)
    .bind(store)
    .bind(fingerprint)
    .bind(now_ms);
    tx.later(insert).await
}

/// Writes that a key was rejected, and why.
pub(super) async fn reject(
    tx: &mut Writing<'_>,
    store: &str,
    key: &str,
    fingerprint: &str,
    reasons: &[Reason],
) -> Result<(), StorageError> {
    let json = serde_json::to_string(reasons)
        .map_err(|error| StorageError::Unreadable(format!("reasons: {error}")))?;
    let now_ms = tx.now_ms;
    let insert = sqlx::query(
        "INSERT INTO verdicts (key, store, verdict, fingerprint, reasons, decided_at_ms)
         VALUES ($1, $2, 'rejected', $3, $4, $5)",
    )
    .bind(key)
    .bind(store)
    .bind(fingerprint)
    .bind(json)
    .bind(now_ms);
    tx.later(insert).await
}

/// Writes that a key was voided.
pub(super) async fn void(tx: &mut Writing<'_>, store: &str, key: &str) -> Result<(), StorageError> {
    let now_ms = tx.now_ms;
    sqlx::query(
        "INSERT INTO verdicts (key, store, verdict, decided_at_ms) VALUES ($1, $2, 'voided', $3)",
    )
    .bind(key)
    .bind(store)
    .bind(now_ms)
    .execute(tx.conn())
    .await?;
    Ok(())
}
