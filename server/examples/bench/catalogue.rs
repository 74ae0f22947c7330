//! The catalogue: how soon a page shows a change, embedded and over HTTP; changes applied a second;
//! repairs of 50,000 products; the live stock pull; and orders while 1,000 changes a second flow.

use crate::customer::buy;
use crate::shop::{Shop, Way, products};
use sqlx::{AnyConnection, Connection};
use std::path::Path;
use std::time::{Duration, Instant};
use wizastore::Smaller;

/// Changes of which it is looked how soon a page shows them.
const SEEN: usize = 60;
const MANY: usize = 50_000;
const ORDERS: usize = 400;
const CUSTOMERS: usize = 8;

pub async fn measure(folder: &Path) {
    for way in [Way::Embedded, Way::Http] {
        let shop = Shop::open(&folder.join(format!("{way:?}")), way, 200).await;
        shown(&shop, way).await;
        if way == Way::Embedded {
            stock(&shop).await;
            orders(&shop).await;
        }
    }
    many(&folder.join("many")).await;
}

/// From a change in EntMine to the page that shows it.
async fn shown(shop: &Shop, way: Way) {
    let page = format!("{}/p/bench-wand", shop.base);
    for (what, rises) in [("a price that rises", true), ("a price that falls", false)] {
        let mut times = Vec::new();
        for n in 0..SEEN {
            let step = i64::try_from(n).unwrap();
            let took = price(shop, &page, 5_000 + if rises { step } else { -step }).await;
            // The first one is a step from wherever the price was.
            if n > 0 {
                times.push(took);
            }
        }
        println!(
            "{way:?}: {what} is on the page after p50 {:.0} ms, p99 {:.0} ms",
            at(&mut times, 50),
            at(&mut times, 99)
        );
    }
}

/// Changes the wand's price, and how long it took until its page says so.
async fn price(shop: &Shop, page: &str, price: i64) -> Duration {
    let client = reqwest::Client::new();
    let wanted = format!("£{}.{:02}", price / 100, price % 100);
    shop.entmine.set_price("BENCH-WAND", price).await.unwrap();
    let began = Instant::now();
    loop {
        let answer = client.get(page).send().await.unwrap();
        if answer.text().await.unwrap().contains(&wanted) {
            return began.elapsed();
        }
    }
}

async fn stock(shop: &Shop) {
    for customers in [1, 32] {
        let workers: Vec<_> = (0..customers)
            .map(|_| {
                let door = format!("{}/api/pages/stock", shop.base);
                tokio::spawn(async move {
                    let client = reqwest::Client::new();
                    let mut times = Vec::new();
                    for _ in 0..640 / customers {
                        let began = Instant::now();
                        let request = client.post(&door).form(&[("sku", "BENCH-WAND")]);
                        let text = request.send().await.unwrap().text().await.unwrap();
                        assert!(text.contains("checked"), "{text}");
                        times.push(began.elapsed());
                    }
                    times
                })
            })
            .collect();
        let mut times = Vec::new();
        for worker in workers {
            times.extend(worker.await.unwrap());
        }
        println!(
            "live stock at {customers} customers: p50 {:.1} ms, p99 {:.1} ms",
            at(&mut times, 50),
            at(&mut times, 99)
        );
    }
}

/// Orders alone, and while a thousand changes a second come in.
async fn orders(shop: &Shop) {
    // What the flood's file says too: the customers' own product stays as it is.
    price(shop, &format!("{}/p/bench-wand", shop.base), 1_299).await;
    let quiet = rate(&shop.base).await;
    let entmine = shop.entmine.clone();
    let flood = tokio::spawn(async move {
        let began = Instant::now();
        let mut changes = 0_usize;
        loop {
            // Two hundred products, each with another price.
            let price = format!("{}.00", 10 + (changes / 200) % 50);
            entmine
                .import(&products(200, &price), &mut |_| {})
                .await
                .unwrap();
            changes += 200;
            let due = Duration::from_millis(changes as u64);
            tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        }
    });
    let flooded = rate(&shop.base).await;
    flood.abort();
    println!(
        "{CUSTOMERS} customers: {:.0} orders/s at p50 {:.1} ms; while 1,000 changes a second flow \
         {:.0} orders/s at p50 {:.1} ms: {:.2} times as long",
        quiet.0,
        quiet.1,
        flooded.0,
        flooded.1,
        flooded.1 / quiet.1
    );
}

async fn rate(base: &str) -> (f64, f64) {
    let began = Instant::now();
    let workers: Vec<_> = (0..CUSTOMERS)
        .map(|_| {
            let base = base.to_owned();
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut times = Vec::new();
                for _ in 0..ORDERS / CUSTOMERS {
                    let bought = buy(&client, &base).await;
                    assert!(bought.has_number, "EntMine does not keep up");
                    times.push(bought.took);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await.unwrap());
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    (rate, at(&mut times, 50))
}

/// A large catalogue: from nothing, changed whole, and damaged.
async fn many(folder: &Path) {
    let shop = Shop::open(folder, Way::Apart, MANY).await;
    let began = Instant::now();
    shop.look_after().await;
    println!("{MANY} products from nothing: {:.2} s", secs(began));

    let file = products(MANY, "77.00");
    shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    let began = Instant::now();
    shop.send_all().await;
    let took = secs(began);
    println!(
        "{MANY} changes applied in {took:.2} s: {:.0} a second",
        MANY as f64 / took
    );

    let url = format!("sqlite:{}", folder.join("store.db").display());
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    let damaged = sqlx::query("UPDATE products SET price_minor = 1 WHERE sku LIKE 'ITEM-%00'")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    let began = Instant::now();
    let snapshot = shop.entmine.snapshot().await.unwrap();
    let end = shop.store.take_snapshot(snapshot, Smaller::Hold).await;
    println!(
        "{} damaged products of {MANY}: {:.2} s ({:?})",
        damaged.rows_affected(),
        secs(began),
        end.unwrap()
    );
    let began = Instant::now();
    shop.entmine.digest().await.unwrap();
    println!(
        "a digest of {MANY} products: {:.0} ms",
        secs(began) * 1_000.0
    );
}

fn secs(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

/// A percentile, in milliseconds.
fn at(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let index = (times.len() * percent / 100).min(times.len() - 1);
    times[index].as_secs_f64() * 1_000.0
}
