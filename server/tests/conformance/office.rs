//! The staff of a real EntMine.

use crate::suite::{Office, orders};
use async_trait::async_trait;
use database::Engine;
use database::testing::TestDatabase;
use entmine::{Clock, EntMine, ManualClock, Options, ProductFile};
use model::OrderStatus;
use std::sync::Arc;

/// 2026-11-22T21:00:00Z, when every row begins.
const START_MS: i64 = 1_795_381_200_000;

/// An EntMine with the suite's products.
pub async fn open(engine: Engine) -> (EntMine, Arc<ManualClock>, TestDatabase) {
    let home = TestDatabase::new(engine).await;
    let clock = Arc::new(ManualClock::at(START_MS));
    let options = Options {
        clock: Some(clock.clone()),
        ..Options::default()
    };
    let entmine = EntMine::open(home.url(), options).await.unwrap();
    for (sku, price_minor, on_hand) in orders::PRODUCTS {
        sell(&entmine, sku, price_minor, on_hand).await;
    }
    (entmine, clock, home)
}

async fn sell(entmine: &EntMine, sku: &str, price_minor: i64, on_hand: i64) {
    let price = format!("{}.{:02}", price_minor / 100, price_minor % 100);
    let csv = format!(
        "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
         {sku},{sku},Things,TRUE,{sku},{price},{on_hand}\n"
    );
    let file = ProductFile::parse(csv.as_bytes(), "GBP").unwrap();
    entmine.import(&file, &mut |_| {}).await.unwrap();
}

pub struct Staff {
    pub entmine: EntMine,
    pub clock: Arc<ManualClock>,
}

#[async_trait]
impl Office for Staff {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn turn_clock(&self, ms: i64) {
        self.clock.advance(ms);
    }

    async fn product(&self, sku: &str, price_minor: i64, on_hand: i64) {
        sell(&self.entmine, sku, price_minor, on_hand).await;
    }

    async fn status(&self, number: &str, to: OrderStatus) {
        let changed = self.entmine.change_status(number, to, "staff:test").await;
        changed.unwrap().unwrap();
    }

    async fn restored(&self, highest: &[String]) {
        self.entmine.restored(highest).await.unwrap();
    }
}
