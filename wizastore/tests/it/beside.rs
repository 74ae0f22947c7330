//! Many tabs of a few customers at once, through several replicas on one PostgreSQL: what is written beside one
//! another comes out as if it had been written one after another.

use crate::fake::Script;
use crate::shop::{Browser, Shop, quick};
use database::{Action, Engine};
use futures::future::join_all;
use model::{CartAnswer, Outcome, Reason};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng};
use sqlx::Connection;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wizastore::{Knobs, Points, Store};

const WORLDS: u64 = 6;
const CUSTOMERS: usize = 3;
const TABS: usize = 4;
/// Of each tab.
const CLICKS: usize = 8;

type Rng = Arc<Mutex<StdRng>>;

fn below(rng: &Rng, end: u64) -> u64 {
    rng.lock().unwrap().random_range(0..end)
}

/// Transactions take a while, each another one, so that others come between.
fn slow(rng: &Rng) -> Points {
    let rng = rng.clone();
    Points::new(move |point| match point.rsplit_once('.') {
        Some((_, "begin" | "commit" | "committed")) => {
            Action::Delay(Duration::from_micros(below(&rng, 3_000)))
        }
        _ => Action::Go,
    })
}

/// An EntMine on a bad day.
fn mishaps(rng: &Rng) -> Vec<Script> {
    let too_few = Reason::OutOfStock {
        sku: "WAND".into(),
        requested: 2,
        available: 1,
    };
    let any = |_| match below(rng, 10) {
        0 => Script::Refuse,
        1 => Script::DropRequest,
        2 => Script::AcceptAndDropReply,
        3 | 4 => Script::Reject(vec![too_few.clone()]),
        _ => Script::Accept,
    };
    (0..40).map(any).collect()
}

/// What the customers were told.
#[derive(Default)]
struct Told {
    /// Keys and revisions of carts.
    carts: Vec<(String, i64)>,
    /// Pieces that each customer added.
    added: [i64; CUSTOMERS],
}

struct World {
    shop: Shop,
    replicas: Vec<Store>,
    rng: Rng,
    told: Mutex<Told>,
}

impl World {
    async fn new(seed: u64) -> Self {
        let rng = Arc::new(Mutex::new(StdRng::seed_from_u64(seed)));
        let shop = Shop::open_as(Engine::Postgres, slow(&rng), quick()).await;
        shop.erp.script(mishaps(&rng));
        let replicas = vec![
            shop.store.clone(),
            shop.replica_with(slow(&rng)).await,
            shop.replica_with(slow(&rng)).await,
        ];
        Self {
            shop,
            replicas,
            rng,
            told: Mutex::default(),
        }
    }

    fn any_replica(&self) -> &Store {
        &self.replicas[below(&self.rng, 3) as usize]
    }

    async fn add(&self, customer: usize, browser: &mut Browser) {
        let pieces = 1 + below(&self.rng, 2) as i64;
        match browser.add("WAND", &pieces.to_string()).await {
            CartAnswer::Cart(cart) => {
                let mut told = self.told.lock().unwrap();
                told.carts.push((cart.order_key, cart.revision));
                told.added[customer] += pieces;
            }
            CartAnswer::Refused { reasons } => panic!("{reasons:?}"),
        }
    }

    async fn click_on(&self, customer: usize, browser: &Browser) {
        let mut receipt = None;
        for _ in 0..CLICKS {
            let mut browser = browser.through(self.any_replica());
            match below(&self.rng, 10) {
                0..5 => self.add(customer, &mut browser).await,
                5..8 => {
                    let Some(cart) = browser.cart_if_any().await else {
                        continue;
                    };
                    let fields = crate::shop::fields(&cart);
                    browser.submit(&fields).await;
                    receipt = Some(fields.receipt);
                }
                8 => {
                    if let Some(receipt) = &receipt {
                        browser.visit().cancel(receipt).await.unwrap();
                    }
                }
                _ => {
                    if let Some(receipt) = &receipt {
                        browser.visit().retry(receipt).await.unwrap();
                    }
                }
            }
        }
    }

    async fn look(&self, sql: &'static str) -> Vec<(String, i64)> {
        let mut db = sqlx::AnyConnection::connect(self.shop.url()).await.unwrap();
        sqlx::query_as(sql).fetch_all(&mut db).await.unwrap()
    }

