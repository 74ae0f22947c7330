//! EntMine's own database: opening it, and the two ways to work on it.

mod address;
mod lock;
mod open;
mod work;

pub(crate) use open::OLDEST_SQLITE;
pub(crate) use work::Writing;

use crate::clock::Clock;
use crate::error::StorageError;
use sqlx::AnyPool;
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

/// The whole ERP behind one handle, cheap to clone. While any clone lives, the database belongs to
/// this process.
#[derive(Clone)]
pub struct EntMine {
    inner: Arc<Inner>,
}

struct Inner {
    /// One connection: SQLite has one writer, and waiting for it here is fair.
    writer: AnyPool,
    /// Reads never wait for a write (WAL).
    readers: AnyPool,
    clock: Arc<dyn Clock>,
    /// The newest committed seq of the catalogue.
    newest: watch::Sender<i64>,
    instance: Uuid,
    /// Declared last, so that it is released after the connections.
    _lock: lock::Lock,
}

impl EntMine {
    /// Which EntMine this is: a UUID made with the database.
    pub fn instance(&self) -> Uuid {
        self.inner.instance
    }

    /// The newest committed seq of the catalogue; it changes with every committed change of a
    /// product, and whoever listens then asks [`EntMine::changes_after`].
    pub fn changed(&self) -> watch::Receiver<i64> {
        self.inner.newest.subscribe()
    }

    /// Whether the database answers; for a readiness check. It does not wait for a writer.
    ///
    /// # Errors
    /// [`StorageError::NotDone`] where it does not answer.
    pub async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query("SELECT 1").execute(&self.inner.readers).await?;
        Ok(())
    }

    /// Closes the connections after the work under way, and folds the write-ahead log into the
    /// database. Later calls fail with [`StorageError::NotDone`]; not calling it loses nothing.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.inner.clock.now_ms()
    }
}

impl fmt::Debug for EntMine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntMine")
            .field("instance", &self.inner.instance)
            .finish_non_exhaustive()
    }
}
