//! One EntMine and one store, joined by a link on which a test can do anything.

use crate::world::Line as Orders;
use async_trait::async_trait;
use database::Engine;
use database::testing::TestDatabase;
use entmine::delivery::{Delivered, Sender, Sent, StoreLink};
use entmine::{EntMine, ManualClock, ProductFile};
use model::{HookMessage, Product};
use server::catalogue::{EntMineHere, FollowError, Followed, StoreHere, look_after};
use server::embedded::Embedded;
use sqlx::{AnyConnection, Connection};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wizastore::{Store, StoreConfig};

pub const START_MS: i64 = 1_795_381_200_000;

/// What happens to the next message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    #[default]
    Arrives,
    Lost,
    /// It arrives, and the store's answer does not.
    ReplyLost,
    Twice,
    /// It arrives, and after it an old one once more.
    OldAgain,
}

/// The line from EntMine to the store.
#[derive(Default)]
pub struct Line {
    pub fate: Mutex<Fate>,
    sent: Mutex<Vec<HookMessage>>,
    store: Mutex<Option<StoreHere>>,
}

impl Line {
    pub fn leads_to(&self, store: Store) {
        *self.store.lock().unwrap() = Some(StoreHere(store));
    }

    async fn hand_over(&self, message: &HookMessage) -> Delivered {
        let store = self
            .store
            .lock()
            .unwrap()
            .as_ref()
            .map(|here| here.0.clone());
        match store {
            Some(store) => StoreHere(store).deliver(message).await,
            None => Delivered::Failed("nobody is there".to_owned()),
        }
    }
}

/// The same line, however many senders there were.
pub struct End(pub Arc<Line>);

#[async_trait]
impl StoreLink for End {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        let lost = || Delivered::Failed("no answer".to_owned());
        let fate = std::mem::take(&mut *self.0.fate.lock().unwrap());
        self.0.sent.lock().unwrap().push(message.clone());
        match fate {
            Fate::Arrives => self.0.hand_over(message).await,
            Fate::Lost => lost(),
            Fate::ReplyLost => {
                self.0.hand_over(message).await;
                lost()
            }
            Fate::Twice => {
                self.0.hand_over(message).await;
                self.0.hand_over(message).await
            }
            Fate::OldAgain => {
                let answer = self.0.hand_over(message).await;
                let old = {
                    let sent = self.0.sent.lock().unwrap();
                    sent[sent.len() / 2].clone()
                };
                self.0.hand_over(&old).await;
                answer
            }
        }
    }
}

pub struct World {
    pub entmine: EntMine,
    /// None only while its process is dead.
    store: Option<Store>,
    pub line: Arc<Line>,
    /// The way of the store's orders to EntMine; nowhere at first.
    orders: Orders,
    pub clock: Arc<ManualClock>,
    pub store_home: TestDatabase,
    _entmine_home: TestDatabase,
    /// The highest version that was seen of each product, and in which epoch.
    seen: HashMap<String, (i64, i64)>,
}

/// A product file with so many products.
pub fn products(count: usize, price: &str) -> ProductFile {
    let mut csv = String::from(
        "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n",
    );
    for n in 0..count {
        csv += &format!("item-{n},Item {n},Things,TRUE,ITEM-{n:06},{price},100\n");
    }
    ProductFile::parse(csv.as_bytes(), "GBP").unwrap()
}

/// A store on a database.
pub async fn open(home: &TestDatabase, clock: &Arc<ManualClock>) -> Store {
    open_with(home, clock, Orders::default()).await
}

async fn open_with(home: &TestDatabase, clock: &Arc<ManualClock>, orders: Orders) -> Store {
    let config = StoreConfig {
        clock: Some(clock.clone()),
        ..StoreConfig::new(home.url(), Arc::new(orders))
    };
    Store::open(config).await.unwrap()
}

async fn open_entmine(home: &TestDatabase, clock: &Arc<ManualClock>) -> EntMine {
    let options = entmine::Options {
        clock: Some(clock.clone()),
        ..entmine::Options::default()
    };
    EntMine::open(home.url(), options).await.unwrap()
}

impl World {
    /// With eight products, and a store that has heard of none.
    pub async fn new(engine: Engine) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let (store_home, entmine_home) = (
            TestDatabase::new(engine).await,
            TestDatabase::new(engine).await,
        );
        let entmine = open_entmine(&entmine_home, &clock).await;
        let file = products(8, "10.00");
        entmine.import(&file, &mut |_| {}).await.unwrap();
        let orders = Orders::default();
        let store = open_with(&store_home, &clock, orders.clone()).await;
        let line = Arc::new(Line::default());
        line.leads_to(store.clone());
        Self {
            entmine,
            store: Some(store),
            line,
            orders,
            clock,
            store_home,
            _entmine_home: entmine_home,
            seen: HashMap::new(),
        }
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    /// A sender that goes on where the last one stopped.
    pub async fn sender(&self) -> Sender {
        let link = Arc::new(End(self.line.clone()));
        let sender = Sender::open(self.entmine.clone(), "shop", "here", link, || 0.5);
        sender.await.unwrap()
    }