    /// Nothing that a customer added is lost or there twice, and no two changes were told as the same one.
    async fn check(&self, first: &[Browser]) {
        let Self { shop, told, .. } = self;
        shop.settle().await;
        let open = "SELECT state, COUNT(*) FROM orders
                    WHERE state NOT IN ('confirmed', 'rejected', 'cancelled') GROUP BY state";
        assert_eq!(self.look(open).await, []);
        // Each end of an attempt was written down when it was there.
        let lost = "SELECT order_key, fence FROM attempts WHERE result = 'expired'";
        assert_eq!(self.look(lost).await, []);
        let told = std::mem::take(&mut *told.lock().unwrap());
        let distinct: HashSet<_> = told.carts.iter().collect();
        assert_eq!(distinct.len(), told.carts.len(), "{:?}", told.carts);
        let mut bought = Vec::new();
        for (browser, added) in first.iter().zip(told.added) {
            let lines = browser.cart_if_any().await.map(|cart| cart.lines);
            let left = lines.iter().flatten().map(|line| line.quantity);
            let left: i64 = left.sum();
            bought.push(added - left);
        }
        bought.retain(|pieces| *pieces > 0);
        bought.sort_unstable();
        let confirmed = "SELECT session_id, CAST(SUM(pieces) AS BIGINT) AS pieces FROM orders
                         WHERE state = 'confirmed' GROUP BY session_id ORDER BY pieces";
        let confirmed = self.look(confirmed).await;
        let confirmed: Vec<i64> = confirmed.into_iter().map(|(_, pieces)| pieces).collect();
        assert_eq!(bought, confirmed);
        let numbers =
            "SELECT number, COUNT(*) FROM orders WHERE number IS NOT NULL GROUP BY number";
        let mut numbers = self.look(numbers).await;
        numbers.sort();
        // Each number of EntMine's once.
        let mut expected: Vec<_> = shop.erp.numbers().into_iter().map(|n| (n, 1)).collect();
        expected.sort();
        assert_eq!(numbers, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_beside_one_another_comes_out_as_if_one_after_another() {
    for seed in 0..WORLDS {
        let world = World::new(seed).await;
        let mut first = Vec::new();
        for customer in 0..CUSTOMERS {
            let mut browser = world.shop.browser();
            world.add(customer, &mut browser).await;
            first.push(browser);
        }
        let tabs = first.iter().enumerate().flat_map(|(customer, browser)| {
            let world = &world;
            (0..TABS).map(move |_| world.click_on(customer, browser))
        });
        join_all(tabs).await;
        world.check(&first).await;
    }
}

/// An EntMine that gives two orders one number: one of them has it, a person is told of the other.
#[tokio::test]
async fn two_orders_that_get_one_number_at_once_are_found_out() {
    for seed in 0..WORLDS {
        let rng = Arc::new(Mutex::new(StdRng::seed_from_u64(seed)));
        let same = || Script::AtGate(Box::new(Script::NumberOf("SO-2026-000042".into())));
        // One waits at the gate until the other has come there, however slow the lines are.
        let patient = Knobs {
            customer_wait: Duration::from_secs(60),
            attempt: Duration::from_secs(60),
            ..quick()
        };
        let shop = Shop::open_as(Engine::Postgres, slow(&rng), patient).await;
        let second = shop.replica_with(slow(&rng)).await;
        // So that the EntMine is known, and each order only about itself.
        shop.browser().buy().await;
        shop.erp.script([same(), same()]);
        let (mut a, mut b) = (shop.browser(), Browser::of(&second));
        let let_both_go = async {
            while shop.erp.waiting() < 2 {
                tokio::task::yield_now().await;
            }
            shop.erp.gate.add_permits(2);
        };
        let (a, b, ()) = tokio::join!(a.buy(), b.buy(), let_both_go);
        let outcomes = [a.1, b.1];
        let is_told = |outcome: &&Outcome| matches!(outcome, Outcome::UnderReview { .. });
        assert_eq!(outcomes.iter().filter(is_told).count(), 1, "{outcomes:?}");
        let is_confirmed = |outcome: &&Outcome| matches!(outcome, Outcome::Confirmed { .. });
        assert_eq!(
            outcomes.iter().filter(is_confirmed).count(),
            1,
            "{outcomes:?}"
        );
    }
}

/// Another replica may be about to commit the same click: nobody says that nothing was ordered.
#[tokio::test]
async fn while_others_hold_everything_nobody_is_told_that_nothing_was_ordered() {
    let shop = Shop::open(Engine::Postgres).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let fields = browser.filled_in().await;
    let mut other = sqlx::AnyConnection::connect(shop.url()).await.unwrap();
    let hold = "BEGIN; SELECT pg_advisory_xact_lock(6298700052708684389)";
    sqlx::raw_sql(hold).execute(&mut other).await.unwrap();
    let visit = browser.visit();
    let outcome = visit.submit(fields.clone()).await.unwrap();
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    // The browser keeps its form, and sends it again by itself.
    assert!(visit.reply().unavailable());
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    crate::shop::number(&browser.submit(&fields).await);
}
