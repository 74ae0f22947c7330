//! Of several processes on one PostgreSQL database, one sends to a store: the one that has its lease.
//! Two at once would do no harm, a store takes each change once; but nobody could read the book.

use super::StoreRecord;
use super::book;
use crate::error::StorageError;
use crate::storage::EntMine;
use database::Engine;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// How long a sender that fell silent keeps the others waiting. A store notices nothing: it asks by
/// itself after 25 seconds.
const LEASE_MS: i64 = 15_000;
/// How often a lease is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// A sender's lease on its store.
pub(super) struct Lease {
    entmine: EntMine,
    name: String,
    address: String,
    sender: String,
    until_ms: AtomicI64,
}

/// What became of asking for it.
pub(super) enum Claim {
    /// It is this sender's, and was before.
    Kept,
    /// It has become this sender's; the book may say what others did meanwhile.
    Taken(StoreRecord),
    /// Another sender has it.
    Anothers,
}

impl Lease {
    pub fn new(entmine: EntMine, name: &str, address: &str) -> Self {
        Self {
            entmine,
            name: name.to_owned(),
            address: address.to_owned(),
            sender: Uuid::now_v7().to_string(),
            until_ms: AtomicI64::new(0),
        }
    }

    /// Takes the lease or prolongs it, where it is free or runs out soon. A SQLite database has one
    /// process, which needs none.
    ///
    /// # Errors
    /// [`StorageError`] where the book cannot be written.
    pub async fn claim(&self) -> Result<Claim, StorageError> {
        if self.entmine.engine() == Engine::Sqlite {
            return Ok(Claim::Kept);
        }
        let now_ms = self.entmine.now_ms();
        let until_ms = self.until_ms.load(Ordering::SeqCst);
        if until_ms - now_ms > LEASE_MS / 2 {
            return Ok(Claim::Kept);
        }
        let (name, address) = (self.name.clone(), self.address.clone());
        let (sender, epoch) = (self.sender.clone(), self.entmine.epoch());
        let claimed = self.entmine.write("entmine.delivery", move |tx| {
            Box::pin(async move {
                let until_ms = tx.now_ms + LEASE_MS;
                let store = book::claim(tx, &name, &address, epoch, &sender, until_ms).await?;
                Ok((store, until_ms))
            })
        });
        let (store, new_until_ms) = claimed.await?;
        let Some(store) = store else {
            self.until_ms.store(0, Ordering::SeqCst);
            return Ok(Claim::Anothers);
        };
        self.until_ms.store(new_until_ms, Ordering::SeqCst);
        Ok(match until_ms > now_ms {
            true => Claim::Kept,
            false => Claim::Taken(store),
        })
    }

    /// Keeps the lease; ends when it is another one's, or the database does not say.
    pub async fn lost(&self) {
        loop {
            sleep(LOOK).await;
            match self.claim().await {
                Ok(Claim::Kept) => {}
                Ok(Claim::Taken(_) | Claim::Anothers) | Err(_) => {
                    self.until_ms.store(0, Ordering::SeqCst);
                    return;
                }
            }
        }
    }

    /// Gives it back, so that another sender may go on at once.
    ///
    /// # Errors
    /// [`StorageError`]; then it runs out by itself.
    pub async fn give_back(&self) -> Result<(), StorageError> {
        if self.until_ms.swap(0, Ordering::SeqCst) == 0 {
            return Ok(());
        }
        let (name, sender) = (self.name.clone(), self.sender.clone());
        let given = self.entmine.write("entmine.delivery", move |tx| {
            Box::pin(async move { book::give_back(tx, &name, &sender).await })
        });
        given.await
    }
}
