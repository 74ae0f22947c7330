//! A store and EntMine as two processes that can die, for one case of a proof.

pub mod acts;
pub mod books;
pub mod customer;
pub mod ending;
pub mod line;
pub mod process;
pub mod several;
pub mod template;

use acts::Acts;
use database::testing::TestDatabase;
use entmine::EntMine;
use futures::future::BoxFuture;
pub use line::Line;
use process::{Life, Process};
use server::embedded::Embedded;
use std::sync::Arc;
use std::time::Duration;
use template::Template;
use wizastore::{Dice, Knobs, ManualClock, OpenError, Store, StoreConfig};

/// 2026-11-22T21:00:00Z, when every case begins.
pub const START_MS: i64 = 1_795_381_200_000;

/// How the store reaches EntMine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// In one process, which dies as a whole.
    Embedded,
    /// Over HTTP on loopback, each in a process of its own.
    Http,
}

/// What runs in the store's process.
#[derive(Clone)]
pub struct Shop {
    pub store: Store,
    /// Where it is embedded.
    pub entmine: Option<EntMine>,
}

pub struct World {
    pub clock: Arc<ManualClock>,
    pub line: Line,
    pub shop: Process<Shop>,
    /// Where it is not embedded.
    entmine: Option<Process<EntMine>>,
    pub store_home: TestDatabase,
    pub entmine_home: TestDatabase,
}

/// Runs what a case does, on a runtime that nothing of the case shares.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// What is not as usual.
#[derive(Default)]
pub struct Setup {
    /// Where the processes find their databases, where that is not straight at their homes.
    pub store_url: Option<String>,
    pub entmine_url: Option<String>,
}

/// Knobs whose real waits are short; schedules run on the case's clock.
pub fn knobs() -> Knobs {
    Knobs {
        customer_wait: Duration::from_millis(600),
        // EntMine begins nothing with less than 200 ms left.
        attempt: Duration::from_millis(260),
        least_for_attempt: Duration::from_millis(50),
        second_attempt_jitter: Duration::from_millis(2),
        background_yield: Duration::from_millis(20),
        ..Knobs::default()
    }
}

impl World {
    /// A world of its own, begun from the template's databases.
    pub async fn begin(template: &Template, way: Way, acts: Arc<Acts>) -> Self {
        Self::at(template.copy().await, Setup::default(), way, acts).await
    }

    /// A world with these databases, the store's and EntMine's.
    pub async fn at(
        (store_home, entmine_home): (TestDatabase, TestDatabase),
        setup: Setup,
        way: Way,
        acts: Arc<Acts>,
    ) -> Self {
        let home = |home: &TestDatabase| home.url().to_owned();
        let clock = Arc::new(ManualClock::at(START_MS));
        let line = Line::default();
        let opening = Opening {
            clock: clock.clone(),
            acts: acts.clone(),
            line: line.clone(),
            store_url: setup.store_url.unwrap_or_else(|| home(&store_home)),
            entmine_url: setup.entmine_url.unwrap_or_else(|| home(&entmine_home)),
        };
        let entmine = match way {
            Way::Embedded => None,
            Way::Http => {
                let opening = opening.clone();
                Some(Process::keep(move |life| {
                    opening.clone().entmine_alone(life)
                }))
            }
        };
        let embedded = entmine.is_none();
        let shop = Process::keep(move |life| opening.clone().shop(life, embedded));
        let world = Self {
            clock,
            line,
            shop,
            entmine,
            store_home,
            entmine_home,
        };
        // The first life of both has begun before anything is tried.
        world.store(|_| async {}).await;
        world.staff(|_| async {}).await;
        world
    }

    /// Calls the store as a customer or operator would. None: the reply was lost, or the store
    /// said that it could not answer.
    pub async fn store<R, F>(&self, call: impl FnOnce(Store) -> F + Send + 'static) -> Option<R>
    where
        R: Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        self.shop.call(|shop| call(shop.store)).await
    }

    /// Calls EntMine as its staff would.
    pub async fn staff<R, F>(&self, call: impl FnOnce(EntMine) -> F + Send + 'static) -> Option<R>
    where
        R: Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        match &self.entmine {
            Some(process) => process.call(call).await,
            None => {
                let called = self.shop.call(|shop| async move {
                    match shop.entmine {
                        Some(entmine) => Some(call(entmine).await),
                        None => None,
                    }
                });
                called.await.flatten()
            }
        }
    }
}

/// How the processes are opened, each time anew.
#[derive(Clone)]
struct Opening {
    clock: Arc<ManualClock>,
    acts: Arc<Acts>,
    line: Line,
    store_url: String,
    entmine_url: String,
}

impl Opening {
    fn shop(self, life: Arc<Life>, embedded: bool) -> BoxFuture<'static, Result<Shop, OpenError>> {
        Box::pin(async move {
            let entmine = match embedded {
                false => None,
                true => {
                    // The EntMine of the life before must not be held by anybody.
                    self.line.down();
                    let entmine = self.open_entmine(&life).await?;
                    self.line.to(Arc::new(Embedded {
                        entmine: entmine.clone(),
                        clock: self.clock.clone(),
                        switch: None,
                    }));
                    Some(entmine)
                }
            };
            // Connections of a dead process are nobody's.
            self.line.redial();
            let config = StoreConfig {
                clock: Some(self.clock.clone()),
                knobs: knobs(),
                dice: Dice::new(|| 0.5),
                points: self.acts.points(life),
                ..StoreConfig::new(&self.store_url, Arc::new(self.line.clone()))
            };
            let store = Store::open(config).await?;
            Ok(Shop { store, entmine })
        })
    }

    fn entmine_alone(self, life: Arc<Life>) -> BoxFuture<'static, Result<EntMine, OpenError>> {
        Box::pin(async move {
            self.line.down();
            let entmine = self.open_entmine(&life).await?;
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            // A port that another case had before must not open this EntMine to its store.
            let secret = wizastore::fingerprint(self.entmine_url.as_bytes());
            let secret = secret.trim_start_matches("sha256:").to_owned();
            let tokens = format!("wizastore:orders+catalog:{secret}");
            let tokens = entmine::http::Tokens::parse(&tokens).unwrap();
            let router = entmine::http::router(entmine.clone(), tokens);
            tokio::spawn(async move { axum::serve(listener, router).await });
            self.line.over_http(base, secret);
            Ok(entmine)
        })
    }

    async fn open_entmine(&self, life: &Arc<Life>) -> Result<EntMine, OpenError> {
        let options = entmine::Options {
            clock: Some(self.clock.clone()),
            points: self.acts.points(life.clone()),
            ..entmine::Options::default()
        };
        EntMine::open(&self.entmine_url, options).await
    }
}
