//! The two ways to work on the database.
//!
//! Work runs in a task of its own. A caller that gives up (a timeout, a closed connection) drops
//! only its waiting: the transaction goes on to its commit or rollback, and no connection comes
//! back to the pool with half a transaction in it.

use super::EntMine;
use crate::error::StorageError;
use sqlx::AnyConnection;
use sqlx::{Any, Transaction};
use std::pin::Pin;

/// What a piece of work is: it borrows its connection and ends with a result.
pub(crate) type Task<'c, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'c>>;

/// A transaction that writes. No other one runs beside it.
pub(crate) struct Writing {
    tx: Transaction<'static, Any>,
    /// The time of everything that this transaction writes.
    pub now_ms: i64,
    /// The catalogue's seq after this transaction, where it changes the catalogue.
    pub catalog_seq: Option<i64>,
}

impl Writing {
    pub fn conn(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}

impl EntMine {
    /// Runs `work` in a transaction that commits where it ends well and rolls back where it fails,
    /// and tells the listeners where the catalogue changed.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Writing) -> Task<'c, T> + Send + 'static,
    {
        let entmine = self.clone();
        let task = tokio::spawn(async move {
            let tx = entmine.inner.writer.begin_with("BEGIN IMMEDIATE").await?;
            let mut writing = Writing {
                tx,
                now_ms: entmine.now_ms(),
                catalog_seq: None,
            };
            match work(&mut writing).await {
                Ok(value) => {
                    let Writing {
                        tx, catalog_seq, ..
                    } = writing;
                    tx.commit().await.map_err(StorageError::CommitUnclear)?;
                    if let Some(seq) = catalog_seq {
                        entmine.announce(seq);
                    }
                    Ok(value)
                }
                Err(error) => {
                    if let Err(second) = writing.tx.rollback().await {
                        tracing::warn!(error = %second, "a rollback failed; the connection is closed");
                    }
                    Err(error)
                }
            }
        });
        task.await.map_err(StorageError::CutShort)?
    }

    /// Two commits in quick succession may get here in the other order; the newest stays.
    fn announce(&self, seq: i64) {
        self.inner.newest.send_if_modified(|newest| {
            let is_newer = seq > *newest;
            *newest = seq.max(*newest);
            is_newer
        });
    }

    /// Runs `work` on one consistent state of the database, beside any writer.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, T> + Send + 'static,
    {
        let entmine = self.clone();
        let task = tokio::spawn(async move {
            let mut tx = entmine.inner.readers.begin().await?;
            let value = work(&mut tx).await?;
            tx.rollback().await?;
            Ok(value)
        });
        task.await.map_err(StorageError::CutShort)?
    }
}
