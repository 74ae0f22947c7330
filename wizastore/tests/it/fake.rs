//! A scripted EntMine: it keeps real books, and misbehaves as the test says.

#![allow(
    dead_code,
    reason = "the benchmark of the backlog uses only some of it"
)]

use async_trait::async_trait;
use model::{
    Acceptance, AcceptedOrder, OrderPage, OrderRequest, OrderStatus, Reason, StockAnswer, Verdict,
};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Semaphore;
use wizastore::erp::{Answered, CallError, EntMine, Found, Identity, Placed, Voided};
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
    /// Stored, and the answer cannot be read.
    AcceptUnreadably,
    /// EntMine says that it has other bytes under this key.
    KeyReused,
    /// Stays in EntMine until the test lets it go, then accepts.
    WaitForGate,
    /// Stays in EntMine until the test lets it go, then does this.
    AtGate(Box<Script>),
}

/// What a page of a listing meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageScript {
    Give,
    /// EntMine is busy.
    Refuse,
    /// It is as it was when it was asked for, and arrives when the test lets it through the gate.
    GiveAtGate,
}

struct Books {
    script: VecDeque<Script>,
    verdicts: HashMap<OrderKey, Found>,
    /// Keys of accepted orders in the order of commit.
    accepted: Vec<OrderKey>,
    /// Keys of orders whose status changed, in the order of the changes.
    changed: Vec<OrderKey>,
    /// Keys of orders whose customers were erased.
    erased: Vec<OrderKey>,
    /// Every body that arrived, in order.
    arrived: Vec<(OrderKey, Vec<u8>)>,
    /// How long each body was said to be waited for.
    deadlines: Vec<Duration>,
    finds: usize,
    find_takes: Duration,
    voids: usize,
    /// The cursor of each page that was asked for.
    pages: Vec<Option<String>>,
    /// What the next pages meet; after that they are given.
    page_script: VecDeque<PageScript>,
    /// The last number that was given out.
    count: usize,
    mute: bool,
    down: bool,
    delay: Duration,
    /// Calls that came to the gate.
    waiting: usize,
    identity: Identity,
}

/// Cheap to clone; clones share the books.
#[derive(Clone)]
pub struct FakeEntMine {
    books: Arc<Mutex<Books>>,
    pub gate: Arc<Semaphore>,
}

impl Default for FakeEntMine {
    fn default() -> Self {
        let books = Books {
            script: VecDeque::new(),
            verdicts: HashMap::new(),
            accepted: Vec::new(),
            changed: Vec::new(),
            erased: Vec::new(),
            arrived: Vec::new(),
            deadlines: Vec::new(),
            finds: 0,
            find_takes: Duration::ZERO,
            voids: 0,
            pages: Vec::new(),
            page_script: VecDeque::new(),
            count: 0,
            mute: false,
            down: false,
            delay: Duration::ZERO,
            waiting: 0,
            identity: Identity {
                instance: "0192f3c0-0000-7000-8000-000000000001".into(),
                epoch: 1,
            },
        };
        Self {
            books: Arc::new(Mutex::new(books)),
            gate: Arc::new(Semaphore::new(0)),
        }
    }
}

impl FakeEntMine {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// What the next calls of `place` do; after that it accepts.
    pub fn script(&self, scripts: impl IntoIterator<Item = Script>) {
        self.books().script.extend(scripts);
    }

    /// While mute, it answers no question about a key, no void and no listing.
    pub fn mute(&self, mute: bool) {
        self.books().mute = mute;
    }

    /// While down, it refuses every connection.
    pub fn down(&self, down: bool) {
        self.books().down = down;
    }

    /// How long each call takes.
    pub fn delay(&self, delay: Duration) {
        self.books().delay = delay;
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        self.books().identity.clone()
    }

    /// How long each body was said to be waited for.
    pub fn deadlines(&self) -> Vec<Duration> {
        self.books().deadlines.clone()
    }

    /// How long it takes to say what it knows about a key.
    pub fn find_takes(&self, time: Duration) {
        self.books().find_takes = time;
    }

    /// What the next pages of listings meet.
    pub fn page_script(&self, scripts: impl IntoIterator<Item = PageScript>) {
        self.books().page_script.extend(scripts);
    }

