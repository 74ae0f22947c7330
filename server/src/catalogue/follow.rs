//! The store's own care for its catalogue cache. EntMine sends what changes; whatever is lost on the
//! way shows as a gap, as silence or as another digest, and is fetched here: changes where they
//! follow on, else a snapshot.

use super::source::{CatalogueSource, SourceError};
use model::{CatalogueMessage, Snapshot, StockMessage};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{DatabaseError, NotHeard, Origin, Smaller, Store, Taken};

/// Changes in one batch: small enough that an order never waits long for the store's one writer.
const BATCH: i64 = 200;
/// Movements of stock in one batch.
const MOVEMENTS: i64 = 1_000;
/// Batches after which the whole catalogue is taken instead.
const STRETCHES: usize = 20;
/// After a failure EntMine is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// EntMine says every 20 seconds that it is there (docs/contract.md); after so long it is asked.
const SILENCE: Duration = Duration::from_secs(25);
/// A store that EntMine does not send to asks so often instead.
const ASK: Duration = Duration::from_secs(1);
/// And compares whole catalogues so often.
const COMPARE: Duration = Duration::from_secs(20);
/// Snapshots in a row that something else overtook: more only happen by a fault.
const SNAPSHOTS: usize = 5;

#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error("EntMine's catalogue cannot be read: {0}")]
    EntMine(#[from] SourceError),
    #[error("the store's catalogue cache cannot be written: {0}")]
    Store(#[from] DatabaseError),
    #[error("EntMine's catalogue arrived damaged: its digest is another")]
    Damaged,
    #[error("EntMine's product '{sku}' cannot be taken: {why}")]
    Malformed { sku: String, why: &'static str },
    #[error("EntMine's changes cannot be taken: {0}")]
    Changes(&'static str),
    #[error("EntMine's catalogue changed again and again while it was taken")]
    Overtaken,
    #[error(
        "EntMine went back or is another one: its catalogue is taken when the orders are reconciled"
    )]
    NotReconciled,
    #[error("the cache is another catalogue than EntMine's, right after it was taken from there")]
    Differs,
}

impl From<NotHeard> for FollowError {
    fn from(error: NotHeard) -> Self {
        match error {
            NotHeard::Malformed(why) => Self::Changes(why),
            NotHeard::Database(error) => Self::Store(error),
        }
    }
}

const ANOTHER: &str = "another EntMine answers";
const STOCK_WENT_BACK: &str = "EntMine's stock went back";

/// Where the cache is after it was looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// It is what EntMine's catalogue was a moment ago.
    There,
    /// EntMine's catalogue is so much smaller that an operator has to say whether it is meant.
    Held,
}

/// Brings cache and stock to where EntMine is now: by changes where they follow on, else by a snapshot.
/// Does not compare what is there already.
///
/// # Errors
/// [`FollowError`]; the cache is then at a state that EntMine once had.
pub async fn catch_up(
    source: &dyn CatalogueSource,
    store: &Store,
) -> Result<Followed, FollowError> {
    loop {
        let Some((epoch, applied)) = store.catalogue_watermark().await? else {
            return take(source, store, Smaller::Hold).await;
        };
        let changes = match source.changes_after(applied, BATCH).await {
            Err(SourceError::Another) => return go_back(source, store, ANOTHER).await,
            changes => changes?,
        };
        if is_another(source, store).await? {
            return go_back(source, store, ANOTHER).await;
        }
        if changes.epoch > epoch {
            // Said and written down by the store: nothing is pushed until the orders are reconciled.
            let why = "EntMine's catalogue is of another epoch";
            store.entmine_went_back(why).await?;
            return take(source, store, Smaller::Hold).await;
        }
        if (changes.epoch, changes.to) < (epoch, applied) {
            return go_back(source, store, "EntMine's catalogue went back").await;
        }
        let more = changes.more;
        let message = CatalogueMessage::new(changes, None);
        if store.apply_catalogue(message).await?.is_err() {
            // Something else wrote meanwhile.
            return take(source, store, Smaller::Hold).await;
        }
        if !more {
            let followed = catch_up_with_stock(source, store).await?;
            if let Some(instance) = source.instance() {
                store.catalogue_follows(&instance).await?;
            }
            return Ok(followed);
        }
    }
}

