//! What `make bench` measures of the running program: pages, orders at 1, 8, 32 and 128 customers on
//! SQLite and PostgreSQL, the same with PostgreSQL far away and through several replicas, how soon a killed server has settled what it left open, and how the
//! catalogue reaches the store. The disk's
//! fsync rate stands beside each, because machines are noisy: read the figures as ratios.
//!
//! `bench PROGRAM FOLDER [POSTGRES-URL]`, and what a shop costs that has grown:
//! `bench growth PROGRAM FOLDER ORDERS PRODUCTS MORE-ORDERS MORE-PRODUCTS [POSTGRES-URL]`,
//! and beside other shops, which `scripts/peers` has installed:
//! `bench peers PROGRAM FOLDER POSTGRES-URL REPEATS SECONDS`

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on has failed"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time with the machine's own clock"
)]

mod catalogue;
mod customer;
mod grow;
mod growth;
mod latency;
mod machine;
mod peers;
mod server;
mod shop;

use customer::{Bought, buy, home_pages};
use machine::Processors;
use server::{Databases, Server};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Orders in one measurement.
const ORDERS: usize = 1_024;
const CUSTOMERS: [usize; 4] = [1, 8, 32, 128];
/// Round trips to a database elsewhere, and customers with so many orders each.
const ROUND_TRIPS_MS: [u64; 2] = [1, 3];
const FAR_CUSTOMERS: [(usize, usize); 2] = [(1, 64), (32, 8)];
/// Replicas, each with a store and an EntMine, and customers of all of them together with so many orders each.
const REPLICAS: [usize; 3] = [1, 2, 3];
const REPLICAS_CUSTOMERS: (usize, usize) = (96, 8);

#[tokio::main]
async fn main() {
    // A client looks for it, also for addresses without TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if(|arg| arg == "growth").is_some() {
        return grown(args.collect()).await;
    }
    if args.next_if(|arg| arg == "peers").is_some() {
        return beside_peers(args.collect()).await;
    }
    let (Some(program), Some(folder)) = (args.next(), args.next()) else {
        eprintln!("usage: bench PROGRAM FOLDER [POSTGRES-URL]");
        std::process::exit(2);
    };
    let (program, folder) = (PathBuf::from(program), PathBuf::from(folder));
    let sqlite = Databases::Sqlite;
    measure("SQLite", &program, &folder.join("sqlite"), &sqlite).await;
    if let Some(url) = args.next() {
        let postgres = Databases::postgres(&url).await;
        measure("PostgreSQL", &program, &folder.join("postgres"), &postgres).await;
        for ms in ROUND_TRIPS_MS {
            let (far, _line) = latency::databases(&url, Duration::from_millis(ms)).await;
            far_away(&program, &folder.join(format!("far-{ms}")), &far).await;
            replicas(&program, &folder.join(format!("replicas-{ms}")), &far).await;
        }
    }
    recovery(&program, &folder.join("recovery")).await;
    catalogue::measure(&folder.join("catalogue")).await;
}

/// The same with few orders and with many.
async fn grown(args: Vec<String>) {
    let number = |n: usize| args.get(n).and_then(|arg| arg.parse().ok());
    let size = |n: usize| {
        let (orders, products) = (number(n)?, number(n + 1)?);
        Some(growth::Size {
            orders: i64::try_from(orders).ok()?,
            products,
        })
    };
    let (Some(few), Some(many)) = (size(2), size(4)) else {
        eprintln!(
            "usage: bench growth PROGRAM FOLDER ORDERS PRODUCTS MORE-ORDERS MORE-PRODUCTS [POSTGRES-URL]"
        );
        std::process::exit(2);
    };
    let (program, folder) = (PathBuf::from(&args[0]), PathBuf::from(&args[1]));
    let url = args.get(6).map(String::as_str);
    growth::measure(&program, &folder, url, [few, many]).await;
}

/// The same load on other shops.
async fn beside_peers(args: Vec<String>) {
    let numbers = args.iter().skip(3).map(|arg| arg.parse::<u64>().ok());
    let numbers: Option<Vec<u64>> = numbers.collect();
    let ([program, folder, url, _, _], Some([repeats, seconds])) = (&args[..], numbers.as_deref())
    else {
        eprintln!("usage: bench peers PROGRAM FOLDER POSTGRES-URL REPEATS SECONDS");
        std::process::exit(2);
    };
    let (program, folder) = (Path::new(program), Path::new(folder));
    peers::compare(program, folder, url, *repeats, *seconds).await;
}

