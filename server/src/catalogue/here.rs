//! The catalogue of the EntMine in this process.

use super::source::{CatalogueSource, SourceError};
use async_trait::async_trait;
use entmine::{Changes, EntMine, Snapshot};
use std::time::Duration;

/// EntMine wakes the feed itself. Another process may write to the same PostgreSQL database
/// (`wizastore import`, say) and wakes nobody, so the feed looks now and then by itself.
const LOOK: Duration = Duration::from_secs(5);

/// The EntMine in this process.
#[derive(Clone)]
pub struct Here(pub EntMine);

#[async_trait]
impl CatalogueSource for Here {
    async fn snapshot(&self) -> Result<Snapshot, SourceError> {
        Ok(self.0.snapshot().await?)
    }

    async fn changes_after(&self, seq: i64, limit: i64) -> Result<Changes, SourceError> {
        Ok(self.0.changes_after(seq, limit).await?)
    }

    async fn news_after(&self, seq: i64) {
        let mut newest = self.0.changed();
        if newest.borrow().seq <= seq {
            // The sender lives as long as EntMine, which this source holds.
            let _ = tokio::time::timeout(LOOK, newest.changed()).await;
        }
    }
}
