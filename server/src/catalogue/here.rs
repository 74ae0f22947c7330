//! Store and EntMine in one process: each the other's other side.

use super::source::{CatalogueSource, SourceError};
use async_trait::async_trait;
use entmine::EntMine;
use entmine::delivery::{Delivered, StoreLink};
use model::{CatalogueDigest, Changes, HookMessage, Snapshot, StockChanges};
use wizastore::{Heard, Store};

/// The EntMine of this process, as the store reads it.
#[derive(Clone)]
pub struct EntMineHere(pub EntMine);

#[async_trait]
impl CatalogueSource for EntMineHere {
    async fn snapshot(&self) -> Result<Snapshot, SourceError> {
        Ok(self.0.snapshot().await?)
    }

    async fn changes_after(&self, seq: i64, limit: i64) -> Result<Changes, SourceError> {
        Ok(self.0.changes_after(seq, limit).await?)
    }

    async fn stock_changes_after(&self, seq: i64, limit: i64) -> Result<StockChanges, SourceError> {
        Ok(self.0.stock_changes_after(seq, limit).await?)
    }

    async fn digest(&self) -> Result<CatalogueDigest, SourceError> {
        Ok(self.0.digest().await?)
    }

    fn instance(&self) -> Option<String> {
        Some(self.0.instance().to_string())
    }
}

/// The store of this process, as EntMine sends to it.
pub struct StoreHere(pub Store);

#[async_trait]
impl StoreLink for StoreHere {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        match self.0.hear(message.clone()).await {
            Ok(Heard::Applied { matches }) => Delivered::Applied { matches },
            Ok(Heard::Gap(gap)) => Delivered::Gap {
                applied: gap.applied,
            },
            Err(error) => Delivered::Failed(error.to_string()),
        }
    }
}