/// The same for the stock, once the cache is of EntMine's epoch.
async fn catch_up_with_stock(
    source: &dyn CatalogueSource,
    store: &Store,
) -> Result<Followed, FollowError> {
    for _ in 0..STRETCHES {
        let (epoch, applied) = store.stock_watermark().await?.unwrap_or_default();
        let changes = source.stock_changes_after(applied, MOVEMENTS).await?;
        if changes.epoch != epoch {
            // The next look sees it in the catalogue.
            return Ok(Followed::There);
        }
        if changes.to < applied {
            return go_back(source, store, STOCK_WENT_BACK).await;
        }
        let more = changes.more;
        if changes.to == applied && !more {
            return Ok(Followed::There);
        }
        // A gap: something else wrote meanwhile, and that is gone on from.
        let _ = store.apply_stock(StockMessage::new(changes)).await?;
        if !more {
            return Ok(Followed::There);
        }
    }
    // So far behind, all that there is now is less than all that happened.
    take(source, store, Smaller::Hold).await
}

/// Brings the cache to where EntMine is now, compares the two, and takes a snapshot where they
/// differ all the same.
///
/// # Errors
/// [`FollowError`]; the cache is then at a state that EntMine once had.
pub async fn look_after(
    source: &dyn CatalogueSource,
    store: &Store,
) -> Result<Followed, FollowError> {
    if store.catalogue_repair_wished() {
        return take(source, store, Smaller::Hold).await;
    }
    if let Some(held) = store.catalogue_state().await?.held {
        let theirs = source.digest().await?;
        if theirs.epoch == held.epoch && theirs.digest.eq_ignore_ascii_case(&held.digest) {
            return Ok(Followed::Held);
        }
    }
    if catch_up(source, store).await? == Followed::Held {
        return Ok(Followed::Held);
    }
    if differ(source, store).await? {
        tracing::warn!("the catalogue cache is not EntMine's catalogue and is taken anew");
        let taken = take(source, store, Smaller::Hold).await?;
        if taken == Followed::There && differ(source, store).await? {
            return Err(FollowError::Differs);
        }
        return Ok(taken);
    }
    Ok(Followed::There)
}

/// Whether the two are at the same seq and yet not the same. Where EntMine went on meanwhile, the
/// next look tells.
async fn differ(source: &dyn CatalogueSource, store: &Store) -> Result<bool, FollowError> {
    let theirs = source.digest().await?;
    let same = store.catalogue_is(
        theirs.epoch,
        theirs.seq,
        &theirs.digest,
        Some(&theirs.stock),
    );
    Ok(same.await? == Some(false))
}

/// EntMine's catalogue is behind the cache, or another one's: it is taken when the orders are
/// reconciled with that EntMine, because until then nobody knows whether it is the right one.
async fn go_back(
    source: &dyn CatalogueSource,
    store: &Store,
    why: &'static str,
) -> Result<Followed, FollowError> {
    match store.catalogue_may_go_back(why).await? {
        true => take_from(source, store, Smaller::Hold, true).await,
        false => Err(FollowError::NotReconciled),
    }
}

/// Whether the catalogue is another EntMine's than the cache follows.
async fn is_another(source: &dyn CatalogueSource, store: &Store) -> Result<bool, FollowError> {
    let followed = store.catalogue_instance().await?;
    Ok(match (followed, source.instance()) {
        (Some(followed), Some(instance)) => followed != instance,
        (None, _) | (_, None) => false,
    })
}

/// Makes EntMine's whole catalogue the cache.
///
/// # Errors
/// [`FollowError`]; the cache is then the old one.
pub async fn take(
    source: &dyn CatalogueSource,
    store: &Store,
    smaller: Smaller,
) -> Result<Followed, FollowError> {
    take_from(source, store, smaller, false).await
}

/// The same because somebody said so, also where EntMine is behind the cache or is another one: then
/// nothing is pushed until the orders are reconciled.
///
/// # Errors
/// [`FollowError`]; the cache is then the old one.
pub async fn take_anyway(
    source: &dyn CatalogueSource,
    store: &Store,
    smaller: Smaller,
) -> Result<Followed, FollowError> {
    // In this order: what is applied in between is no sign of anything.
    let applied = store.catalogue_watermark().await?;
    let stock = store.stock_watermark().await?;
    let theirs = source.digest().await?;
    let behind = applied.is_some_and(|applied| applied > (theirs.epoch, theirs.seq))
        || stock.is_some_and(|stock| stock > (theirs.epoch, theirs.stock.seq));
    let went_back = behind || is_another(source, store).await?;
    if went_back {
        store
            .entmine_went_back("an operator takes the catalogue of an EntMine that went back")
            .await?;
    }
    take_from(source, store, smaller, went_back).await
}

