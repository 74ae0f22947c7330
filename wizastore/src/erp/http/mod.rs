//! EntMine over HTTP (the contract, version 1).
//!
//! A call is one request, sent once: no redirect is followed, nothing is retried, no proxy is taken
//! from the environment, and the answer is heard as it is. What an answer proves is decided by one
//! pure function for each call (`order`, `list`), and whatever they do not know may have been
//! applied.

mod answer;
mod base;
mod client;
mod connections;
mod exchange;
mod json;
mod limits;
mod list;
mod order;
mod problem;
#[cfg(test)]
mod properties;
mod retry_after;

pub use base::BadEntMineUrl;
pub use json::from_json;
pub use limits::HttpLimits;

use super::{Answered, CallError, EntMine, Found, Placed, Voided};
use crate::OrderKey;
use async_trait::async_trait;
use base::Base;
use connections::Connections;
use model::{OrderPage, StockAnswer};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Request, Url};
use std::fmt;
use std::time::Duration;

/// EntMine in another process.
pub struct HttpEntMine {
    base: Base,
    bearer: HeaderValue,
    limits: HttpLimits,
    /// For all that is about orders.
    connections: Connections,
    /// For the stock pull, which changes nothing: its connections are always kept.
    stock: Client,
}

impl HttpEntMine {
    /// An EntMine at this address, for example `http://erp.local:3100`, which knows the store by
    /// this token. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Where the address is not http or https with a host and nothing else than a path behind it,
    /// where the token cannot be a header, or where TLS cannot be set up.
    pub fn new(base_url: &str, token: &str, limits: HttpLimits) -> Result<Self, BadEntMineUrl> {
        let base = Base::parse(base_url)?;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadEntMineUrl::BadToken);
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| BadEntMineUrl::BadToken)?;
        bearer.set_sensitive(true);
        Ok(Self {
            bearer,
            stock: client::kept_http1(&base, &limits)?,
            connections: Connections::new(base.clone(), limits)?,
            base,
            limits,
        })
    }

    fn request(&self, method: Method, url: Url) -> Request {
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.bearer.clone());
        headers.insert("EntMine-Deadline-Ms", millis(self.limits.attempt));
        request
    }

    async fn page(
        &self,
        door: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let request = self.request(Method::GET, self.base.page(door, after, limit));
        let answer = self.connections.ask(request, self.limits.max_list).await?;
        list::classify_page(after, &answer)
    }
}

#[async_trait]
impl EntMine for HttpEntMine {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let mut request = self.request(Method::PUT, self.base.order(key));
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let left = deadline.min(self.limits.attempt);
        headers.insert("EntMine-Deadline-Ms", millis(left));
        if let Some(number) = number {
            let Ok(number) = HeaderValue::from_str(number) else {
                return Err(CallError::NotApplied {
                    retry_after: None,
                    from: None,
                    detail: "the order number cannot be a header".into(),
                });
            };
            headers.insert("EntMine-Number", number);
        }
        *request.body_mut() = Some(body.to_vec().into());
        let answer = self
            .connections
            .ask(request, self.limits.max_answer)
            .await?;
        order::classify_place(&answer)
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        let request = self.request(Method::GET, self.base.order(key));
        let answer = self
            .connections
            .ask(request, self.limits.max_answer)
            .await?;
        order::classify_find(key, &answer)
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        let mut request = self.request(Method::POST, self.base.void(key));
        // hyper says nothing about a body that is not there, which some servers answer with 411.
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        let answer = self
            .connections
            .ask(request, self.limits.max_answer)
            .await?;
        order::classify_void(&answer)
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.page("orders", after, limit).await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.page("orders/changes", after, limit).await
    }

    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError> {
        let request = self.request(Method::GET, self.base.stock(skus));
        let max = self.limits.max_list;
        let answer = exchange::exchange(&self.stock, request, max, &self.limits).await?;
        list::classify_stock(&answer)
    }
}

impl fmt::Debug for HttpEntMine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpEntMine")
            .field("base", &self.base.as_str())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn millis(duration: Duration) -> HeaderValue {
    HeaderValue::from(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