    /// The cursors of the pages that were asked for since this was last asked.
    pub fn pages_asked(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.books().pages)
    }

    /// How many orders it has.
    pub fn orders(&self) -> usize {
        self.books().accepted.len()
    }

    /// Every body that arrived.
    pub fn arrived(&self) -> Vec<(OrderKey, Vec<u8>)> {
        self.books().arrived.clone()
    }

    /// How often it was asked about a key.
    pub fn finds(&self) -> usize {
        self.books().finds
    }

    /// How often a void arrived.
    pub fn voids(&self) -> usize {
        self.books().voids
    }

    /// How many calls came to the gate.
    pub fn waiting(&self) -> usize {
        self.books().waiting
    }

    /// The numbers it has, in the order of commit.
    pub fn numbers(&self) -> Vec<String> {
        let books = self.books();
        let number = |key| match books.verdicts.get(key) {
            Some(Found::Accepted(order)) => order.number.clone(),
            other => panic!("{other:?}"),
        };
        books.accepted.iter().map(number).collect()
    }

    /// Staff change the status of the order at this place of the listing.
    pub fn change_status(&self, place: usize, status: OrderStatus) {
        let mut books = self.books();
        let key = books.accepted[place];
        match books.verdicts.get_mut(&key) {
            Some(Found::Accepted(order)) => order.status = status,
            other => panic!("{other:?}"),
        }
        books.changed.push(key);
    }

    /// Staff erase the customer of the order at this place of the listing.
    pub fn erase(&self, place: usize) {
        let mut books = self.books();
        let key = books.accepted[place];
        books.erased.push(key);
        books.changed.push(key);
    }

    /// It is restored from a backup that was made before anybody was erased.
    pub fn restore_the_erased(&self, epoch: i64) {
        let mut books = self.books();
        books.erased.clear();
        books.identity.epoch = epoch;
    }

    /// It is restored from a backup that was made when it had `kept` orders; `numbers_from` is
    /// where its numbers go on.
    pub fn restore(&self, kept: usize, epoch: i64, numbers_from: usize) {
        let mut books = self.books();
        let lost = books.accepted.split_off(kept);
        for key in lost {
            books.verdicts.remove(&key);
            books.changed.retain(|changed| *changed != key);
        }
        books.identity.epoch = epoch;
        books.count = numbers_from;
    }

    /// An order of which the store knows nothing.
    pub fn foreign_order(&self, key: OrderKey) {
        let acceptance = Acceptance {
            key: key.to_string(),
            number: "SO-2026-000777".into(),
            fingerprint: fingerprint(b"unknown"),
            total_minor: 1,
            currency: "GBP".into(),
            accepted_at: "2026-11-22T21:00:00Z".into(),
            status: OrderStatus::New,
            replayed: false,
        };
        let mut books = self.books();
        books.verdicts.insert(key, Found::Accepted(acceptance));
        books.accepted.push(key);
    }

    async fn meet(&self, page: Answered<OrderPage>) -> Result<Answered<OrderPage>, CallError> {
        let script = self.books().page_script.pop_front();
        match script.unwrap_or(PageScript::Give) {
            PageScript::Give => {}
            PageScript::GiveAtGate => self.pass_gate().await,
            PageScript::Refuse => {
                return Err(CallError::NotApplied {
                    retry_after: None,
                    from: None,
                    detail: "busy".into(),
                });
            }
        }
        Ok(page)
    }

    async fn pass_gate(&self) {
        self.books().waiting += 1;
        self.gate.acquire().await.unwrap().forget();
    }

    fn answered<T>(&self, answer: T) -> Answered<T> {
        Answered {
            from: self.books().identity.clone(),
            answer,
        }
    }

    fn page(&self, keys: &[OrderKey], after: Option<&str>, limit: i64) -> OrderPage {
        let books = self.books();
        let from: usize = after.map_or(0, |cursor| cursor.parse().unwrap());
        let to = keys.len().min(from + usize::try_from(limit).unwrap());
        let verdict = |key: &OrderKey| match books.verdicts.get(key) {
            Some(Found::Accepted(order)) => Verdict::Accepted(AcceptedOrder {
                erased: books.erased.contains(key),
                ..order.clone().into()
            }),
            other => panic!("{other:?}"),
        };
        OrderPage {
            orders: keys
                .get(from..to)
                .unwrap_or(&[])
                .iter()
                .map(verdict)
                .collect(),
            next: (to < keys.len()).then(|| to.to_string()),
        }
    }

    fn accept(&self, key: OrderKey, body: &[u8], number: Option<String>) -> Acceptance {
        let mut books = self.books();
        if let Some(Found::Accepted(before)) = books.verdicts.get(&key) {
            return Acceptance {
                replayed: true,
                ..before.clone()
            };
        }
        let request: OrderRequest = serde_json::from_slice(body).unwrap();
        if number.is_none() {
            books.count += 1;
        }
        let acceptance = Acceptance {
            key: key.to_string(),
            number: number.unwrap_or_else(|| format!("SO-2026-{:06}", books.count)),
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
        books.accepted.push(key);
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
        number: Option<&str>,
        deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let delay = self.books().delay;
        tokio::time::sleep(delay).await;
        let down = self.books().down;
        let scripted = match down {
            true => Some(Script::Refuse),
            false => self.books().script.pop_front(),
        };
        let mut script = scripted.unwrap_or(Script::Accept);
        if let Script::AtGate(then) = script {
            self.pass_gate().await;
            script = *then;
        }
        let refused = |retry_after| {
            Err(CallError::NotApplied {
                retry_after,
                from: None,
                detail: "connection refused".into(),
            })
        };
        match &script {
            Script::Refuse => return refused(None),
            Script::RefuseFor(wait) => return refused(Some(*wait)),
            Script::DropRequest => return lost(),
            Script::Hang => std::future::pending::<()>().await,
            Script::WaitForGate => self.pass_gate().await,
            _ => {}
        }
        self.books().arrived.push((key, body.to_vec()));
        self.books().deadlines.push(deadline);
        let before = self.books().verdicts.get(&key).cloned();
        match before {
            Some(Found::Voided) => return Ok(self.answered(Placed::Voided)),
            Some(Found::Rejected { reasons, .. }) => {
                return Ok(self.answered(Placed::Rejected(reasons)));
            }
            Some(Found::Accepted(_) | Found::Unknown) | None => {}
        }
        if let Some(number) = number {
            if self.numbers().iter().any(|taken| taken == number) {
                return Ok(self.answered(Placed::NumberTaken));
            }
            let acceptance = self.accept(key, body, Some(number.to_owned()));
            return Ok(self.answered(Placed::Accepted(acceptance)));
        }
        let placed = match script {
            Script::Reject(reasons) => {
                let verdict = Found::Rejected {
                    fingerprint: fingerprint(body),
                    reasons: reasons.clone(),
                };
                self.books().verdicts.insert(key, verdict);
                Placed::Rejected(reasons)
            }
            Script::AcceptAndDropReply => {
                self.accept(key, body, None);
                return lost();
            }
            Script::AcceptUnreadably => {
                self.accept(key, body, None);
                return Err(CallError::Unreadable {
                    detail: "not JSON".into(),
                });
            }
            Script::KeyReused => Placed::KeyReused,
            Script::WrongTotal => {
                let acceptance = self.accept(key, body, None);
                Placed::Accepted(Acceptance {
                    total_minor: acceptance.total_minor + 1,
                    ..acceptance
                })
            }
            Script::NumberOf(number) => Placed::Accepted(self.accept(key, body, Some(number))),
            _ => Placed::Accepted(self.accept(key, body, None)),
        };
        Ok(self.answered(placed))
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        self.books().finds += 1;
        let takes = self.books().find_takes;
        tokio::time::sleep(takes).await;
        if self.books().mute {
            return lost();
        }
        let found = self.books().verdicts.get(&key).cloned();
        Ok(self.answered(found.unwrap_or(Found::Unknown)))
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        self.books().voids += 1;
        if self.books().mute {
            return lost();
        }
        let found = self.books().verdicts.get(&key).cloned();
        let voided = match found {
            Some(Found::Accepted(_)) => Voided::AlreadyAccepted,
            Some(Found::Rejected { .. }) => Voided::AlreadyRejected,
            Some(Found::Voided | Found::Unknown) | None => {
                self.books().verdicts.insert(key, Found::Voided);
                Voided::Done
            }
        };
        Ok(self.answered(voided))
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        if self.books().mute {
            return lost();
        }
        let keys = self.books().accepted.clone();
        let beyond = after.is_some_and(|cursor| cursor.parse::<usize>().unwrap() > keys.len());
        if beyond {
            return Err(CallError::Contradiction {
                detail: "EntMine does not know this cursor".into(),
            });
        }
        let page = self.answered(self.page(&keys, after, limit));
        self.books().pages.push(after.map(str::to_owned));
        self.meet(page).await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        if self.books().mute {
            return lost();
        }
        let keys = self.books().changed.clone();
        let page = self.answered(self.page(&keys, after, limit));
        self.meet(page).await
    }

    async fn stock(&self, _skus: &[String]) -> Result<StockAnswer, CallError> {
        lost()
    }
}