async fn measure(engine: &str, program: &Path, folder: &Path, databases: &Databases) {
    let began = Instant::now();
    let server = Server::start(program, folder, databases).await;
    println!(
        "{engine}: cold start {} ms, memory idle {} kB",
        began.elapsed().as_millis(),
        server.memory_kb()
    );
    server.import_wands().await;
    if matches!(databases, Databases::Sqlite) {
        let pages = home_pages(&server.base).await;
        println!("{engine}: home page {pages:.0} requests/s at 8 connections");
    }
    println!(
        "{engine}: the disk does {:.0} fsync/s",
        machine::fsyncs(folder)
    );
    for customers in CUSTOMERS {
        let before = server.commits().await;
        let began = Instant::now();
        let bought = orders(&server.base, customers, ORDERS / customers).await;
        let (wall, after) = (began.elapsed(), server.commits().await);
        println!(
            "{engine}: {customers} customers: {}, {:.1} orders a commit",
            said(&bought, wall),
            // Each order is journalled and settled: two pieces of work in the store.
            (after.1 - before.1) / (after.0 - before.0),
        );
    }
    println!(
        "{engine}: the disk again {:.0} fsync/s",
        machine::fsyncs(folder)
    );
    println!("{engine}: memory after it {} kB", server.memory_kb());
    server.kill();
}

/// Orders where every message to PostgreSQL takes its time.
async fn far_away(program: &Path, folder: &Path, databases: &Databases) {
    let round_trip = latency::round_trip(databases).await.as_secs_f64() * 1_000.0;
    let server = Server::start(program, folder, databases).await;
    server.import_wands().await;
    for (customers, each) in FAR_CUSTOMERS {
        let began = Instant::now();
        let bought = orders(&server.base, customers, each).await;
        println!(
            "PostgreSQL at {round_trip:.1} ms: {customers} customers: {}, {:.0} round trips at p50",
            said(&bought, began.elapsed()),
            at(&times(&bought), 50) / round_trip,
        );
    }
    server.kill();
}

/// The same customers through one, two and three replicas.
async fn replicas(program: &Path, folder: &Path, databases: &Databases) {
    let round_trip = latency::round_trip(databases).await.as_secs_f64() * 1_000.0;
    let mut servers = Vec::new();
    let (customers, each) = REPLICAS_CUSTOMERS;
    for count in REPLICAS {
        while servers.len() < count {
            let folder = folder.join(servers.len().to_string());
            servers.push(Server::start(program, &folder, databases).await);
        }
        servers[0].import_wands().await;
        let began = Instant::now();
        let processors = Processors::now();
        let through = servers
            .iter()
            .map(|server| orders(&server.base, customers / count, each));
        let bought = futures::future::join_all(through).await.concat();
        println!(
            "PostgreSQL at {round_trip:.1} ms: {customers} customers of {count} replicas: {}, processors \
             {:.0} % busy",
            said(&bought, began.elapsed()),
            Processors::now().busy_since(processors),
        );
    }
}

/// SIGKILL with orders in flight, then the time from the start to the last open order's end.
async fn recovery(program: &Path, folder: &Path) {
    let server = Server::start_rehearsal(program, folder, &Databases::Sqlite).await;
    server.import_wands().await;
    server.rehearse("slow", 60).await;
    let customers: Vec<_> = (0..32)
        .map(|_| {
            let base = server.base.clone();
            tokio::spawn(async move { customer::submit(&base).await })
        })
        .collect();
    while server.metric("wizastore_orders{state=\"open\"}").await < 32.0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.kill();
    for customer in customers {
        customer.abort();
    }
    let began = Instant::now();
    let server = Server::start(program, folder, &Databases::Sqlite).await;
    let opened = began.elapsed();
    while server.metric("wizastore_orders{state=\"open\"}").await > 0.0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!(
        "killed with 32 orders in flight: open again after {} ms, the last of them settled after {} ms",
        opened.as_millis(),
        began.elapsed().as_millis()
    );
    server.kill();
}

/// All orders of so many customers, with so many of each. Filling the carts is part of the load, not of the
/// times.
async fn orders(base: &str, customers: usize, each: usize) -> Vec<Bought> {
    let workers: Vec<_> = (0..customers)
        .map(|_| {
            let base = base.to_owned();
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut bought = Vec::new();
                for _ in 0..each {
                    bought.push(buy(&client, &base).await);
                }
                bought
            })
        })
        .collect();
    let mut bought = Vec::new();
    for worker in workers {
        bought.extend(worker.await.unwrap());
    }
    bought
}

/// How many orders a second that was, and how long customers waited.
fn said(bought: &[Bought], wall: Duration) -> String {
    let times = times(bought);
    let safe = bought.iter().filter(|order| !order.has_number).count();
    let safe = match safe {
        0 => String::new(),
        some => format!(", {some} of them told that it is safe"),
    };
    format!(
        "{:.0} orders/s, p50 {:.1} ms, p99 {:.1} ms ({} orders{safe})",
        bought.len() as f64 / wall.as_secs_f64(),
        at(&times, 50),
        at(&times, 99),
        bought.len(),
    )
}

fn times(bought: &[Bought]) -> Vec<Duration> {
    let mut times: Vec<Duration> = bought.iter().map(|order| order.took).collect();
    times.sort();
    times
}

fn at(times: &[Duration], percent: usize) -> f64 {
    let index = (times.len() * percent / 100).min(times.len() - 1);
    times[index].as_secs_f64() * 1_000.0
}
