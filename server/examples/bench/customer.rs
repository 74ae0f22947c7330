//! Customers.

use serde_json::Value;
use std::time::{Duration, Instant};

const PAGES: usize = 500;

/// Home pages a second at 8 connections.
pub async fn home_pages(base: &str) -> f64 {
    let began = Instant::now();
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let base = base.to_owned();
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                for _ in 0..PAGES / 8 {
                    let page = client.get(&base).send().await.unwrap();
                    page.bytes().await.unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    PAGES as f64 / began.elapsed().as_secs_f64()
}

/// Fills a cart and places the order; how long the submit took.
pub async fn buy(client: &reqwest::Client, base: &str) -> Duration {
    let fields = filled_cart(client, base).await;
    let began = Instant::now();
    let outcome = post(client, base, "/api/orders/submit", &fields).await;
    let took = began.elapsed();
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    took
}

/// Places an order whose answer may never come.
pub async fn submit(base: &str) {
    let client = reqwest::Client::new();
    let fields = filled_cart(&client, base).await;
    let request = client
        .post(format!("{base}/api/orders/submit"))
        .form(&fields);
    let _ = request.send().await;
}

/// Places an order; the end of its page's address, and its number.
pub async fn placed(client: &reqwest::Client, base: &str) -> (String, String) {
    let fields = filled_cart(client, base).await;
    let outcome = post(client, base, "/api/orders/submit", &fields).await;
    let number = outcome["number"].as_str().unwrap().to_owned();
    let receipt = fields.iter().find(|(name, _)| *name == "receipt");
    (receipt.unwrap().1.clone(), number)
}

/// Puts something into the cart; the fields of the checkout's form.
pub async fn filled_cart(client: &reqwest::Client, base: &str) -> Vec<(&'static str, String)> {
    let wand = [("sku", "BENCH-WAND".to_owned()), ("quantity", "1".into())];
    let cart = post(client, base, "/api/cart/add", &wand).await;
    let text = |name: &str| match &cart[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    vec![
        ("order_key", text("order_key")),
        ("receipt", text("receipt")),
        ("cart_revision", text("revision")),
        ("shown_total_minor", text("total_minor")),
        ("name", "Ada Fenwick".into()),
        ("email", "ada@example.org".into()),
        ("line1", "1 Owl Lane".into()),
        ("city", "York".into()),
        ("postcode", "YO1 7HH".into()),
        ("country", "GB".into()),
    ]
}

async fn post(
    client: &reqwest::Client,
    base: &str,
    path: &str,
    fields: &[(&str, String)],
) -> Value {
    let request = client
        .post(format!("{base}{path}"))
        .header("accept", "application/json")
        .form(fields);
    request.send().await.unwrap().json().await.unwrap()
}
