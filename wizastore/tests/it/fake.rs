//! A scripted EntMine: it keeps real books, and misbehaves as the test says.

use async_trait::async_trait;
use model::{Acceptance, OrderRequest, OrderStatus, Reason, StockAnswer};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use wizastore::erp::{CallError, EntMine, Found, Placed};
use wizastore::{OrderKey, fingerprint};

/// How the fake answers one call of `place`.
#[derive(Clone, Debug)]
pub enum Script {
    Accept,
    Reject(Vec<Reason>),
    /// Nothing arrives.
    Refuse,
    /// Nothing arrives, and EntMine wants to be left alone.
    RefuseFor(Duration),
    /// Stored, then the reply is lost.
    AcceptAndDropReply,
    /// Not stored, and the reply is lost.
    DropRequest,
    /// Never answers.
    Hang,
    /// Accepts, but answers about another total.
    WrongTotal,
    /// Accepts under this number.
    NumberOf(String),
    /// Stays in EntMine until the test lets it go, then accepts.
    WaitForGate,
}

#[derive(Default)]
struct Books {
    script: VecDeque<Script>,
    verdicts: HashMap<OrderKey, Found>,
    /// Every body that arrived, in order.
    arrived: Vec<(OrderKey, Vec<u8>)>,
    finds: usize,
    mute: bool,
}

/// Cheap to clone; clones share the books.
#[derive(Clone)]
pub struct FakeEntMine {
    books: Arc<Mutex<Books>>,
    pub gate: Arc<Semaphore>,
}

impl Default for FakeEntMine {
    fn default() -> Self {
        Self {
            books: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }
}

impl FakeEntMine {
    /// What the next calls of `place` do; after that it accepts.
    pub fn script(&self, scripts: impl IntoIterator<Item = Script>) {
        self.books.lock().unwrap().script.extend(scripts);
    }

    /// While mute, it answers no question about a key.
    pub fn mute(&self, mute: bool) {
        self.books.lock().unwrap().mute = mute;
    }

    /// How many orders it stored.
    pub fn orders(&self) -> usize {
        let books = self.books.lock().unwrap();
        books
            .verdicts
            .values()
            .filter(|verdict| matches!(verdict, Found::Accepted(_)))
            .count()
    }

    /// Every body that arrived.
    pub fn arrived(&self) -> Vec<(OrderKey, Vec<u8>)> {
        self.books.lock().unwrap().arrived.clone()
    }

    /// How often it was asked about a key.
    pub fn finds(&self) -> usize {
        self.books.lock().unwrap().finds
    }

    fn accept(&self, key: OrderKey, body: &[u8], number: Option<String>) -> Acceptance {
        let mut books = self.books.lock().unwrap();
        if let Some(Found::Accepted(before)) = books.verdicts.get(&key) {
            return Acceptance {
                replayed: true,
                ..before.clone()
            };
        }
        let request: OrderRequest = serde_json::from_slice(body).unwrap();
        let count = books.verdicts.len() + 1;
        let acceptance = Acceptance {
            key: key.to_string(),
            number: number.unwrap_or_else(|| format!("SO-2026-{count:06}")),
            fingerprint: fingerprint(body),
            total_minor: request.total_minor,
            currency: request.currency,
            accepted_at: "2026-11-22T21:00:00Z".into(),
            status: OrderStatus::New,
            replayed: false,
        };
        books
            .verdicts
            .insert(key, Found::Accepted(acceptance.clone()));
        acceptance
    }
}

fn lost<T>() -> Result<T, CallError> {
    Err(CallError::Ambiguous {
        detail: "connection reset".into(),
    })
}

#[async_trait]
impl EntMine for FakeEntMine {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        _deadline: Duration,
    ) -> Result<Placed, CallError> {
        let script = self
            .books
            .lock()
            .unwrap()
            .script
            .pop_front()
            .unwrap_or(Script::Accept);
        let refused = |retry_after| {
            Err(CallError::NotApplied {
                retry_after,
                detail: "connection refused".into(),
            })
        };
        match &script {
            Script::Refuse => return refused(None),
            Script::RefuseFor(wait) => return refused(Some(*wait)),
            Script::DropRequest => return lost(),
            Script::Hang => std::future::pending::<()>().await,
            Script::WaitForGate => self.gate.acquire().await.unwrap().forget(),
            _ => {}
        }
        self.books
            .lock()
            .unwrap()
            .arrived
            .push((key, body.to_vec()));
        match script {
            Script::Reject(reasons) => {
                let verdict = Found::Rejected {
                    fingerprint: fingerprint(body),
                    reasons: reasons.clone(),
                };
                self.books.lock().unwrap().verdicts.insert(key, verdict);
                Ok(Placed::Rejected(reasons))
            }
            Script::AcceptAndDropReply => {
                self.accept(key, body, None);
                lost()
            }
            Script::WrongTotal => {
                let acceptance = self.accept(key, body, None);
                Ok(Placed::Accepted(Acceptance {
                    total_minor: acceptance.total_minor + 1,
                    ..acceptance
                }))
            }
            Script::NumberOf(number) => Ok(Placed::Accepted(self.accept(key, body, Some(number)))),
            _ => Ok(Placed::Accepted(self.accept(key, body, None))),
        }
    }

    async fn find(&self, key: OrderKey) -> Result<Found, CallError> {
        let mut books = self.books.lock().unwrap();
        books.finds += 1;
        if books.mute {
            return lost();
        }
        Ok(books.verdicts.get(&key).cloned().unwrap_or(Found::Unknown))
    }

    async fn stock(&self, _skus: &[String]) -> Result<StockAnswer, CallError> {
        lost()
    }
}
