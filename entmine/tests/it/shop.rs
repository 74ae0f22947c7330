//! An EntMine with a few products, a clock that tests turn, and orders to send to it.

use database::Engine;
use database::testing::TestDatabase;
use entmine::{
    Clock, Conditions, EntMine, Found, ManualClock, Options, OrderLimits, Person, Placed, Points,
    ProductFile, Voided,
};
use model::{Acceptance, Address, Customer, OrderLine, OrderRequest, OrderStatus, Reason};
use sqlx::any::AnyPoolOptions;
use std::sync::Arc;
use uuid::Uuid;

/// 2026-11-22T21:00:00Z, when every test begins.
pub const START_MS: i64 = 1_795_381_200_000;

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;

/// A wand at 12.99 with 10 pieces, a broom at 80.00 with the last one, and a map that is not
/// published.
pub const CSV: &str = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
    wand,Wand,Wands,TRUE,WAND,12.99,10\n\
    broom,Broom,Brooms,TRUE,BROOM,80.00,1\n\
    map,Map,Maps,FALSE,MAP,5.00,10\n";

pub struct Shop {
    pub entmine: EntMine,
    pub clock: Arc<ManualClock>,
    pub home: TestDatabase,
}

impl Shop {
    /// With the products of [`CSV`].
    pub async fn open(engine: Engine) -> Self {
        let shop = Self::empty(engine).await;
        shop.import_more("").await;
        shop
    }

    pub async fn empty(engine: Engine) -> Self {
        Self::failing(engine, Points::default()).await
    }

