//! EntMine's catalogue as the store reads it when it has to repair its own.

use async_trait::async_trait;
use model::{CatalogueDigest, Changes, Snapshot, StockChanges};

/// Where the catalogue is read.
#[async_trait]
pub trait CatalogueSource: Send + Sync + 'static {
    /// The whole catalogue of one moment.
    ///
    /// # Errors
    /// [`SourceError`] where EntMine gives no usable answer.
    async fn snapshot(&self) -> Result<Snapshot, SourceError>;

    /// The changes after a seq, oldest first, `limit` of them at most.
    ///
    /// # Errors
    /// [`SourceError`] where EntMine gives no usable answer.
    async fn changes_after(&self, seq: i64, limit: i64) -> Result<Changes, SourceError>;

    /// The stock of what moved after a movement, by `limit` movements at most.
    ///
    /// # Errors
    /// [`SourceError`] where EntMine gives no usable answer.
    async fn stock_changes_after(&self, seq: i64, limit: i64) -> Result<StockChanges, SourceError>;

    /// What catalogue and stock are, without them.
    ///
    /// # Errors
    /// [`SourceError`] where EntMine gives no usable answer.
    async fn digest(&self) -> Result<CatalogueDigest, SourceError>;

    /// The `EntMine-Instance` of whoever answered last; none before the first answer.
    fn instance(&self) -> Option<String>;
}

/// Why the catalogue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error(transparent)]
    Storage(#[from] entmine::StorageError),
    /// Another EntMine than before answered: its seqs mean nothing here.
    #[error("another EntMine than before answers")]
    Another,
    #[error("{0}")]
    Http(String),
}
