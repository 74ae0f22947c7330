//! A shop for one test: a fresh database, a scripted EntMine, a clock that the test sets.

use crate::fake::FakeEntMine;
pub use crate::fake::books::goods::product;
use crate::foreign::ForeignEntMine;
use database::Engine;
use database::testing::TestDatabase;
use model::{Cart, CartAnswer, OrderForm, Outcome, Product, ReceiptPage, Snapshot};
use std::sync::Arc;
use std::time::Duration;
use wizastore::erp::{EntMine, HttpEntMine, HttpLimits};
use wizastore::{
    Knobs, ManualClock, OpenError, Points, Smaller, Store, StoreConfig, SubmitFields, Visit,
    digest_of,
};

/// 2026-11-22T21:00:00Z
pub const NOON: i64 = 1_795_381_200_000;

/// What a promise is tried with.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// A scripted EntMine in the process, on this engine.
    Scripted(Engine),
    /// The same books behind another implementation of the contract, over HTTP; on SQLite.
    Foreign,
}

/// Whether EntMine is somebody else's.
pub fn is_foreign(setting: impl Into<Setting>) -> bool {
    matches!(setting.into(), Setting::Foreign)
}

impl From<Engine> for Setting {
    fn from(engine: Engine) -> Self {
        Self::Scripted(engine)
    }
}

pub struct Shop {
    pub store: Store,
    pub erp: FakeEntMine,
    /// How the store reaches it.
    way: Arc<dyn EntMine>,
    /// It answers as long as this is there.
    _foreign: Option<ForeignEntMine>,
    pub clock: Arc<ManualClock>,
    home: TestDatabase,
    points: Points,
    knobs: Knobs,
}

/// Knobs whose real waits are short, so that tests are; schedules run on the test's clock.
pub fn quick() -> Knobs {
    Knobs {
        customer_wait: Duration::from_millis(2_000),
        attempt: Duration::from_millis(200),
        least_for_attempt: Duration::from_millis(100),
        second_attempt_jitter: Duration::from_millis(5),
        ..Knobs::default()
    }
}

/// A catalogue as EntMine gives it.
pub fn snapshot(epoch: i64, seq: i64, products: Vec<Product>) -> Snapshot {
    Snapshot {
        epoch,
        seq,
        stock_seq: 0,
        digest: digest_of(&products),
        products,
    }
}

impl Shop {
    pub async fn open(setting: impl Into<Setting>) -> Self {
        Self::open_with(setting, Points::default()).await
    }

    /// With points at which the test makes something fail.
    pub async fn open_with(setting: impl Into<Setting>, points: Points) -> Self {
        let setting = setting.into();
        let knobs = match setting {
            Setting::Scripted(_) => quick(),
            // A busy machine needs a while for what goes over a socket.
            Setting::Foreign => Knobs {
                customer_wait: Duration::from_secs(5),
                attempt: Duration::from_secs(1),
                ..quick()
            },
        };
        Self::open_as(setting, points, knobs).await
    }

    /// With other numbers than [`quick`].
    pub async fn open_as(setting: impl Into<Setting>, points: Points, knobs: Knobs) -> Self {
        let erp = FakeEntMine::default();
        let (engine, way, foreign): (_, Arc<dyn EntMine>, _) = match setting.into() {
            Setting::Scripted(engine) => (engine, Arc::new(erp.clone()), None),
            Setting::Foreign => {
                let foreign = ForeignEntMine::with(erp.clone()).await;
                let way = HttpEntMine::new(&foreign.url, "s3cret", HttpLimits::default());
                (Engine::Sqlite, Arc::new(way.unwrap()), Some(foreign))
            }
        };
        let home = TestDatabase::new(engine).await;
        let clock = Arc::new(ManualClock::at(NOON));
        let store = try_open(home.url(), &way, &clock, &points, &knobs)
            .await
            .unwrap();
        let wands = product("WAND", 1299, 1);
        let broom = product("BROOM", 4_500, 1);
        let first = snapshot(1, 1, vec![wands, broom]);
        store.take_snapshot(first, Smaller::Take).await.unwrap();
        Self {
            store,
            erp,
            way,
            _foreign: foreign,
            clock,
            home,
            points,
            knobs,
        }
    }

