//! Load for `make bench`: the home page, then orders at 1 and 32 customers, with the disk's fsync
//! rate measured beside them. `bench BASE-URL FOLDER-ON-THE-SAME-DISK`.

// A benchmark measures time with the machine's own clock.
#![allow(clippy::disallowed_methods)]

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const PAGES: usize = 500;
const ORDERS: usize = 200;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(base), Some(folder)) = (args.next(), args.next()) else {
        eprintln!("usage: bench BASE-URL FOLDER");
        std::process::exit(2);
    };
    let pages = home_pages(&base).await;
    println!("home page: {pages:.0} requests/s at 8 connections");
    println!("disk: {:.0} fsync/s", fsyncs(Path::new(&folder)));
    // Two of the best stocked products of the seed: each has enough for one round.
    for (customers, sku) in [(1, "WAND-PRAC-02"), (32, "CAND-BEES-08")] {
        let mut times = orders(&base, customers, sku).await;
        times.sort();
        let (total, wall) = (times.len(), times.iter().sum::<Duration>());
        let rate = total as f64 * customers as f64 / wall.as_secs_f64();
        println!(
            "submit at {customers} customers: {rate:.0} orders/s, p50 {:.1} ms, p99 {:.1} ms ({total} orders)",
            at(&times, 50),
            at(&times, 99),
        );
    }
    println!("disk again: {:.0} fsync/s", fsyncs(Path::new(&folder)));
}

fn at(times: &[Duration], percent: usize) -> f64 {
    let index = (times.len() * percent / 100).min(times.len() - 1);
    times[index].as_secs_f64() * 1_000.0
}

async fn home_pages(base: &str) -> f64 {
    let began = Instant::now();
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let base = base.to_owned();
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                for _ in 0..PAGES / 8 {
                    let page = client.get(&base).send().await.expect("a page");
                    page.bytes().await.expect("a page");
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker");
    }
    PAGES as f64 / began.elapsed().as_secs_f64()
}

/// Appends and syncs for half a second.
fn fsyncs(folder: &Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("fsync")).expect("writable");
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < Duration::from_millis(500) {
        file.write_all(&[0; 512]).expect("writable");
        file.sync_data().expect("syncs");
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// How long each submit took, all customers together; carts are filled outside of the time.
async fn orders(base: &str, customers: usize, sku: &'static str) -> Vec<Duration> {
    let workers: Vec<_> = (0..customers)
        .map(|_| {
            let base = base.to_owned();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for _ in 0..ORDERS / customers {
                    times.push(buy(&base, sku).await);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await.expect("a worker"));
    }
    times
}

async fn buy(base: &str, sku: &str) -> Duration {
    let client = reqwest::Client::new();
    let cart: Value = client
        .post(format!("{base}/api/cart/add"))
        .header("accept", "application/json")
        .form(&[("sku", sku), ("quantity", "1")])
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a cart");
    let text = |name: &str| match &cart[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let fields = [
        ("order_key", text("order_key")),
        ("receipt", text("receipt")),
        ("cart_revision", text("revision")),
        ("shown_total_minor", text("total_minor")),
        ("name", "Ada Fenwick".to_owned()),
        ("email", "ada@example.org".to_owned()),
        ("line1", "1 Owl Lane".to_owned()),
        ("city", "York".to_owned()),
        ("postcode", "YO1 7HH".to_owned()),
        ("country", "GB".to_owned()),
    ];
    let began = Instant::now();
    let outcome: Value = client
        .post(format!("{base}/api/orders/submit"))
        .header("accept", "application/json")
        .form(&fields)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("an outcome");
    let took = began.elapsed();
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    took
}
