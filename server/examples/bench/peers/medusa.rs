//! Medusa's Store API: seven calls from an empty cart to an order.

use super::installed::Installed;
use super::{Answer, List, ON_A_PAGE, PRODUCTS, Peer, Running, Took};
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// What `scripts/peers` left there about the shop that it filled.
const SHOP: &str = "target/peers/medusa/shop.json";
/// What a list of products shows: the starter storefront's fields, without what this shop does not have.
const FIELDS: &str = "id,title,handle,thumbnail,*variants.calculated_price";

struct Medusa {
    base: String,
    shop: Shop,
}

/// What customers have to name.
#[derive(Deserialize)]
struct Shop {
    key: String,
    region: String,
    country: String,
    category: String,
    shipping: String,
    variants: Vec<String>,
}

impl Medusa {
    /// The text of an answer, which must be a success.
    async fn send(&self, request: RequestBuilder) -> Result<String, String> {
        let request = request.header("x-publishable-api-key", &self.shop.key);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        match status.is_success() {
            true => Ok(text),
            false => Err(format!("{status}: {text}")),
        }
    }

    async fn post(&self, client: &Client, path: &str, body: Value) -> Result<Value, String> {
        let request = client.post(format!("{}/store/{path}", self.base));
        let text = self.send(request.json(&body)).await?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Peer for Medusa {
    async fn checkout(&self, client: &Client) -> Answer {
        let shop = &self.shop;
        let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
        let variant = &shop.variants[rand::random_range(0..shop.variants.len())];
        let email = format!("{:032x}@example.org", rand::random::<u128>());
        let address = json!({"first_name": "Ada", "last_name": "Fenwick", "address_1": "1 Owl Lane", "city": "York",
            "postal_code": "YO1 7HH", "country_code": shop.country});

        let began = Instant::now();
        let made = self.post(client, "carts", json!({"region_id": shop.region}));
        let cart = id(&made.await?["cart"]);
        let path = |call: &str| format!("carts/{cart}{call}");
        let item = json!({"variant_id": variant, "quantity": 1});
        self.post(client, &path("/line-items"), item).await?;
        let who = json!({"email": email, "shipping_address": address, "billing_address": address});
        self.post(client, &path(""), who).await?;
        let shipping = json!({"option_id": shop.shipping});
        self.post(client, &path("/shipping-methods"), shipping)
            .await?;
        let of_cart = json!({"cart_id": cart});
        let made = self.post(client, "payment-collections", of_cart).await?;
        let payment = id(&made["payment_collection"]);
        let sessions = format!("payment-collections/{payment}/payment-sessions");
        let provider = json!({"provider_id": "pp_system_default"});
        self.post(client, &sessions, provider).await?;
        let last = Instant::now();
        let placed = self.post(client, &path("/complete"), json!({})).await?;
        let (whole, last) = (began.elapsed(), last.elapsed());
        match placed["type"] == "order" {
            true => Ok(Took { whole, last }),
            false => Err(placed.to_string()),
        }
    }

    async fn list(&self, client: &Client, _customer: usize) -> Answer {
        let Shop {
            category, region, ..
        } = &self.shop;
        let began = Instant::now();
        let list = client.get(format!(
            "{}/store/products?limit={ON_A_PAGE}&category_id={category}&region_id={region}&fields={FIELDS}",
            self.base
        ));
        let answer = self.send(list).await?;
        let took = began.elapsed();
        match answer.matches("\"handle\":").count() {
            ON_A_PAGE => Ok(Took {
                whole: took,
                last: took,
            }),
            other => Err(format!("{other} products in the list")),
        }
    }
}

pub async fn start(postmaster: u32) -> Running {
    let program = Installed::start("medusa");
    let shop: Shop = serde_json::from_str(&std::fs::read_to_string(SHOP).unwrap()).unwrap();
    assert_eq!(shop.variants.len(), PRODUCTS);
    let base = program.base.clone();
    let shop: Arc<dyn Peer> = Arc::new(Medusa { base, shop });
    Running {
        pid: program.pid,
        postmaster: Some(postmaster),
        cold_start: program.cold_start,
        lists: vec![(List::Products, Arc::clone(&shop))],
        shop,
        _program: Box::new(program),
    }
}
