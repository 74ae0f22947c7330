//! A shop of several processes, and everybody who is in it.

use super::acts::{self, Shopper};
use super::carts::Added;
use super::followers::Follower;
use super::planted::Bug;
use super::{carts, ledger, orders};
use crate::world::books::Books;
use crate::world::customer::Answer;
use crate::world::ending::{HOUR_MS, ROUNDS, is_well};
use crate::world::line::Loss;
use crate::world::template::{RARE, Template, WAND};
use crate::world::{Line, START_MS, knobs};
use database::testing::{SlowLine, TestDatabase};
use entmine::EntMine;
use futures::future::{join, join_all};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use server::embedded::Embedded;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wizastore::{Dice, Knobs, ManualClock, Store, StoreConfig};

const STORES: usize = 3;
const ENTMINES: usize = 3;
const CUSTOMERS: usize = 4;
/// Of each customer.
const TABS: usize = 3;
/// The longest that a message takes to a database.
const SLOWEST_US: u64 = 2_500;
/// Of what customers buy there is not enough, so that the last piece is fought for.
const PIECES: i64 = 40;
/// Of what integrators order there is.
const PLENTY: i64 = 10_000;

/// What is left to chance.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    /// A number from 0 to below `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap().random_range(0..end)
    }

    pub fn one_of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

pub struct World {
    pub stores: Vec<Store>,
    /// Theirs to EntMine, on which calls about orders get lost as long as the shop is open.
    ways: Vec<Line>,
    pub entmines: Vec<EntMine>,
    pub clock: Arc<ManualClock>,
    pub chance: Chance,
    /// What customers were told of their orders.
    pub answers: Mutex<Vec<Answer>>,
    /// What they were told of their carts.
    pub added: Mutex<Vec<Added>>,
    /// What nobody should have been told where nothing is broken.
    pub wrong: Mutex<Vec<String>>,
    store_home: TestDatabase,
    pub entmine_home: TestDatabase,
    _line: SlowLine,
}

