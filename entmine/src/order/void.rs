//! Voiding a key: the promise that nothing will ever be ordered under it.

use super::{Found, Voided, verdict};
use crate::audit;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use uuid::Uuid;

impl EntMine {
    /// Promises that nothing will be ordered under a key, also one never seen: its tombstone refuses
    /// an order that comes late. Voiding again changes nothing.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the key may have been voided.
    pub async fn void(&self, store: &str, key: Uuid) -> Result<Voided, StorageError> {
        let (store, key) = (store.to_owned(), key.to_string());
        self.write("entmine.void", move |tx| {
            Box::pin(async move { void(tx, &store, &key).await })
        })
        .await
    }
}

async fn void(tx: &mut Writing<'_>, store: &str, key: &str) -> Result<Voided, StorageError> {
    let Some(verdict) = verdict::find(tx.conn(), key).await? else {
        verdict::void(tx, store, key).await?;
        let entry = audit::Entry {
            actor: &format!("store:{store}"),
            event: "order.voided",
            subject: key,
            detail: "",
        };
        tx.note(entry);
        return Ok(Voided::Done);
    };
    if verdict.store != store {
        return Ok(Voided::Unknown);
    }
    Ok(match verdict.found {
        Found::Voided => Voided::Done,
        Found::Accepted(acceptance) => Voided::AlreadyAccepted {
            number: acceptance.number,
        },
        Found::Rejected { reasons, .. } => Voided::AlreadyRejected { reasons },
        Found::Unknown => Voided::Unknown,
    })
}
