//! Voiding a key: the promise that nothing will ever be ordered under it.

use super::{Found, Voided, verdict};
use crate::audit;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use uuid::Uuid;

impl EntMine {
    /// Promises that nothing will be ordered under a key, also one never seen: its tombstone refuses
    /// an order that comes late. Voiding again changes nothing. None: the key belongs to another store.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the key may have been voided.
    pub async fn void(&self, store: &str, key: Uuid) -> Result<Option<Voided>, StorageError> {
        let (store, key) = (store.to_owned(), key.to_string());
        self.write("entmine.void", move |tx| {
            Box::pin(async move { void(tx, &store, &key).await })
        })
        .await
    }
}

async fn void(
    tx: &mut Writing<'_>,
    store: &str,
    key: &str,
) -> Result<Option<Voided>, StorageError> {
    let Some(verdict) = verdict::find(tx.conn(), key).await? else {
        verdict::void(tx, store, key).await?;
        let entry = audit::Entry {
            actor: &format!("store:{store}"),
            event: "order.voided",
            subject: key,
            detail: "",
        };
        tx.note(entry);
        return Ok(Some(Voided::Done));
    };
    Ok(match verdict.found {
        _ if verdict.store != store => None,
        Found::Voided => Some(Voided::Done),
        Found::Accepted(_) => Some(Voided::AlreadyAccepted),
        Found::Rejected { .. } => Some(Voided::AlreadyRejected),
        Found::Unknown => None,
    })
}
