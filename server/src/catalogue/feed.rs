//! The in-process push of EntMine's catalogue into the store's cache: a snapshot at the start,
//! then changes as EntMine commits them.

use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{CatalogueBatch, CatalogueChange, Store};

/// Changes in one batch: small enough that an order never waits long for the store's one writer.
const BATCH: i64 = 500;
/// After a failure the feed waits this long before it tries again.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("EntMine's catalogue cannot be read: {0}")]
    EntMine(#[from] entmine::StorageError),
    #[error("the store's catalogue cache cannot be written: {0}")]
    Store(#[from] wizastore::DatabaseError),
}

/// Brings the cache to where EntMine is now: by changes where they follow on, else by a snapshot.
pub async fn catch_up(entmine: &entmine::EntMine, store: &Store) -> Result<(), FeedError> {
    loop {
        let Some((epoch, applied)) = store.catalogue_watermark().await? else {
            return snapshot(entmine, store).await;
        };
        let changes = entmine.changes_after(applied, BATCH).await?;
        if changes.epoch != epoch || changes.to < applied {
            return snapshot(entmine, store).await;
        }
        let more = changes.more;
        let batch = CatalogueBatch {
            epoch: changes.epoch,
            from: changes.from,
            to: changes.to,
            changes: changes
                .changes
                .into_iter()
                .map(|change| CatalogueChange {
                    sku: change.sku,
                    version: change.version,
                    product: change.product,
                })
                .collect(),
        };
        if store.apply_catalogue(batch).await?.is_err() {
            return snapshot(entmine, store).await;
        }
        if !more {
            return Ok(());
        }
    }
}

async fn snapshot(entmine: &entmine::EntMine, store: &Store) -> Result<(), FeedError> {
    let snapshot = entmine.snapshot().await?;
    tracing::info!(
        products = snapshot.products.len(),
        "catalogue cache filled by a snapshot"
    );
    store
        .replace_catalogue(snapshot.epoch, snapshot.seq, snapshot.products)
        .await?;
    Ok(())
}

/// Follows EntMine until `stop`.
pub async fn follow(entmine: entmine::EntMine, store: Store, stop: CancellationToken) {
    let mut changed = entmine.changed();
    loop {
        changed.mark_unchanged();
        let pause = match catch_up(&entmine, &store).await {
            Ok(()) => None,
            Err(error) => {
                tracing::error!(%error, "the catalogue feed will try again");
                Some(PAUSE)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = wait(pause, &mut changed) => {}
        }
    }
}

async fn wait(pause: Option<Duration>, changed: &mut tokio::sync::watch::Receiver<i64>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        // The sender lives as long as EntMine, which this task holds.
        None => {
            let _ = changed.changed().await;
        }
    }
}
