//! Vendure's Shop API: six calls from an empty cart to a paid order.

use super::installed::Installed;
use super::{Answer, List, ON_A_PAGE, PRODUCTS, Peer, Running, Took};
use async_trait::async_trait;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// The documentation's: all products, with their variants' prices.
const LIST: &str = "query($take:Int!){products(options:{take:$take}){totalItems items{
    id name slug featuredAsset{preview} variants{id priceWithTax}}}}";
/// What a storefront asks for a category: its search index is much quicker.
const SEARCH: &str =
    "query($take:Int!){search(input:{collectionSlug:\"load\",groupByProduct:true,take:$take}){
    totalItems items{productId productName slug productAsset{preview}
    priceWithTax{... on PriceRange{min} ... on SinglePrice{value}}}}}";

/// What each step answers, as a storefront would show it.
const ORDER: &str = "{... on Order{code state totalWithTax
    lines{id quantity linePriceWithTax productVariant{id name}}} ... on ErrorResult{errorCode message}}";

#[derive(Clone)]
struct Vendure {
    base: String,
    list: &'static str,
    variants: Vec<String>,
    shipping: String,
    payment: String,
}

impl Vendure {
    /// Asks the shop for what its customers have to name.
    async fn meet(base: &str) -> Result<Self, String> {
        let client = Client::new();
        let mut shop = Self {
            base: base.to_owned(),
            list: LIST,
            variants: Vec::new(),
            shipping: String::new(),
            payment: String::new(),
        };
        let query = "{products(options:{take:100}){items{variants{id}}}}";
        let (answer, _) = shop.ask(&client, "", query, json!({})).await?;
        let items = answer["products"]["items"].as_array();
        let ids = items
            .into_iter()
            .flatten()
            .map(|item| &item["variants"][0]["id"]);
        shop.variants = ids
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        assert_eq!(shop.variants.len(), PRODUCTS);
        let token = shop.fill_cart(&client).await?;
        shop.address(&client, &token).await?;
        let query = "{shippings:eligibleShippingMethods{id} payments:eligiblePaymentMethods{code}}";
        let (answer, _) = shop.ask(&client, &token, query, json!({})).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        shop.shipping = text(&answer["shippings"][0]["id"]);
        shop.payment = text(&answer["payments"][0]["code"]);
        Ok(shop)
    }

    /// The data, and the session's token, which the first answer brings.
    async fn ask(
        &self,
        client: &Client,
        token: &str,
        query: &str,
        variables: Value,
    ) -> Result<(Value, String), String> {
        let mut request = client.post(format!("{}/shop-api", self.base));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let request = request.json(&json!({"query": query, "variables": variables}));
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let given = answer.headers().get("vendure-auth-token");
        let given = given.and_then(|value| value.to_str().ok());
        let token = given.unwrap_or(token).to_owned();
        let mut answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        if !answer["errors"].is_null() {
            return Err(answer["errors"].to_string());
        }
        Ok((answer["data"].take(), token))
    }

    /// A mutation that answers with the order; its state and the session's token.
    async fn step(
        &self,
        client: &Client,
        token: &str,
        (kind, call): (&str, &str),
        input: Value,
    ) -> Result<(String, String), String> {
        let mutation = format!("mutation($input:{kind}){{done:{call}{ORDER}}}");
        let asked = self.ask(client, token, &mutation, json!({"input": input}));
        let (answer, token) = asked.await?;
        match answer["done"]["state"].as_str() {
            Some(state) => Ok((state.to_owned(), token)),
            None => Err(answer.to_string()),
        }
    }

    async fn fill_cart(&self, client: &Client) -> Result<String, String> {
        let variant = json!(self.variants[rand::random_range(0..self.variants.len())]);
        let call = ("ID!", "addItemToOrder(productVariantId:$input,quantity:1)");
        let (_, token) = self.step(client, "", call, variant).await?;
        Ok(token)
    }

    async fn address(&self, client: &Client, token: &str) -> Result<(), String> {
        let address = json!({"fullName": "Ada Fenwick", "streetLine1": "1 Owl Lane", "city": "York",
            "postalCode": "YO1 7HH", "countryCode": "GB"});
        let call = (
            "CreateAddressInput!",
            "setOrderShippingAddress(input:$input)",
        );
        self.step(client, token, call, address).await?;
        Ok(())
    }
}

#[async_trait]
impl Peer for Vendure {
    async fn checkout(&self, client: &Client) -> Answer {
        let began = Instant::now();
        let token = &self.fill_cart(client).await?;
        // A guest of its own: who buys again with an address is looked up among the customers.
        let email = format!("{:032x}@example.org", rand::random::<u128>());
        let customer = json!({"firstName": "Ada", "lastName": "Fenwick", "emailAddress": email});
        let call = ("CreateCustomerInput!", "setCustomerForOrder(input:$input)");
        self.step(client, token, call, customer).await?;
        self.address(client, token).await?;
        let call = ("[ID!]!", "setOrderShippingMethod(shippingMethodId:$input)");
        self.step(client, token, call, json!([self.shipping]))
            .await?;
        let call = ("String!", "transitionOrderToState(state:$input)");
        self.step(client, token, call, json!("ArrangingPayment"))
            .await?;
        let last = Instant::now();
        let call = ("PaymentInput!", "addPaymentToOrder(input:$input)");
        let payment = json!({"method": self.payment, "metadata": {}});
        let (state, _) = self.step(client, token, call, payment).await?;
        let (whole, last) = (began.elapsed(), last.elapsed());
        match state.as_str() {
            "PaymentSettled" => Ok(Took { whole, last }),
            other => Err(format!("the order is {other}")),
        }
    }

    async fn list(&self, client: &Client, _customer: usize) -> Answer {
        let began = Instant::now();
        let body = json!({"query": self.list, "variables": {"take": ON_A_PAGE}});
        let request = client.post(format!("{}/shop-api", self.base)).json(&body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let answer = answer.text().await.map_err(|error| error.to_string())?;
        let took = began.elapsed();
        match answer.matches("\"slug\":").count() {
            ON_A_PAGE => Ok(Took {
                whole: took,
                last: took,
            }),
            other => Err(format!("{other} products in the list")),
        }
    }
}

pub async fn start() -> Running {
    let program = Installed::start("vendure");
    let shop = Vendure::meet(&program.base).await.unwrap();
    let searching = Vendure {
        list: SEARCH,
        ..shop.clone()
    };
    let shop: Arc<dyn Peer> = Arc::new(shop);
    Running {
        pid: program.pid,
        postmaster: None,
        cold_start: program.cold_start,
        lists: vec![
            (List::Products, Arc::clone(&shop)),
            (List::Search, Arc::new(searching)),
        ],
        shop,
        _program: Box::new(program),
    }
}
