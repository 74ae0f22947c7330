//! Known-wrong clients of EntMine: they ask otherwise than they were told, or make something else of the answer.

use super::link::{Link, not_applied};
use crate::erp::{Answered, CallError, EntMine, Found, Placed, Voided};
use crate::{OrderKey, fingerprint};
use async_trait::async_trait;
use model::{Acceptance, OrderPage, OrderRequest, StockAnswer};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// What a client does wrong. The first three are acted out by the network (`link.rs`), which knows what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A 500 is taken for a refused connection.
    ErrorIsNotApplied,
    /// A 500 is taken for a rejection.
    ErrorIsRejected,
    /// A connection that was cut is taken for one that was refused.
    CutIsNotApplied,
    /// A placing that ran out of time is taken for one that did nothing.
    TimeoutIsNotApplied,
    /// A void is not sent at all.
    VoidIgnored,
    /// Every further attempt uses a key of its own.
    NewKeyOnRetry,
    /// Every further attempt sends other bytes.
    BytesNotFrozen,
    /// Nobody is asked about an order before it is sent again.
    NotAskedFirst,
    /// An order that EntMine does not know yet is taken for a rejected one.
    AbsentIsRejected,
    /// An acceptance counts whatever it speaks of.
    EchoNotChecked,
}

/// A client with a slip, on the way to EntMine.
pub struct Careless {
    link: Link,
    slip: Slip,
    /// Keys that EntMine would not void, because it has a verdict: that one is asked for.
    not_voided: Mutex<BTreeSet<OrderKey>>,
}

impl Careless {
    pub fn new(link: Link, slip: Slip) -> Self {
        Self {
            link,
            slip,
            not_voided: Mutex::default(),
        }
    }

    fn not_voided(&self) -> MutexGuard<'_, BTreeSet<OrderKey>> {
        self.not_voided
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What was first sent under a key.
    fn sent(&self, key: OrderKey) -> Option<Vec<u8>> {
        self.link.world.watch().bodies.get(&key).cloned()
    }

    /// An acceptance as it would have to be.
    fn believed(&self, key: OrderKey, acceptance: Acceptance) -> Acceptance {
        let Some(body) = self.sent(key).filter(|_| self.slip == Slip::EchoNotChecked) else {
            return acceptance;
        };
        let order: OrderRequest = serde_json::from_slice(&body).expect("an order");
        Acceptance {
            key: key.to_string(),
            fingerprint: fingerprint(&body),
            total_minor: order.total_minor,
            currency: order.currency,
            ..acceptance
        }
    }
}

#[async_trait]
impl EntMine for Careless {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let is_again = number.is_none() && self.sent(key).is_some();
        let (mut as_key, mut bytes) = (key, body.to_vec());
        match self.slip {
            Slip::NewKeyOnRetry if is_again => {
                let (time, _) = key.0.as_u64_pair();
                as_key = OrderKey(Uuid::from_u64_pair(time, self.link.world.minting.next()));
            }
            Slip::BytesNotFrozen if is_again => bytes.push(b' '),
            _ => {}
        }
        let placing = self.link.place(as_key, &bytes, number, deadline);
        let answered = if self.slip == Slip::TimeoutIsNotApplied {
            let sooner = deadline.saturating_sub(Duration::from_millis(1));
            let answered = timeout(sooner, placing).await;
            answered.unwrap_or_else(|_| Err(not_applied(None, None)))?
        } else {
            placing.await?
        };
        let Answered { from, answer } = answered;
        let answer = match answer {
            Placed::Accepted(acceptance) => Placed::Accepted(self.believed(key, acceptance)),
            other => other,
        };
        Ok(Answered { from, answer })
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        if self.slip == Slip::NotAskedFirst && !self.not_voided().remove(&key) {
            let from = self.link.world.books().identity.clone();
            let answer = Found::Unknown;
            return Ok(Answered { from, answer });
        }
        let Answered { from, answer } = self.link.find(key).await?;
        let answer = match (answer, self.sent(key)) {
            (Found::Unknown, Some(body)) if self.slip == Slip::AbsentIsRejected => {
                Found::Rejected {
                    fingerprint: fingerprint(&body),
                    reasons: Vec::new(),
                }
            }
            (Found::Accepted(acceptance), _) => Found::Accepted(self.believed(key, acceptance)),
            (other, _) => other,
        };
        Ok(Answered { from, answer })
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        if self.slip == Slip::VoidIgnored {
            let from = self.link.world.books().identity.clone();
            let answer = Voided::Done;
            return Ok(Answered { from, answer });
        }
        let voided = self.link.void(key).await;
        let answer = voided.as_ref().map(|answered| &answered.answer);
        if let Ok(Voided::AlreadyAccepted | Voided::AlreadyRejected) = answer {
            self.not_voided().insert(key);
        }
        voided
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.link.orders(after, limit).await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.link.changes(after, limit).await
    }

    async fn stock(&self, skus: &[String]) -> Result<StockAnswer, CallError> {
        self.link.stock(skus).await
    }
}
