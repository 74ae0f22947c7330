//! For `make bench`: what an outage leaves behind is drained with how many requests, and what that
//! does to the customers who order meanwhile. `backlog FOLDER ORDERS`.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on has failed"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time with the machine's own clock"
)]

#[path = "../tests/it/fake.rs"]
mod fake;

use fake::FakeEntMine;
use fake::books::goods::Goods;
use model::{OrderForm, Outcome, Snapshot};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wizastore::{Smaller, Store, StoreConfig, SubmitFields, digest_of};

/// What an EntMine in the next room takes.
const ENTMINE: Duration = Duration::from_millis(2);
const FRESH: usize = 200;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(orders)) = (args.next(), args.next()) else {
        eprintln!("usage: backlog FOLDER ORDERS");
        std::process::exit(2);
    };
    let orders: usize = orders.parse().unwrap();
    let erp = FakeEntMine::default();
    erp.delay(ENTMINE);
    let config = StoreConfig::new(
        &format!("sqlite:{folder}/backlog.db"),
        Arc::new(erp.clone()),
    );
    let store = Store::open(config).await.unwrap();
    let products = Goods::new(&["WAND"], 1_000_000, 0).catalogue();
    let snapshot = Snapshot {
        epoch: 1,
        seq: 1,
        stock_seq: 0,
        digest: digest_of(&products),
        products,
    };
    store.take_snapshot(snapshot, Smaller::Take).await.unwrap();

    let usual = fresh(&store, FRESH).await;
    let before = erp.arrived().len();
    erp.down(true);
    let began = Instant::now();
    let workers = (0..32).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..orders / 32 {
                buy(&store).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let backlog = store.ledger().await.unwrap().open;
    println!(
        "backlog: {backlog} orders taken while EntMine was down ({:.0} a second)",
        backlog as f64 / began.elapsed().as_secs_f64()
    );

    erp.down(false);
    let began = Instant::now();
    let draining = tokio::spawn({
        let store = store.clone();
        async move {
            while store.ledger().await.unwrap().open > 0 {
                store.push_due().await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });
    let mut meanwhile = Vec::new();
    while !draining.is_finished() {
        meanwhile.extend(fresh(&store, 1).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    draining.await.unwrap();
    let sent = erp.arrived().len() - before - meanwhile.len();
    println!(
        "drained in {:.1} s with {:.3} requests an order",
        began.elapsed().as_secs_f64(),
        sent as f64 / backlog as f64
    );
    let (usual, meanwhile) = (median(usual), median(meanwhile));
    println!(
        "a fresh order takes {:.1} ms usually and {:.1} ms meanwhile: {:.2} times as long (p50)",
        usual * 1e3,
        meanwhile * 1e3,
        meanwhile / usual
    );
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// How long so many orders took, one after the other.
async fn fresh(store: &Store, orders: usize) -> Vec<f64> {
    let mut times = Vec::new();
    for _ in 0..orders {
        times.push(buy(store).await);
    }
    times
}

async fn buy(store: &Store) -> f64 {
    let visit = store.visit(None, None);
    visit.cart_add("WAND", "1").await.unwrap();
    let visit = store.visit(visit.reply().session_token(), None);
    let cart = visit.cart_page().await.unwrap().cart.unwrap();
    let fields = SubmitFields {
        order_key: cart.order_key,
        receipt: cart.receipt,
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
    };
    let began = Instant::now();
    let outcome = visit.submit(fields).await.unwrap();
    let took = began.elapsed().as_secs_f64();
    assert!(!matches!(outcome, Outcome::NotPlaced { .. }), "{outcome:?}");
    took
}
