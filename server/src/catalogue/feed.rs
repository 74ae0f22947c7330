//! The push of EntMine's catalogue into the store's cache: a snapshot at the start, then changes as
//! EntMine commits them. A gap or another epoch is repaired by a snapshot.

use super::source::{CatalogueSource, SourceError};
use entmine::Changes;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{CatalogueBatch, CatalogueChange, Store};

/// Changes in one batch: small enough that an order never waits long for the store's one writer.
const BATCH: i64 = 500;
/// After a failure the feed leaves EntMine alone for so long.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("EntMine's catalogue cannot be read: {0}")]
    EntMine(#[from] SourceError),
    #[error("the store's catalogue cache cannot be written: {0}")]
    Store(#[from] wizastore::DatabaseError),
}

/// Brings the cache to where EntMine is now: by changes where they follow on, else by a snapshot.
///
/// # Errors
/// [`FeedError`]; the cache is then at a state that EntMine once had.
pub async fn catch_up(source: &dyn CatalogueSource, store: &Store) -> Result<(), FeedError> {
    loop {
        let Some((epoch, applied)) = store.catalogue_watermark().await? else {
            return snapshot(source, store).await;
        };
        let followed = match source.changes_after(applied, BATCH).await {
            Ok(changes) if changes.epoch != epoch => Err("EntMine's catalogue is of another epoch"),
            Ok(changes) if changes.to < applied => Err("EntMine's catalogue went back"),
            Ok(changes) => Ok(changes),
            Err(SourceError::Another) => Err("another EntMine answers"),
            Err(error) => return Err(error.into()),
        };
        let changes = match followed {
            Ok(changes) => changes,
            Err(why) => {
                // Said and written down by the store: nothing is pushed until the orders are
                // reconciled.
                store.entmine_went_back(why).await?;
                return snapshot(source, store).await;
            }
        };
        let more = changes.more;
        if store.apply_catalogue(batch(changes)).await?.is_err() {
            return snapshot(source, store).await;
        }
        if !more {
            return Ok(());
        }
    }
}

fn batch(changes: Changes) -> CatalogueBatch {
    let one = |change: entmine::Change| CatalogueChange {
        sku: change.sku,
        version: change.version,
        product: change.product,
    };
    CatalogueBatch {
        epoch: changes.epoch,
        from: changes.from,
        to: changes.to,
        changes: changes.changes.into_iter().map(one).collect(),
    }
}

async fn snapshot(source: &dyn CatalogueSource, store: &Store) -> Result<(), FeedError> {
    let snapshot = source.snapshot().await?;
    tracing::info!(
        products = snapshot.products.len(),
        "catalogue cache filled by a snapshot"
    );
    store
        .replace_catalogue(snapshot.epoch, snapshot.seq, snapshot.products)
        .await?;
    Ok(())
}

/// Follows EntMine until `stop`. A batch that was handed to the store is written all the same.
pub async fn follow(source: Arc<dyn CatalogueSource>, store: Store, stop: CancellationToken) {
    let mut failing = false;
    loop {
        let end = tokio::select! {
            () = stop.cancelled() => return,
            end = catch_up(source.as_ref(), &store) => end,
        };
        match &end {
            Ok(()) if failing => tracing::info!("the catalogue follows EntMine again"),
            Ok(()) => {}
            // Said once, not every few seconds for as long as EntMine is down.
            Err(error) if !failing => {
                tracing::warn!(%error, "the catalogue does not follow EntMine, trying again");
            }
            Err(error) => tracing::debug!(%error, "the catalogue still does not follow EntMine"),
        }
        failing = end.is_err();
        tokio::select! {
            () = stop.cancelled() => return,
            () = rest(source.as_ref(), &store, failing) => {}
        }
    }
}

async fn rest(source: &dyn CatalogueSource, store: &Store, failing: bool) {
    match (failing, store.catalogue_watermark().await) {
        (false, Ok(Some((_, applied)))) => source.news_after(applied).await,
        (true, _) | (false, Ok(None) | Err(_)) => tokio::time::sleep(PAUSE).await,
    }
}