async fn take_from(
    source: &dyn CatalogueSource,
    store: &Store,
    smaller: Smaller,
    went_back: bool,
) -> Result<Followed, FollowError> {
    for _ in 0..SNAPSHOTS {
        // In this order: a snapshot of the same EntMine is never behind.
        let stock = store.stock_watermark().await?;
        let snapshot = whole(source).await?;
        let is_behind = stock.is_some_and(|at| at > (snapshot.epoch, snapshot.stock_seq));
        if is_behind && !went_back {
            return Box::pin(go_back(source, store, STOCK_WENT_BACK)).await;
        }
        let products = snapshot.products.len();
        let origin = Origin {
            instance: source.instance(),
            went_back,
        };
        match store.take_snapshot_of(origin, snapshot, smaller).await? {
            Taken::Replaced { differed, stocks } => {
                tracing::info!(
                    products,
                    differed,
                    stocks,
                    "EntMine's whole catalogue was taken"
                );
                return Ok(Followed::There);
            }
            Taken::Held => return Ok(Followed::Held),
            Taken::Damaged => return Err(FollowError::Damaged),
            Taken::Malformed { sku, why } => return Err(FollowError::Malformed { sku, why }),
            Taken::Overtaken => {}
        }
    }
    Err(FollowError::Overtaken)
}

/// The whole catalogue. That another EntMine answers is known here already.
async fn whole(source: &dyn CatalogueSource) -> Result<Snapshot, SourceError> {
    match source.snapshot().await {
        Err(SourceError::Another) => source.snapshot().await,
        answer => answer,
    }
}

/// Looks after the cache until `stop`. `is_sent_to`: EntMine sends to this store, so that it only
/// has to ask when it hears nothing.
pub async fn follow(
    source: Arc<dyn CatalogueSource>,
    store: Store,
    is_sent_to: bool,
    stop: CancellationToken,
) {
    // What is written is written whole, also when this ends in the middle.
    let following = run(source.as_ref(), &store, is_sent_to);
    let _ = stop.run_until_cancelled(following).await;
}

async fn run(source: &dyn CatalogueSource, store: &Store, is_sent_to: bool) {
    let mut failing = false;
    let mut compared = tokio::time::Instant::now();
    let mut compare = true;
    loop {
        let end = match compare {
            true => look_after(source, store).await,
            false => catch_up(source, store).await,
        };
        if compare {
            compared = tokio::time::Instant::now();
        }
        match &end {
            Ok(_) if failing => tracing::info!("the catalogue follows EntMine again"),
            Ok(_) => {}
            // Said once, not every few seconds for as long as EntMine is down.
            Err(error) if !failing => {
                tracing::warn!(%error, "the catalogue does not follow EntMine, trying again");
            }
            Err(error) => tracing::debug!(%error, "the catalogue still does not follow EntMine"),
        }
        failing = end.is_err();
        store.catalogue_follows_or_not(end.as_ref().err().map(ToString::to_string));
        let held = matches!(end, Ok(Followed::Held));
        tokio::select! {
            compares = store.catalogue_call(), if !failing && !held => compare = compares,
            () = rest(store, is_sent_to, failing || held) => {
                compare = is_sent_to || failing || held || compared.elapsed() >= COMPARE;
            }
        }
    }
}

/// Waits until EntMine has to be asked.
async fn rest(store: &Store, is_sent_to: bool, pause: bool) {
    if pause {
        return tokio::time::sleep(PAUSE).await;
    }
    if !is_sent_to {
        return tokio::time::sleep(ASK).await;
    }
    loop {
        let age_ms = match store.catalogue_age_ms().await {
            Ok(Some(age_ms)) => u64::try_from(age_ms).unwrap_or(u64::MAX),
            Ok(None) | Err(_) => return tokio::time::sleep(PAUSE).await,
        };
        match SILENCE.checked_sub(Duration::from_millis(age_ms)) {
            Some(left) if !left.is_zero() => tokio::time::sleep(left).await,
            Some(_) | None => return,
        }
    }
}
