//! The store: everything that lives as long as the process.

use crate::cache::Cache;
use crate::erp::EntMine;
use crate::journal::{self, Ledger};
use crate::keys::Ids;
use crate::push::Push;
use crate::reconcile::{Reconcile, ReconcileError, Reconciled};
use crate::{Dice, Knobs, RandomBytes, db};
use database::{Clock, Database, DatabaseError, Engine, Found, OpenError, Points};
use model::ShopInfo;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the database server's clock is measured again.
const MEASURE_CLOCK: Duration = Duration::from_secs(30);

/// What a store is made of.
pub struct StoreConfig {
    /// `sqlite:<file>` or `postgres://…`.
    pub database_url: String,
    pub erp: Arc<dyn EntMine>,
    /// None: the database's own.
    pub clock: Option<Arc<dyn Clock>>,
    pub knobs: Knobs,
    pub dice: Dice,
    /// What keys, receipts and session tokens are made of.
    pub random: RandomBytes,
    pub points: Points,
}

impl StoreConfig {
    /// A store with the database's clock and the numbers that a shop should run with.
    pub fn new(database_url: &str, erp: Arc<dyn EntMine>) -> Self {
        Self {
            database_url: database_url.to_owned(),
            erp,
            clock: None,
            knobs: Knobs::default(),
            dice: Dice::default(),
            random: RandomBytes::default(),
            points: Points::default(),
        }
    }
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Database,
    pub(crate) push: Push,
    pub(crate) reconcile: Reconcile,
    pub(crate) catalogue: Arc<Cache>,
    pub(crate) erp: Arc<dyn EntMine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) knobs: Knobs,
    shop: Arc<RwLock<Arc<ShopInfo>>>,
}

