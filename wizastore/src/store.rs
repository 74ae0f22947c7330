//! The store: everything that lives as long as the process.

use crate::catalogue::{self, CatalogueBatch, CatalogueGap};
use database::{Clock, Database, DatabaseError, Durability, OpenError, Points, SystemClock};

use crate::db;
use crate::erp::EntMine;
use crate::journal::{self, State};
use crate::push::Push;
use crate::visit::{Reply, Visit};
use crate::{Knobs, session};
use model::Product;
use std::sync::Arc;
use std::time::Duration;

/// What a store is made of.
pub struct StoreConfig {
    /// `sqlite:<file>`.
    pub database_url: String,
    pub erp: Arc<dyn EntMine>,
    pub clock: Arc<dyn Clock>,
    pub knobs: Knobs,
}

impl StoreConfig {
    /// A store with the machine's clock and the numbers that a shop should run with.
    pub fn new(database_url: &str, erp: Arc<dyn EntMine>) -> Self {
        Self {
            database_url: database_url.to_owned(),
            erp,
            clock: Arc::new(SystemClock),
            knobs: Knobs::default(),
        }
    }
}

/// How many orders are where: journalled = confirmed + rejected + open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub journalled: i64,
    pub confirmed: i64,
    pub rejected: i64,
    /// Not final yet, those under review included.
    pub open: i64,
    /// Open ones that need a person.
    pub under_review: i64,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Database,
    pub(crate) push: Push,
    pub(crate) erp: Arc<dyn EntMine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) knobs: Knobs,
}

impl Store {
    /// Opens the database and frees the leases that a former process left behind. Nothing is
    /// pushed yet.
    pub async fn open(config: StoreConfig) -> Result<Self, OpenError> {
        let db = db::open(&config.database_url, Durability::Full, Points::default()).await?;
        let push = Push::new(
            db.clone(),
            config.erp.clone(),
            config.clock.clone(),
            config.knobs.clone(),
        );
        push.free_leases().await?;
        Ok(Self {
            db,
            push,
            erp: config.erp,
            clock: config.clock,
            knobs: config.knobs,
        })
    }

    /// Starts the background push, which runs until [`Store::shutdown`].
    pub fn start(&self) {
        self.push.spawn_background();
    }

    /// One pass of the background push; gives how many attempts it made. For tests and tools.
    pub async fn push_due(&self) -> Result<usize, DatabaseError> {
        self.push.run_once().await
    }

    /// Ends the background, lets attempts under way finish for at most `patience`, closes the
    /// database.
    pub async fn shutdown(&self, patience: Duration) {
        self.push.drain(patience).await;
        self.db.close().await;
    }

    /// Does the database answer?
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        self.db.ping().await
    }

    /// One request's view of the store. `token` is the session cookie's value, `came_from` the
    /// path of the page that the request came from.
    pub fn visit(&self, token: Option<String>, came_from: Option<String>) -> Visit {
        Visit::new(self.clone(), token, came_from, Reply::default())
    }

    /// How many orders are where.
    pub async fn ledger(&self) -> Result<Ledger, DatabaseError> {
        let mut ledger = Ledger::default();
        for (state, count) in journal::counts(self.db.reader()).await? {
            ledger.journalled += count;
            match state {
                State::Confirmed => ledger.confirmed += count,
                State::Rejected => ledger.rejected += count,
                State::Journalled | State::Sending | State::RetryWait | State::Unknown => {
                    ledger.open += count;
                }
                State::Quarantined => {
                    ledger.open += count;
                    ledger.under_review += count;
                }
            }
        }
        Ok(ledger)
    }

    /// Removes sessions and carts that were idle for longer than a cart is kept.
    pub async fn sweep_sessions(&self) -> Result<u64, DatabaseError> {
        let idle_since = self.clock.now_ms() - self.knobs.cart_idle.as_millis() as i64;
        self.db
            .write("store.sweep", move |tx| {
                Box::pin(
                    async move { Ok::<_, DatabaseError>(session::sweep(tx, idle_since).await?) },
                )
            })
            .await
    }

    /// Epoch and seq that the catalogue cache has followed; none before the first snapshot.
    pub async fn catalogue_watermark(&self) -> Result<Option<(i64, i64)>, DatabaseError> {
        Ok(catalogue::watermark(self.db.reader()).await?)
    }

    /// Replaces the catalogue cache by a snapshot.
    pub async fn replace_catalogue(
        &self,
        epoch: i64,
        seq: i64,
        products: Vec<Product>,
    ) -> Result<(), DatabaseError> {
        let now_ms = self.clock.now_ms();
        self.db
            .write("store.catalogue", move |tx| {
                Box::pin(async move {
                    Ok::<_, DatabaseError>(
                        catalogue::replace(tx, epoch, seq, &products, now_ms).await?,
                    )
                })
            })
            .await
    }

    /// Applies changes that follow on what the cache has; a gap applies nothing.
    pub async fn apply_catalogue(
        &self,
        batch: CatalogueBatch,
    ) -> Result<Result<(), CatalogueGap>, DatabaseError> {
        let now_ms = self.clock.now_ms();
        self.db
            .write("store.catalogue", move |tx| {
                Box::pin(async move {
                    Ok::<_, DatabaseError>(catalogue::apply(tx, &batch, now_ms).await?)
                })
            })
            .await
    }
}
