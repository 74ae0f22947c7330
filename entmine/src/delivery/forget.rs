//! Forgetting a store that is gone.

use crate::audit;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use sqlx::Row;

/// Why a store stays known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgetRefused {
    #[error("there is no store of this name")]
    Unknown,
    #[error("EntMine sends to it; take it out of --store-url first")]
    IsSentTo,
}

impl EntMine {
    /// Forgets how far a store has followed. Its orders stay, and one that is sent to again is begun
    /// anew: it says itself what it has.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may be forgotten.
    pub async fn forget_store(
        &self,
        name: &str,
        actor: &str,
    ) -> Result<Result<(), ForgetRefused>, StorageError> {
        if self.senders().has(name) {
            return Ok(Err(ForgetRefused::IsSentTo));
        }
        let (name, actor) = (name.to_owned(), actor.to_owned());
        let forgotten = self.write("entmine.forget", move |tx| {
            Box::pin(async move { forget(tx, &name, &actor).await })
        });
        forgotten.await
    }
}

async fn forget(
    tx: &mut Writing<'_>,
    name: &str,
    actor: &str,
) -> Result<Result<(), ForgetRefused>, StorageError> {
    let store = sqlx::query("SELECT address, sends_until_ms FROM stores WHERE name = $1")
        .bind(name)
        .fetch_optional(tx.conn())
        .await?;
    let Some(store) = store else {
        return Ok(Err(ForgetRefused::Unknown));
    };
    // Another process may send to it.
    let sends_until_ms: Option<i64> = store.try_get("sends_until_ms")?;
    if sends_until_ms.is_some_and(|until_ms| until_ms > tx.now_ms) {
        return Ok(Err(ForgetRefused::IsSentTo));
    }
    let address: String = store.try_get("address")?;
    sqlx::query("DELETE FROM stores WHERE name = $1")
        .bind(name)
        .execute(tx.conn())
        .await?;
    let entry = audit::Entry {
        actor,
        event: "store.forgotten",
        subject: name,
        detail: &address,
    };
    tx.note(entry);
    Ok(Ok(()))
}
