//! Verdicts: written once, read for ever.

use super::Found;
use crate::batch::{BATCH_ROWS, insert, listed};
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::Writing;
use database::{Change, Conn};
use model::{Acceptance, OrderStatus, Reason};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// A verdict with the store that it belongs to. A verdict on another store's key is found too, so
/// that the key is not used twice; only its own store may learn more than that.
pub(super) struct Verdict {
    pub store: String,
    pub found: Found,
}

/// The verdict on a key, an accepted order with its status of now.
pub(super) async fn find(conn: &mut Conn, key: &str) -> Result<Option<Verdict>, StorageError> {
    let rows = ask_for(&[key]).fetch_all(conn).await?;
    Ok(read(&rows)?.remove(key))
}

/// Asks for the verdicts on some keys, no more than [`BATCH_ROWS`]; [`read`] has the answer.
pub(super) fn ask_for(keys: &[&str]) -> Change<'static> {
    let sql = listed(
        "SELECT v.key, v.store, v.verdict, v.fingerprint, v.reasons,
                o.number, o.total_minor, o.currency, o.accepted_at_ms, o.status
         FROM verdicts v LEFT JOIN orders o ON o.key = v.key
         WHERE v.key IN",
        keys.len(),
        "",
    );
    let keys = keys.iter().map(|key| (*key).to_owned());
    keys.fold(sqlx::query(sql), |query, key| query.bind(key))
}

/// Verdicts by their keys.
pub(super) fn read(rows: &[AnyRow]) -> Result<HashMap<String, Verdict>, StorageError> {
    let verdicts = rows.iter().map(|row| {
        let key: String = row.try_get("key")?;
        let verdict: String = row.try_get("verdict")?;
        let found = match verdict.as_str() {
            "accepted" => Found::Accepted(acceptance(&key, row)?),
            "rejected" => Found::Rejected {
                fingerprint: row.try_get("fingerprint")?,
                reasons: reasons(row)?,
            },
            "voided" => Found::Voided,
            other => return Err(StorageError::Unreadable(format!("verdict {other}"))),
        };
        let store = row.try_get("store")?;
        Ok((key, Verdict { store, found }))
    });
    verdicts.collect()
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

/// A verdict about to be written.
pub(super) struct NewVerdict<'a> {
    pub key: &'a str,
    pub fingerprint: &'a str,
    /// Why the order was rejected; none for one that was accepted.
    pub reasons: Option<&'a [Reason]>,
}

/// Writes what was decided about orders of a store, with the accepted orders' rows.
pub(super) async fn write(
    tx: &mut Writing<'_>,
    store: &str,
    verdicts: &[NewVerdict<'_>],
) -> Result<(), StorageError> {
    let head = "INSERT INTO verdicts (key, store, verdict, fingerprint, reasons, decided_at_ms)";
    for some in verdicts.chunks(BATCH_ROWS) {
        let mut query = sqlx::query(insert(head, 6, some.len(), ""));
        for one in some {
            let json = one.reasons.map(serde_json::to_string).transpose();
            let json =
                json.map_err(|error| StorageError::Unreadable(format!("reasons: {error}")))?;
            query = query
                .bind(one.key)
                .bind(store)
                .bind(json.as_ref().map_or("accepted", |_| "rejected"))
                .bind(one.fingerprint)
                .bind(json)
                .bind(tx.now_ms);
        }
        tx.later(query).await?;
    }
    Ok(())
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