    /// Without products; at its points things fail as a test wants.
    pub async fn failing(engine: Engine, points: Points) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        Self::at(TestDatabase::new(engine).await, clock, points).await
    }

    /// With the products of [`CSV`]; orders beyond the limits are held.
    pub async fn limited(engine: Engine, limits: OrderLimits) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let options = Options {
            clock: Some(clock.clone()),
            limits,
            ..Options::default()
        };
        let home = TestDatabase::new(engine).await;
        let entmine = EntMine::open(home.url(), options).await.unwrap();
        let shop = Self {
            entmine,
            clock,
            home,
        };
        shop.import_more("").await;
        shop
    }

    /// On a database that is there already.
    pub async fn on(home: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        Self::at(home, clock, Points::default()).await
    }

    async fn at(home: TestDatabase, clock: Arc<ManualClock>, points: Points) -> Self {
        let options = Options {
            clock: Some(clock.clone()),
            points,
            ..Options::default()
        };
        let entmine = EntMine::open(home.url(), options).await.unwrap();
        Self {
            entmine,
            clock,
            home,
        }
    }

    /// The process ends and another one starts.
    pub async fn restart(self) -> Self {
        self.entmine.close().await;
        drop(self.entmine);
        Self::at(self.home, self.clock, Points::default()).await
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn turn_clock(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// Places an order for the store "shop", as it is, without a deadline.
    pub async fn place(&self, key: Uuid, order: &OrderRequest) -> Placed {
        self.place_bytes(key, &body(order)).await
    }

    pub async fn place_bytes(&self, key: Uuid, body: &[u8]) -> Placed {
        self.entmine
            .place("shop", key, body, None, None, Conditions::default())
            .await
            .unwrap()
    }

    pub async fn place_under(&self, order: &OrderRequest, conditions: Conditions) -> Placed {
        self.entmine
            .place("shop", new_key(), &body(order), None, None, conditions)
            .await
            .unwrap()
    }

    pub async fn void(&self, key: Uuid) -> Voided {
        self.entmine.void("shop", key).await.unwrap().unwrap()
    }

    /// Changes an order's status as a member of the staff; gives the one before.
    pub async fn change(&self, number: &str, to: OrderStatus) -> OrderStatus {
        let changed = self.entmine.change_status(number, to, "staff:morgan").await;
        changed.unwrap().unwrap()
    }

    /// Imports products beside those of [`CSV`], from rows of the same columns.
    pub async fn import_more(&self, rows: &str) {
        let file = ProductFile::parse(format!("{CSV}{rows}").as_bytes(), "GBP").unwrap();
        self.entmine.import(&file, &mut |_| {}).await.unwrap();
    }

    /// How many pieces are promised, which products and orders have to agree about.
    pub async fn promised(&self) -> i64 {
        let sum = "SELECT CAST(COALESCE(SUM(reserved), 0) AS BIGINT) FROM products";
        let promised = self.ask(sum).await;
        let sum = "SELECT CAST(COALESCE(SUM(reserved), 0) AS BIGINT) FROM order_lines";
        assert_eq!(self.ask(sum).await, promised);
        promised
    }

    pub async fn find(&self, key: Uuid) -> Found {
        self.entmine.find("shop", key).await.unwrap()
    }

    pub async fn count(&self) -> i64 {
        self.entmine.count_orders().await.unwrap()
    }

    /// (on hand, reserved, available)
    pub async fn stock(&self, sku: &str) -> (i64, i64, i64) {
        let answer = self.entmine.stock(&[sku.to_owned()]).await.unwrap();
        let level = &answer.levels[0];
        (level.on_hand, level.reserved, level.available)
    }

    /// The numbers of the orders that have data of a person.
    pub async fn orders_of(&self, person: &Person) -> Vec<String> {
        let orders = self.entmine.orders_of(person).await.unwrap();
        orders.into_iter().map(|order| order.number).collect()
    }

    /// A number from the database itself, past EntMine.
    pub async fn ask(&self, sql: &'static str) -> i64 {
        let pool = self.past_entmine().await;
        let answer = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
        pool.close().await;
        answer
    }

    /// Texts from the database itself, past EntMine.
    pub async fn read(&self, sql: &'static str) -> Vec<String> {
        let pool = self.past_entmine().await;
        let rows = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }

    /// A change made in the database itself, past EntMine.
    pub async fn alter(&self, sql: &'static str) {
        let pool = self.past_entmine().await;
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// What the database says to a change that it refuses.
    pub async fn refused(&self, sql: &'static str) -> String {
        let pool = self.past_entmine().await;
        let refused = sqlx::raw_sql(sql).execute(&pool).await.expect_err(sql);
        pool.close().await;
        refused.to_string()
    }

    async fn past_entmine(&self) -> sqlx::AnyPool {
        AnyPoolOptions::new()
            .max_connections(1)
            .connect(self.home.url())
            .await
            .unwrap()
    }
}

pub fn new_key() -> Uuid {
    Uuid::now_v7()
}

pub fn body(order: &OrderRequest) -> Vec<u8> {
    serde_json::to_vec(order).unwrap()
}

/// An order placed at [`START_MS`] at the prices of then, its total right.
pub fn order(lines: &[(&str, i64, i64)]) -> OrderRequest {
    OrderRequest {
        placed_at: "2026-11-22T21:00:00Z".into(),
        currency: "GBP".into(),
        total_minor: lines
            .iter()
            .map(|(_, quantity, price)| quantity * price)
            .sum(),
        customer: Customer {
            name: "Ambrosius".into(),
            email: "ambrosius@example.org".into(),
            phone: None,
            address: Address {
                line1: "1 Crystal Cave".into(),
                line2: None,
                city: "Carmarthen".into(),
                region: None,
                postcode: "SA31 1AA".into(),
                country: "GB".into(),
            },
        },
        lines: lines
            .iter()
            .map(|&(sku, quantity, unit_price_minor)| OrderLine {
                sku: sku.into(),
                quantity,
                unit_price_minor,
                price_version: 1,
            })
            .collect(),
        note: None,
    }
}

pub fn stored(placed: Placed) -> Acceptance {
    match placed {
        Placed::Accepted(acceptance) if !acceptance.replayed => acceptance,
        other => panic!("not stored: {other:?}"),
    }
}

pub fn replayed(placed: Placed) -> Acceptance {
    match placed {
        Placed::Accepted(acceptance) if acceptance.replayed => acceptance,
        other => panic!("not replayed: {other:?}"),
    }
}

pub fn rejected(placed: Placed) -> Vec<Reason> {
    match placed {
        Placed::Rejected(reasons) => reasons,
        other => panic!("not rejected: {other:?}"),
    }
}