    /// EntMine sends until there is nothing to say but that; gives how many messages it took.
    pub async fn send_all(&self, sender: &mut Sender) -> usize {
        for messages in 1..10_000 {
            let sent = sender.run_once().await.unwrap();
            assert_ne!(
                sent,
                Sent::Failed,
                "a message failed although nothing is lost"
            );
            let last = self.line.sent.lock().unwrap().last().cloned();
            match last {
                Some(HookMessage::Catalogue(message)) if message.is_heartbeat() => return messages,
                Some(_) | None => {}
            }
        }
        panic!("it never comes to an end");
    }

    /// The store's process dies and another one starts.
    pub async fn restart_store(&mut self) {
        *self.line.store.lock().unwrap() = None;
        let dead = self.store.take().unwrap();
        dead.shutdown(Duration::from_secs(1)).await;
        drop(dead);
        let store = open_with(&self.store_home, &self.clock, self.orders.clone()).await;
        self.line.leads_to(store.clone());
        self.store = Some(store);
    }

    /// What the store does by itself when it hears nothing.
    pub async fn look_after(&self) {
        let end = look_after(&EntMineHere(self.entmine.clone()), self.store()).await;
        assert_eq!(end.unwrap(), Followed::There);
    }

    /// The same, and how it ended.
    pub async fn look(&self) -> Result<Followed, FollowError> {
        look_after(&EntMineHere(self.entmine.clone()), self.store()).await
    }

    /// The store's orders go to this EntMine too.
    pub async fn belongs_to_its_entmine(&self) {
        self.orders.to(Arc::new(Embedded {
            entmine: self.entmine.clone(),
            clock: self.clock.clone(),
            switch: None,
        }));
        self.store().reconcile().await.unwrap();
    }

    /// Each price of the first products becomes another one.
    pub async fn change_prices(&self, count: usize) {
        for n in 0..count {
            let sku = format!("ITEM-{n:06}");
            assert!(self.entmine.set_price(&sku, 777).await.unwrap());
        }
    }

    /// A younger EntMine takes the place of this one: another one, or, as far as it says itself, the
    /// same.
    pub async fn replace_entmine(&mut self, engine: Engine, same: bool, price: &str) {
        let home = TestDatabase::new(engine).await;
        if same {
            open_entmine(&home, &self.clock).await.close().await;
            let mut db = AnyConnection::connect(home.url()).await.unwrap();
            sqlx::query("UPDATE settings SET value = $1 WHERE name = 'instance'")
                .bind(self.entmine.instance().to_string())
                .execute(&mut db)
                .await
                .unwrap();
            db.close().await.unwrap();
        }
        self.entmine.close().await;
        self.entmine = open_entmine(&home, &self.clock).await;
        let file = products(8, price);
        self.entmine.import(&file, &mut |_| {}).await.unwrap();
        self._entmine_home = home;
        self.orders.to(Arc::new(Embedded {
            entmine: self.entmine.clone(),
            clock: self.clock.clone(),
            switch: None,
        }));
    }

    /// What comes next is another EntMine's, whose versions begin anew.
    pub fn seen_by_nobody(&mut self) {
        self.seen.clear();
    }

    /// No product's version went back since the last look.
    pub async fn watch(&mut self) -> Vec<Product> {
        let (epoch, _) = self
            .store()
            .catalogue_watermark()
            .await
            .unwrap()
            .unwrap_or_default();
        let cache = self.store().catalogue_products().await.unwrap();
        for product in &cache {
            let seen = self.seen.entry(product.sku.clone()).or_default();
            let now = (epoch, product.version);
            assert!(
                now >= *seen,
                "{} went back from {seen:?} to {now:?}",
                product.sku
            );
            *seen = now;
        }
        cache
    }

    /// What was damaged on purpose is not a version that went back.
    pub fn forget(&mut self, sku: &str) {
        self.seen.remove(sku);
    }

    /// At rest the two are the same, in every field.
    pub async fn is_the_same(&mut self) {
        let mut cache = self.watch().await;
        cache.sort_by(|a, b| a.sku.cmp(&b.sku));
        let snapshot = self.entmine.snapshot().await.unwrap();
        assert_eq!(cache, snapshot.products);
        let watermark = self.store().catalogue_watermark().await.unwrap();
        assert_eq!(watermark, Some((snapshot.epoch, snapshot.seq)));
        let watermark = self.store().stock_watermark().await.unwrap();
        assert_eq!(watermark, Some((snapshot.epoch, snapshot.stock_seq)));
    }
}
