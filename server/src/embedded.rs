//! EntMine in the store's own process: the same trait as over HTTP, without the network.

use crate::rehearsal::Switch;
use async_trait::async_trait;
use entmine::{Clock, Conditions, StorageError};
use model::OrderPage;
use model::{RehearsalMode, StockAnswer};
use std::sync::Arc;
use std::time::Duration;
use wizastore::OrderKey;
use wizastore::erp::{Answered, CallError, EntMine, Found, Identity, Placed, Voided};

/// The store's name in the embedded EntMine.
pub const STORE: &str = "wizastore";

/// The embedded EntMine. With a rehearsal's switch it fails as the switch says.
#[derive(Clone)]
pub struct Embedded {
    pub entmine: entmine::EntMine,
    pub clock: Arc<dyn Clock>,
    pub switch: Option<Switch>,
}

#[async_trait]
impl EntMine for Embedded {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let (this, body, number) = (self.clone(), body.to_vec(), number.map(str::to_owned));
        let deadline_ms = self.clock.now_ms() + deadline.as_millis() as i64;
        self.rehearsed(async move {
            this.entmine
                .place(
                    STORE,
                    key.0,
                    &body,
                    number.as_deref(),
                    Some(deadline_ms),
                    this.conditions(),
                )
                .await
                .map_err(|error| this.storage(error))
        })
        .await
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        let this = self.clone();
        self.rehearsed(async move {
            let found = this.entmine.find(STORE, key.0).await;
            found.map_err(|error| this.storage(error))
        })
        .await
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        let this = self.clone();
        self.rehearsed(async move {
            let voided = this.entmine.void(STORE, key.0).await;
            let voided = voided.map_err(|error| this.storage(error))?;
            voided.ok_or_else(|| CallError::Contradiction {
                detail: "the key belongs to another store".to_owned(),
            })
        })
        .await
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let (this, after) = (self.clone(), after.map(str::to_owned));
        self.rehearsed(async move {
            let page = this.entmine.orders_after(STORE, after.as_deref(), limit);
            this.listed(page.await)
        })
        .await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let (this, after) = (self.clone(), after.map(str::to_owned));
        self.rehearsed(async move {
            let page = this
                .entmine
                .status_changes_after(STORE, after.as_deref(), limit);
            this.listed(page.await)
        })
        .await
    }

    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError> {
        let (this, skus) = (self.clone(), skus.to_vec());
        let answered = self.rehearsed(async move {
            let stock = this.entmine.stock(&skus).await;
            stock.map_err(|error| this.storage(error))
        });
        Ok(answered.await?.answer)
    }
}

impl Embedded {
    fn identity(&self) -> Identity {
        Identity {
            instance: self.entmine.instance().to_string(),
            epoch: self.entmine.epoch(),
        }
    }

    fn not_applied(&self, detail: &str) -> CallError {
        CallError::NotApplied {
            retry_after: None,
            from: Some(self.identity()),
            detail: detail.to_owned(),
        }
    }

    /// EntMine's own trouble, by what it proves about the order.
    fn storage(&self, error: StorageError) -> CallError {
        let detail = error.to_string();
        if error.may_be_written() {
            CallError::Ambiguous { detail }
        } else {
            self.not_applied(&detail)
        }
    }

    fn listed(
        &self,
        page: Result<Result<OrderPage, entmine::BadCursor>, StorageError>,
    ) -> Result<OrderPage, CallError> {
        match page.map_err(|error| self.storage(error))? {
            Ok(page) => Ok(page),
            Err(bad) => Err(CallError::Contradiction {
                detail: bad.to_string(),
            }),
        }
    }

    fn conditions(&self) -> Conditions {
        let Some(now) = self.switch.as_ref().map(Switch::now) else {
            return Conditions::default();
        };
        match now.mode {
            RehearsalMode::OutOfStock => Conditions {
                at_most_available: Some(now.available),
                ..Conditions::default()
            },
            RehearsalMode::PriceChanged => Conditions {
                price_percent: Some(now.percent),
                ..Conditions::default()
            },
            RehearsalMode::Normal
            | RehearsalMode::Down
            | RehearsalMode::Slow
            | RehearsalMode::Flaky
            | RehearsalMode::DropReply => Conditions::default(),
        }
    }

    /// Makes a call as the rehearsal wants it. EntMine's part goes on when the caller stops
    /// waiting, as it would behind a network.
    async fn rehearsed<T: Send + 'static>(
        &self,
        call: impl Future<Output = Result<T, CallError>> + Send + 'static,
    ) -> Result<Answered<T>, CallError> {
        let answer = self.misbehave(call).await?;
        Ok(Answered {
            from: self.identity(),
            answer,
        })
    }

    async fn misbehave<T: Send + 'static>(
        &self,
        call: impl Future<Output = Result<T, CallError>> + Send + 'static,
    ) -> Result<T, CallError> {
        let Some(now) = self.switch.as_ref().map(Switch::now) else {
            return call.await;
        };
        let pause = Duration::from_secs(u64::from(now.seconds));
        let refused = |detail: &str| Err(self.not_applied(detail));
        match now.mode {
            RehearsalMode::Normal | RehearsalMode::OutOfStock | RehearsalMode::PriceChanged => {
                call.await
            }
            RehearsalMode::Down => refused("rehearsal: EntMine is down"),
            RehearsalMode::Flaky => {
                if rand::random_range(0..100) < now.probability {
                    refused("rehearsal: EntMine is flaky")
                } else {
                    call.await
                }
            }
            RehearsalMode::Slow => {
                let later = tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    call.await
                });
                later.await.unwrap_or_else(|_| lost())
            }
            RehearsalMode::DropReply => {
                let done = tokio::spawn(async move {
                    let _ = call.await;
                    tokio::time::sleep(pause).await;
                });
                let _ = done.await;
                lost()
            }
        }
    }
}

fn lost<T>() -> Result<T, CallError> {
    Err(CallError::Ambiguous {
        detail: "rehearsal: the reply was lost".to_owned(),
    })
}
