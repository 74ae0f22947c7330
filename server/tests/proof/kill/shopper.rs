//! A customer with a browser that keeps asking.

use crate::world::customer::{Answer, moment};
use model::{CartAnswer, Outcome, Reason};
use reqwest::header::{ACCEPT, COOKIE, SET_COOKIE};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Longer than any answer takes, on a machine that does a lot besides.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

pub struct Shopper {
    client: reqwest::Client,
    base: String,
    address: String,
    cookie: String,
    form: Vec<(String, String)>,
    pub answers: Vec<Answer>,
}

impl Shopper {
    /// Somebody with a wand in the cart; none where that did not work.
    pub async fn begin(base: &str, number: usize) -> Option<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .unwrap();
        let mut shopper = Self {
            client,
            base: base.to_owned(),
            address: format!(
                "10.{}.{}.{}",
                number >> 16,
                (number >> 8) & 255,
                number & 255
            ),
            cookie: String::new(),
            form: Vec::new(),
            answers: Vec::new(),
        };
        shopper.take_a_wand().await?;
        Some(shopper)
    }

    async fn take_a_wand(&mut self) -> Option<()> {
        let wish = [("sku", "WAND"), ("quantity", "1")];
        let response = self.post("/api/cart/add").form(&wish).send().await.ok()?;
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = cookie.to_str().ok()?.split(';').next()?.to_owned();
        }
        match response.json().await.ok()? {
            CartAnswer::Cart(cart) => self.fill_in(&cart),
            CartAnswer::Refused { .. } => return None,
        }
        Some(())
    }

    /// Another wand and another order.
    pub async fn buy_once_more(&mut self) {
        self.take_a_wand().await.expect("a wand");
        self.buy(&AtomicUsize::new(0)).await;
    }

    fn fill_in(&mut self, cart: &model::Cart) {
        let pairs = [
            ("name", "Ada Fenwick"),
            ("email", "ada@example.org"),
            ("phone", ""),
            ("line1", "1 Owl Lane"),
            ("line2", ""),
            ("city", "York"),
            ("postcode", "YO1 7HH"),
            ("country", "GB"),
            ("note", ""),
            ("order_key", &cart.order_key),
            ("receipt", &cart.receipt),
            ("cart_revision", &cart.revision.to_string()),
            ("shown_total_minor", &cart.total_minor.to_string()),
        ];
        self.form = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
    }

    fn field(&self, name: &str) -> String {
        let found = self.form.iter().find(|(known, _)| known == name);
        found.unwrap().1.clone()
    }

    fn post(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header(ACCEPT, "application/json");
        let request = request.header("X-Forwarded-For", &self.address);
        match self.cookie.as_str() {
            "" => request,
            cookie => request.header(COOKIE, cookie),
        }
    }

    /// One answer of a door; none where the reply was lost or the server could not answer.
    async fn door<T: DeserializeOwned>(&self, path: &str, form: &[(String, String)]) -> Option<T> {
        let response = self.post(path).form(form).send().await.ok()?;
        if !response.status().is_success() {
            assert!(
                response.status().is_server_error(),
                "{path}: {}",
                response.status()
            );
            return None;
        }
        response.json().await.ok()
    }

    /// Clicks *Place order* until there is an answer, always with the same key; once more with the
    /// cart that is offered where nothing was saved.
    pub async fn buy(&mut self, in_flight: &AtomicUsize) {
        let until = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < until {
            in_flight.fetch_add(1, Ordering::SeqCst);
            let outcome = self.ask("/api/orders/submit", true).await;
            in_flight.fetch_sub(1, Ordering::SeqCst);
            match outcome {
                None => tokio::time::sleep(PAUSE).await,
                Some(Outcome::NotPlaced { reasons, cart }) => {
                    let again = reasons == [Reason::NotSaved] || reasons == [Reason::UnknownOrder];
                    assert!(again, "{reasons:?}");
                    if let Some(cart) = cart.filter(|cart| !cart.lines.is_empty()) {
                        self.fill_in(&cart);
                    }
                }
                Some(_) => return,
            }
        }
        panic!("no answer within {PATIENCE:?}: {:?}", self.answers);
    }

    /// Whether an order went through at once.
    pub fn is_confirmed(&self) -> bool {
        let last = self
            .answers
            .last()
            .and_then(|answer| answer.outcome.as_ref());
        matches!(last, Some(Outcome::Confirmed { .. }))
    }

    pub fn is_settled(&self) -> bool {
        self.is_confirmed() && self.answers.last().is_some_and(|answer| !answer.submission)
    }

    /// Looks at the order's page; whether it says the number.
    pub async fn look(&mut self) -> bool {
        let status = self.ask("/api/orders/status", false).await;
        if let Some(Outcome::NotPlaced { .. }) = status {
            // The page says that it was not received: the same click again.
            self.buy(&AtomicUsize::new(0)).await;
        }
        self.is_settled()
    }

    async fn ask(&mut self, path: &str, submission: bool) -> Option<Outcome> {
        let asked = moment();
        let receipt = vec![("receipt".to_owned(), self.field("receipt"))];
        let form = if submission { &self.form } else { &receipt };
        let outcome: Option<Outcome> = self.door(path, form).await;
        self.answers.push(Answer {
            key: self.field("order_key"),
            submission,
            asked,
            answered: moment(),
            outcome: outcome.clone(),
        });
        outcome
    }

    /// The keys under which something was submitted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let mut keys: Vec<&str> = self
            .answers
            .iter()
            .map(|answer| answer.key.as_str())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
    }
}
