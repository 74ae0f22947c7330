//! WizAStore: two calls from an empty cart to an order, the second with the whole checkout form.

use super::{Answer, List, ON_A_PAGE, PRODUCTS, Peer, Running, Took};
use crate::customer;
use crate::server::{Databases, Server};
use async_trait::async_trait;
use reqwest::Client;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Each with a session.
const VISITORS: usize = 8;
/// Between two looks at whether the products are there.
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);

struct WizAStore {
    base: String,
    /// Of visitors with a session, one each; none for anonymous ones.
    cookies: Vec<String>,
}

#[async_trait]
impl Peer for WizAStore {
    async fn checkout(&self, client: &Client) -> Answer {
        let sku = format!("ITEM-{}", rand::random_range(0..PRODUCTS));
        let began = Instant::now();
        let bought = customer::buy_one(client, &self.base, &sku).await;
        if !bought.has_number {
            return Err("told that the order is safe, without its number".into());
        }
        Ok(Took {
            whole: began.elapsed(),
            last: bought.took,
        })
    }

    async fn list(&self, client: &Client, customer: usize) -> Answer {
        let began = Instant::now();
        let mut request = client.get(format!("{}/c/load", self.base));
        if !self.cookies.is_empty() {
            request = request.header("cookie", &self.cookies[customer % self.cookies.len()]);
        }
        let page = request.send().await.map_err(|error| error.to_string())?;
        let status = page.status();
        page.bytes().await.map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("the category answers {status}"));
        }
        let took = began.elapsed();
        Ok(Took {
            whole: took,
            last: took,
        })
    }
}

/// Fills a new shop, then starts it again as it will be measured.
pub async fn start(
    program: &Path,
    folder: &Path,
    databases: &Databases,
    postmaster: Option<u32>,
) -> Running {
    let server = Server::start(program, folder, databases).await;
    server.import(&products());
    products_are_listed(&server.base).await;
    server.kill();
    let began = Instant::now();
    let server = Server::start(program, folder, databases).await;
    products_are_listed(&server.base).await;
    let cold_start = began.elapsed();

    let client = Client::new();
    let mut cookies = Vec::new();
    for _ in 0..VISITORS {
        let cart = customer::cart_with(&client, &server.base, "ITEM-0").await;
        cookies.push(cart.cookie().to_owned());
    }
    let shop = |cookies| -> Arc<dyn Peer> {
        let base = server.base.clone();
        Arc::new(WizAStore { base, cookies })
    };
    Running {
        pid: server.pid(),
        postmaster,
        cold_start,
        shop: shop(Vec::new()),
        lists: vec![
            (List::Page, shop(Vec::new())),
            (List::PageWithSession, shop(cookies)),
        ],
        _program: Box::new(server),
    }
}

/// A file with the products that the peers have, too.
fn products() -> String {
    let mut csv = String::from(
        "Handle,Title,Body (HTML),Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n",
    );
    for n in 0..PRODUCTS {
        let price = 10 + n;
        let text = "One of the things that a benchmark buys.";
        let row = format!("item-{n},Item {n},{text},Load,TRUE,ITEM-{n},{price}.00,900000");
        writeln!(csv, "{row}").unwrap();
    }
    csv
}

async fn products_are_listed(base: &str) {
    let began = Instant::now();
    loop {
        let page = reqwest::get(format!("{base}/c/load")).await.unwrap();
        let page = page.text().await.unwrap();
        let links = (0..PRODUCTS).filter(|n| page.contains(&format!("\"/p/item-{n}\"")));
        if links.count() == ON_A_PAGE {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the category shows {page}");
        tokio::time::sleep(LOOK).await;
    }
}