impl World {
    pub async fn open(template: &Template, seed: u64, bug: Option<&Bug>) -> Self {
        let chance = Chance(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))));
        let (store_home, entmine_home) = template.copy().await;
        if let Some(bug) = bug {
            bug.plant(store_home.url(), entmine_home.url()).await;
        }
        let slow = chance.clone();
        let delay = move || Duration::from_micros(slow.below(SLOWEST_US));
        let line = SlowLine::to(store_home.url(), delay).await;
        let clock = Arc::new(ManualClock::at(START_MS));
        let mut entmines = Vec::new();
        for _ in 0..ENTMINES {
            let options = entmine::Options {
                clock: Some(clock.clone()),
                ..entmine::Options::default()
            };
            let url = line.over(entmine_home.url());
            entmines.push(EntMine::open(&url, options).await.unwrap());
        }
        entmines[0].set_stock(WAND, PIECES).await.unwrap();
        entmines[0].set_stock(RARE, PLENTY).await.unwrap();
        let (mut stores, mut ways) = (Vec::new(), Vec::new());
        for n in 0..STORES {
            let way = Line::default();
            way.to(Arc::new(Embedded {
                entmine: entmines[n % ENTMINES].clone(),
                clock: clock.clone(),
                switch: None,
            }));
            let lost = chance.clone();
            way.lose_by(move || match lost.below(10) {
                0..3 => Some(Loss::Requests),
                3..6 => Some(Loss::Replies),
                _ => None,
            });
            let erp = Arc::new(way.clone());
            ways.push(way);
            let config = StoreConfig {
                clock: Some(clock.clone()),
                // The background turns the clock while orders are sent.
                knobs: Knobs {
                    customer_wait: Duration::from_secs(8),
                    attempt: Duration::from_secs(3),
                    ..knobs()
                },
                dice: Dice::new(|| 0.5),
                ..StoreConfig::new(&line.over(store_home.url()), erp)
            };
            stores.push(Store::open(config).await.unwrap());
        }
        Self {
            stores,
            ways,
            entmines,
            clock,
            chance,
            answers: Mutex::default(),
            added: Mutex::default(),
            wrong: Mutex::default(),
            store_home,
            entmine_home,
            _line: line,
        }
    }

    pub fn any_store(&self) -> &Store {
        self.chance.one_of(&self.stores)
    }

    pub fn any_entmine(&self) -> &EntMine {
        self.chance.one_of(&self.entmines)
    }

    /// Notes what somebody was told who should not have been.
    pub fn is_wrong(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// Everybody does something at once, until the customers have had enough.
    pub async fn live(&self) {
        let closed = AtomicBool::new(false);
        let shoppers: Vec<Shopper> = (0..CUSTOMERS).map(|_| Shopper::default()).collect();
        let customers = async {
            // A session begins with the first product in a cart, whose tabs come after it.
            join_all(shoppers.iter().map(|shopper| acts::enter(self, shopper))).await;
            let tabs = shoppers.iter().flat_map(|shopper| [shopper; TABS]);
            join_all(tabs.map(|shopper| acts::shop(self, shopper))).await;
            closed.store(true, Ordering::SeqCst);
        };
        let is_open = || !closed.load(Ordering::SeqCst);
        let beside = join(acts::look_after(self, &is_open), acts::work(self, &is_open));
        let integrators = acts::integrate(self, &is_open);
        let followers = self.entmines.iter().map(|entmine| async {
            let mut follower = Follower::new(entmine.clone());
            while is_open() {
                self.hold(follower.look().await, "a reader of EntMine's lists");
            }
            self.hold(follower.look().await, "a reader of EntMine's lists");
            follower
        });
        let (_, (_, (_, followers))) = join(
            customers,
            join(beside, join(integrators, join_all(followers))),
        )
        .await;
        self.heal().await;
        for mut follower in followers {
            self.hold(follower.look().await, "a reader of EntMine's lists");
            match follower.wrong().await {
                Ok(wrong) => self.wrong.lock().unwrap().extend(wrong),
                Err(error) => self.is_wrong(format!("what was listed cannot be compared: {error}")),
            }
        }
    }

    /// Nothing is broken here, so that nobody should get an error.
    pub fn hold<T, E: std::fmt::Display>(&self, result: Result<T, E>, who: &str) -> Option<T> {
        result
            .map_err(|error| self.is_wrong(format!("{who} got an error: {error}")))
            .ok()
    }

    /// Lets the background work until every order has its end.
    async fn heal(&self) {
        self.ways.iter().for_each(Line::hold);
        for _ in 0..ROUNDS {
            self.clock.advance(HOUR_MS);
            let store = &self.stores[0];
            if is_well(store).await && store.ledger().await.is_ok_and(|ledger| ledger.open == 0) {
                return;
            }
        }
        self.is_wrong("orders without an end stay".to_owned());
    }

    /// Everything that is wrong.
    pub async fn judge(self) -> Vec<String> {
        let mut wrong = self.wrong.into_inner().unwrap();
        match self.stores[0].audit().await {
            Ok(audit) => wrong.extend(audit.broken),
            Err(error) => wrong.push(format!("the store's audit failed: {error}")),
        }
        for store in self.stores {
            store.shutdown(Duration::from_secs(1)).await;
        }
        for entmine in self.entmines {
            entmine.close().await;
        }
        let answers = self.answers.into_inner().unwrap();
        wrong.extend(orders::contradictions(&answers));
        let [confirmed, cancelled, not_placed, other] = orders::counts(&answers);
        println!(
            "told: {confirmed} confirmed, {cancelled} cancelled, {not_placed} not placed, {other} other answers"
        );
        if confirmed == 0 || cancelled + other == 0 {
            wrong.push("too little happened for anything to be seen".to_owned());
        }
        wrong.extend(carts::contradictions(&self.added.into_inner().unwrap()));
        let books = Books::read(self.store_home.url(), self.entmine_home.url()).await;
        let books = books.expect("both databases can be read");
        wrong.extend(books.faults());
        wrong.extend(books.lies(&answers));
        wrong.extend(ledger::faults(self.entmine_home.url()).await);
        wrong
    }
}
