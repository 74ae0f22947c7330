//! EntMine's own database, and what it says about itself.

mod folding;
mod lists;
mod open;
mod restore;
mod work;

pub(crate) use lists::{Counts, Streams};
pub use open::Options;
pub use restore::{RestoreError, Restored};
pub(crate) use work::Writing;

use crate::delivery::{Asked, Senders};
use crate::error::StorageError;
use crate::order::{OrderLimits, Placing};
use crate::staff::Seen;
use database::{Clock, Database, Engine};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// The whole ERP behind one handle, cheap to clone. While any clone lives, a SQLite database belongs
/// to this process.
#[derive(Clone)]
pub struct EntMine {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    newest: watch::Sender<News>,
    /// What staff ask of the stores.
    asked: Asked,
    /// The stores that this process sends to.
    senders: Senders,
    /// When staff were last seen.
    seen: Seen,
    /// Beyond these an order is accepted on hold.
    limits: OrderLimits,
    /// As of [`Options`].
    changes_kept: Duration,
    /// Orders that wait to be placed.
    placing: Placing,
    instance: Uuid,
    epoch: AtomicI64,
}

/// How far the streams have got that stores follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// The newest committed change of the catalogue.
    pub seq: i64,
    /// The newest committed movement of stock.
    pub stock: i64,
    /// The newest of the changes that stores must hear of at once, because what they show until then costs
    /// somebody something: a price that rose, a product that is not sold any more.
    pub urgent: i64,
}

impl EntMine {
    pub(crate) fn placing(&self) -> &Placing {
        &self.inner.placing
    }

    /// Which EntMine this is: a UUID made with the database.
    pub fn instance(&self) -> Uuid {
        self.inner.instance
    }

    /// How often this EntMine was restored from a backup, from 1. What another process declared on
    /// the same PostgreSQL is known here after the next look at the catalogue.
    pub fn epoch(&self) -> i64 {
        self.inner.epoch.load(Ordering::SeqCst)
    }

    /// What is new in the catalogue and its stock; it changes with every committed change of a product that
    /// this process made, and whoever listens then asks [`EntMine::changes_after`] or
    /// [`EntMine::stock_changes_after`].
    pub fn changed(&self) -> watch::Receiver<News> {
        self.inner.newest.subscribe()
    }

    /// Whether the database answers; for a readiness check. It does not wait for a writer.
    ///
    /// # Errors
    /// [`StorageError::Database`] where it does not answer.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.inner.database.ping().await?)
    }

    /// Whether the database takes what is written; for a readiness check.
    ///
    /// # Errors
    /// [`StorageError::Database`] where it does not.
    pub async fn can_write(&self) -> Result<(), StorageError> {
        Ok(self.inner.database.can_write().await?)
    }

    /// Ends when nothing can be written any more, because the database's writer has ended.
    pub async fn writer_ended(&self) {
        self.inner.database.writer_ended().await;
    }

    /// How many commits EntMine's database made, and how many pieces of work they held together.
    pub fn commits(&self) -> (u64, u64) {
        self.inner.database.commits()
    }

    /// Closes the connections after the work under way. Later calls fail; not calling it loses
    /// nothing.
    pub async fn close(&self) {
        self.inner.database.close().await;
    }

    pub(crate) fn asked(&self) -> &Asked {
        &self.inner.asked
    }

    pub(crate) fn senders(&self) -> &Senders {
        &self.inner.senders
    }

    pub(crate) fn seen(&self) -> &Seen {
        &self.inner.seen
    }

    /// An epoch never goes back, whoever read it last.
    pub(crate) fn learn_epoch(&self, epoch: i64) {
        self.inner.epoch.fetch_max(epoch, Ordering::SeqCst);
    }

    pub(crate) fn engine(&self) -> Engine {
        self.inner.database.engine()
    }

    pub(crate) fn order_limits(&self) -> OrderLimits {
        self.inner.limits
    }

    pub(crate) fn changes_kept(&self) -> Duration {
        self.inner.changes_kept
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