    /// The process dies and a new one starts on the same database. What it was doing is gone.
    pub async fn restart(self) -> Self {
        self.store.shutdown(Duration::ZERO).await;
        drop(self.store);
        // Attempts of the dead process still hold its lock; they end soon, unable to record.
        let store = loop {
            let (url, way, clock) = (self.home.url(), &self.way, &self.clock);
            match try_open(url, way, clock, &self.points, &self.knobs).await {
                Ok(store) => break store,
                Err(OpenError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(error) => panic!("{error}"),
            }
        };
        Self { store, ..self }
    }

    /// Another replica of the store on the same database.
    pub async fn replica(&self) -> Store {
        self.replica_with(Points::default()).await
    }

    /// With points at which the test makes something fail.
    pub async fn replica_with(&self, points: Points) -> Store {
        let (url, clock) = (self.home.url(), &self.clock);
        let opened = try_open(url, &self.way, clock, &points, &self.knobs).await;
        opened.unwrap()
    }

    /// A browser that has nothing yet.
    pub fn browser(&self) -> Browser {
        Browser::of(&self.store)
    }

    /// Where an order stands.
    pub async fn outcome(&self, receipt: &str) -> Outcome {
        self.browser().visit().status(receipt).await.unwrap()
    }

    pub fn url(&self) -> &str {
        self.home.url()
    }

    /// A change made in the database itself, past the store.
    pub async fn alter(&self, sql: &str) {
        use sqlx::Connection;
        let mut db = sqlx::AnyConnection::connect(self.url()).await.unwrap();
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    }

    /// A number from the database itself, past the store.
    pub async fn ask(&self, sql: &'static str) -> i64 {
        use sqlx::Connection;
        let mut db = sqlx::AnyConnection::connect(self.url()).await.unwrap();
        let answer = sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap();
        db.close().await.unwrap();
        answer
    }

    /// Runs the background until nothing is due, moving the clock an hour each time.
    pub async fn settle(&self) {
        for _ in 0..10 {
            self.clock.advance(3_600_000);
            self.store.push_due().await.unwrap();
        }
    }
}

async fn try_open(
    url: &str,
    way: &Arc<dyn EntMine>,
    clock: &Arc<ManualClock>,
    points: &Points,
    knobs: &Knobs,
) -> Result<Store, OpenError> {
    let config = StoreConfig {
        clock: Some(clock.clone()),
        knobs: knobs.clone(),
        points: points.clone(),
        ..StoreConfig::new(url, way.clone())
    };
    Store::open(config).await
}

/// A browser: it keeps its cookie.
#[derive(Clone)]
pub struct Browser {
    store: Store,
    token: Option<String>,
}

impl Browser {
    /// One that has nothing yet.
    pub fn of(store: &Store) -> Self {
        Self {
            store: store.clone(),
            token: None,
        }
    }

    pub fn visit(&self) -> Visit {
        self.store.visit(self.token.clone(), None)
    }

    /// The same browser, sent to another replica by the load balancer.
    pub fn through(&self, store: &Store) -> Self {
        Self {
            store: store.clone(),
            token: self.token.clone(),
        }
    }

    /// Does the order's page say that it was asked to cancel it?
    pub async fn wished(&self, receipt: &str) -> bool {
        match self.visit().receipt_page(receipt).await.unwrap() {
            ReceiptPage::Order(order) => order.cancel_wished,
            ReceiptPage::NotReceived | ReceiptPage::Unknown => false,
        }
    }

    /// The same browser after its cookies were cleared.
    pub fn without_cookie(&self) -> Self {
        Self::of(&self.store)
    }

    pub async fn add(&mut self, sku: &str, quantity: &str) -> CartAnswer {
        let visit = self.visit();
        let answer = visit.cart_add(sku, quantity).await.unwrap();
        self.token = visit.reply().session_token().or(self.token.take());
        answer
    }

    pub async fn cart(&self) -> Cart {
        self.cart_if_any().await.expect("a cart")
    }

    pub async fn cart_if_any(&self) -> Option<Cart> {
        self.visit().cart_page().await.unwrap().cart
    }

    /// The submit door's fields as the checkout page would send them now.
    pub async fn filled_in(&self) -> SubmitFields {
        fields(&self.cart().await)
    }

    pub async fn submit(&self, fields: &SubmitFields) -> Outcome {
        self.visit().submit(fields.clone()).await.unwrap()
    }

    /// Adds two wands and places the order.
    pub async fn buy(&mut self) -> (SubmitFields, Outcome) {
        self.add("WAND", "2").await;
        let fields = self.filled_in().await;
        let outcome = self.submit(&fields).await;
        (fields, outcome)
    }
}

pub fn fields(cart: &Cart) -> SubmitFields {
    SubmitFields {
        order_key: cart.order_key.clone(),
        receipt: cart.receipt.clone(),
        cart_revision: cart.revision.to_string(),
        shown_total_minor: cart.total_minor.to_string(),
        form: OrderForm {
            name: "Ada Fenwick".into(),
            email: "ada@example.org".into(),
            line1: "1 Owl Lane".into(),
            city: "York".into(),
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
            ..OrderForm::default()
        },
    }
}

pub fn number(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Confirmed { number, .. } => number.clone(),
        other => panic!("not confirmed: {other:?}"),
    }
}