impl Store {
    /// What is in the database at `sqlite:<file>` or `postgres://…`; nothing is made or changed.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn look_at(url: &str) -> Result<Found, OpenError> {
        db::look(url).await
    }

    /// Opens the database and frees the leases that a former process left behind. Nothing is
    /// pushed yet.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(config: StoreConfig) -> Result<Self, OpenError> {
        let points = config.points.clone();
        let db = db::open(&config.database_url, points).await?;
        let store = Self::on(db, config);
        // With PostgreSQL another replica may hold them.
        if store.db.engine() == Engine::Sqlite {
            store.push.free_leases().await?;
        }
        store.refold().await?;
        Ok(store)
    }

    /// A store on a database that is open.
    pub(crate) fn on(db: Database, config: StoreConfig) -> Self {
        let clock = config.clock.unwrap_or_else(|| db.clock());
        let ids = Ids::new(clock.clone(), config.random);
        let push = Push::new(
            db.clone(),
            config.erp.clone(),
            clock.clone(),
            config.knobs.clone(),
            config.dice,
            ids.clone(),
        );
        Self {
            reconcile: Reconcile::new(push.clone()),
            catalogue: Arc::default(),
            db,
            push,
            erp: config.erp,
            clock,
            ids,
            knobs: config.knobs,
            shop: Arc::default(),
        }
    }

    /// Starts what runs in the background until [`Store::drain`]: push, reconciliation, the database's clock, events of
    /// other replicas. Gives the parts with their names, to be watched: none of them ends before.
    pub fn start(&self) -> [(&'static str, JoinHandle<()>); 4] {
        let background = self.push.spawn_background();
        let reconciling = self.reconcile.spawn();
        let store = self.clone();
        let shared = self.push.shared();
        let stop = shared.stop.clone();
        let push = self.push.clone();
        let exchanging = shared
            .tasks
            .spawn(async move { push.exchange_events().await });
        let measuring = shared.tasks.spawn(async move {
            while stop
                .run_until_cancelled(tokio::time::sleep(MEASURE_CLOCK))
                .await
                .is_some()
            {
                if let Err(error) = store.db.set_clock().await {
                    tracing::warn!(%error, "the database's clock could not be read");
                }
            }
        });
        [
            ("background push", background),
            ("reconciliation", reconciling),
            ("measuring of the database's clock", measuring),
            ("events between replicas", exchanging),
        ]
    }

    /// One pass of the background push; gives how many attempts it made. For tests and tools.
    ///
    /// # Errors
    /// [`DatabaseError`] where the journal does not answer.
    pub async fn push_due(&self) -> Result<usize, DatabaseError> {
        self.push.run_once().await
    }

    /// One reconciliation with EntMine. For tests and tools.
    ///
    /// # Errors
    /// See [`ReconcileError`]; what was settled before it stays settled.
    pub async fn reconcile(&self) -> Result<Reconciled, ReconcileError> {
        self.reconcile.run_once().await
    }

    /// EntMine's catalogue went back, or speaks of another epoch: nothing is pushed until the orders
    /// are reconciled.
    ///
    /// # Errors
    /// [`DatabaseError`] where this could not be written down.
    pub async fn entmine_went_back(&self, why: &'static str) -> Result<(), DatabaseError> {
        self.reconcile.pause(why).await
    }

    /// Why nothing is pushed at the moment, if so.
    ///
    /// # Errors
    /// [`DatabaseError`] where the journal does not answer.
    pub async fn paused(&self) -> Result<Option<String>, DatabaseError> {
        let mut db = self.db.reader().acquire().await?;
        Ok(journal::following(&mut db)
            .await?
            .and_then(|following| following.paused))
    }

    /// Ends the background, and lets attempts under way finish for at most `patience`.
    pub async fn drain(&self, patience: Duration) {
        self.push.drain(patience).await;
    }

    /// Closes the database, after [`Store::drain`] and whatever else uses it.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// [`Store::drain`] and [`Store::close`], where nothing else uses the store.
    pub async fn shutdown(&self, patience: Duration) {
        self.drain(patience).await;
        self.close().await;
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// [`DatabaseError`] where it does not.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        self.db.ping().await
    }

    /// Does the database take what is written?
    ///
    /// # Errors
    /// [`DatabaseError`] where it does not.
    pub async fn can_write(&self) -> Result<(), DatabaseError> {
        self.db.can_write().await
    }

    /// Ends when nothing can be written any more, because the database's writer has ended.
    pub async fn writer_ended(&self) {
        self.db.writer_ended().await;
    }

    /// How long a browser may know its session after it was last here: as long as anything of it may be there, its
    /// cart or its orders.
    pub fn cookie_kept(&self) -> Duration {
        self.knobs.session_kept.max(self.knobs.cart_idle)
    }

    /// What the merchant says of the shop, for pages and e-mails.
    pub fn shop(&self) -> Arc<ShopInfo> {
        let shop = self.shop.read();
        shop.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The merchant changed what they say of the shop.
    pub fn set_shop(&self, info: ShopInfo) {
        let mut shop = self.shop.write().unwrap_or_else(PoisonError::into_inner);
        *shop = Arc::new(info);
    }

    /// How many orders are where.
    ///
    /// # Errors
    /// [`DatabaseError`] where the journal does not answer.
    pub async fn ledger(&self) -> Result<Ledger, DatabaseError> {
        let overdue_since = self.overdue_since();
        let counted = self.db.read(move |conn| {
            Box::pin(async move {
                let mut ledger = journal::ended(conn).await?;
                journal::add_open(conn, overdue_since, &mut ledger).await?;
                Ok::<_, DatabaseError>(ledger)
            })
        });
        counted.await
    }

    /// Counts the orders that are open now, and those that need a person; those that had ended stay as they are
    /// in `ledger`. Counting those takes the longer the more there are: 60 ms for a million.
    ///
    /// # Errors
    /// [`DatabaseError`] where the journal does not answer.
    pub async fn add_open_orders(&self, mut ledger: Ledger) -> Result<Ledger, DatabaseError> {
        let overdue_since = self.overdue_since();
        let counted = self.db.read(move |conn| {
            Box::pin(async move {
                journal::add_open(conn, overdue_since, &mut ledger).await?;
                Ok::<_, DatabaseError>(ledger)
            })
        });
        counted.await
    }

    /// An order that was placed before it and is still open needs a person.
    pub(crate) fn overdue_since(&self) -> i64 {
        self.clock.now_ms() - self.knobs.alert_after.as_millis() as i64
    }

    /// How many commits the store's database made, and how many pieces of work they held together.
    pub fn commits(&self) -> (u64, u64) {
        self.db.commits()
    }

    /// Is EntMine left alone at the moment, because it failed?
    pub fn breaker_open(&self) -> bool {
        self.push.breaker_open()
    }
}
