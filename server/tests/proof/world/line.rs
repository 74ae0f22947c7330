//! The way from the store to EntMine. It is real; only what a case wants lost gets lost on it.

use async_trait::async_trait;
use model::{OrderPage, StockAnswer};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wizastore::OrderKey;
use wizastore::erp::{
    Answered, CallError, EntMine, Found, HttpEntMine, HttpLimits, Placed, Voided,
};

/// What gets lost of the calls about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Requests,
    Replies,
}

#[derive(Clone, Default)]
pub struct Line(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    to: Option<Arc<dyn EntMine>>,
    http: Option<(String, String)>,
    losses: HashMap<String, Loss>,
    chance: Option<Arc<Chance>>,
}

type Chance = dyn Fn() -> Option<Loss> + Send + Sync;

impl Line {
    /// Leads to an EntMine.
    pub fn to(&self, entmine: Arc<dyn EntMine>) {
        self.0.lock().unwrap().to = Some(entmine);
    }

    pub fn over_http(&self, base: String, secret: String) {
        self.0.lock().unwrap().http = Some((base, secret));
        self.redial();
    }

    /// With new connections, where there are any.
    pub fn redial(&self) {
        let inner = &mut *self.0.lock().unwrap();
        if let Some((base, secret)) = &inner.http {
            let limits = HttpLimits {
                attempt: super::knobs().attempt,
                ..HttpLimits::default()
            };
            let client = HttpEntMine::new(base, secret, limits).unwrap();
            inner.to = Some(Arc::new(client));
        }
    }

    /// Leads nowhere: every connection is refused.
    pub fn down(&self) {
        let inner = &mut *self.0.lock().unwrap();
        (inner.to, inner.http) = (None, None);
    }

    /// Loses what is said about an order from now on.
    pub fn lose(&self, key: &str, loss: Loss) {
        self.0.lock().unwrap().losses.insert(key.to_owned(), loss);
    }

    /// From now on `chance` says of each call about an order whether something of it gets lost.
    pub fn lose_by(&self, chance: impl Fn() -> Option<Loss> + Send + Sync + 'static) {
        self.0.lock().unwrap().chance = Some(Arc::new(chance));
    }

    /// Loses nothing by chance any more.
    pub fn hold(&self) {
        self.0.lock().unwrap().chance = None;
    }

    /// Loses nothing about it any more.
    pub fn mend(&self, key: &str) {
        self.0.lock().unwrap().losses.remove(key);
    }

    fn there(&self) -> Result<Arc<dyn EntMine>, CallError> {
        self.0
            .lock()
            .unwrap()
            .to
            .clone()
            .ok_or(CallError::NotApplied {
                retry_after: None,
                from: None,
                detail: "the connection was refused".to_owned(),
            })
    }

    async fn about<T>(
        &self,
        key: OrderKey,
        call: impl Future<Output = Result<Answered<T>, CallError>>,
    ) -> Result<Answered<T>, CallError> {
        let loss = {
            let inner = self.0.lock().unwrap();
            let meant = inner.losses.get(&key.to_string()).copied();
            meant.or_else(|| inner.chance.as_ref().and_then(|chance| chance()))
        };
        let lost = || CallError::Ambiguous {
            detail: "it got lost on the way".to_owned(),
        };
        match loss {
            None => call.await,
            Some(Loss::Requests) => Err(lost()),
            Some(Loss::Replies) => {
                let _ = call.await;
                Err(lost())
            }
        }
    }
}

#[async_trait]
impl EntMine for Line {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let to = self.there()?;
        self.about(key, to.place(key, body, number, deadline)).await
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        let to = self.there()?;
        self.about(key, to.find(key)).await
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        let to = self.there()?;
        self.about(key, to.void(key)).await
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.there()?.orders(after, limit).await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.there()?.changes(after, limit).await
    }

    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError> {
        self.there()?.stock(skus).await
    }
}
