//! Customers.

use serde_json::Value;
use std::time::{Duration, Instant};

const PAGES: usize = 5_000;
/// Of which there is enough for everybody.
const WAND: &str = "BENCH-WAND";

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

/// An order, as its customer saw it.
#[derive(Clone, Copy)]
pub struct Bought {
    /// How long the submit took.
    pub took: Duration,
    /// Told its number; else that it is safe, because too many others came at the same time.
    pub has_number: bool,
}

/// Fills a cart and places the order.
pub async fn buy(client: &reqwest::Client, base: &str) -> Bought {
    buy_one(client, base, WAND).await
}

/// Fills a cart with one of a product and places the order.
pub async fn buy_one(client: &reqwest::Client, base: &str, sku: &str) -> Bought {
    let cart = cart_with(client, base, sku).await;
    let began = Instant::now();
    let outcome = cart.submit(client, base).await.unwrap().json().await;
    let (took, outcome): (_, Value) = (began.elapsed(), outcome.unwrap());
    let has_number = outcome["outcome"] == "confirmed";
    assert!(has_number || outcome["outcome"] == "safe", "{outcome}");
    Bought { took, has_number }
}

/// Places an order whose answer may never come.
pub async fn submit(base: &str) {
    let client = reqwest::Client::new();
    let cart = filled_cart(&client, base).await;
    let _ = cart.submit(&client, base).await;
}

/// Places an order; the end of its page's address, and its number.
pub async fn placed(client: &reqwest::Client, base: &str) -> (String, String) {
    let cart = filled_cart(client, base).await;
    let outcome = cart.submit(client, base).await.unwrap().json().await;
    let outcome: Value = outcome.unwrap();
    let number = outcome["number"].as_str().unwrap().to_owned();
    let receipt = cart.fields.iter().find(|(name, _)| *name == "receipt");
    (receipt.unwrap().1.clone(), number)
}

/// A new visitor's cart.
pub struct FilledCart {
    /// Of the checkout's form.
    fields: Vec<(&'static str, String)>,
    /// The visitor's session, without which the store would have to trust the receipt alone, as after a lost cookie;
    /// none where a client that keeps cookies has it already.
    cookie: Option<String>,
}

impl FilledCart {
    /// The new visitor's session.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    async fn submit(
        &self,
        client: &reqwest::Client,
        base: &str,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let mut request = post(client, base, "/api/orders/submit");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.form(&self.fields).send().await
    }
}

/// Puts something into the cart of a new visitor, or of a client that keeps its cookies.
pub async fn filled_cart(client: &reqwest::Client, base: &str) -> FilledCart {
    cart_with(client, base, WAND).await
}

/// The same of this product.
pub async fn cart_with(client: &reqwest::Client, base: &str, sku: &str) -> FilledCart {
    let line = [("sku", sku), ("quantity", "1")];
    let answer = post(client, base, "/api/cart/add").form(&line).send().await;
    let answer = answer.unwrap();
    let answer = answer.error_for_status().unwrap();
    let cookie = answer.headers().get("set-cookie");
    let cookie = cookie.map(|cookie| cookie.to_str().unwrap());
    let cookie = cookie.and_then(|cookie| Some(cookie.split_once(';')?.0.to_owned()));
    let cart: Value = answer.json().await.unwrap();
    let text = |name: &str| match &cart[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let fields = vec![
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
    ];
    FilledCart { fields, cookie }
}

fn post(client: &reqwest::Client, base: &str, path: &str) -> reqwest::RequestBuilder {
    let request = client.post(format!("{base}{path}"));
    request.header("accept", "application/json")
}
