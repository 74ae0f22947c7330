//! A scripted EntMine: it keeps books as the contract has them, and misbehaves as the test says.

#![allow(dead_code, reason = "the benchmark of the backlog uses a part")]

#[path = "../entmine/books.rs"]
pub mod books;

use async_trait::async_trait;
use books::Books;
use model::{Acceptance, OrderPage, OrderStatus, Reason, StockAnswer};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Semaphore;
use wizastore::OrderKey;
use wizastore::erp::{Answered, CallError, EntMine, Found, Identity, Placed, Voided};

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
    /// Accepts, but answers with this number.
    NumberOf(String),
    /// Stored, and the answer cannot be read.
    AcceptUnreadably,
    /// Nothing is stored, and EntMine says that it has other bytes under this key.
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

/// An order of which the store knows nothing.
pub const FOREIGN: &str = r#"{"placed_at":"2026-11-22T21:00:00Z","currency":"GBP","total_minor":500,
    "customer":{"name":"Merlin","email":"m@example.org","phone":null,"address":{"line1":"1","line2":null,
    "city":"Camelot","postcode":"C1","country":"GB"}},
    "lines":[{"sku":"A","quantity":1,"unit_price_minor":500,"price_version":1}],"note":null}"#;

#[derive(Default)]
struct State {
    books: Books,
    script: VecDeque<Script>,
    arrived: Vec<(OrderKey, Vec<u8>)>,
    deadlines: Vec<Duration>,
    finds: usize,
    find_takes: Duration,
    voids: usize,
    pages: Vec<Option<String>>,
    page_script: VecDeque<PageScript>,
    mute: bool,
    down: bool,
    delay: Duration,
    waiting: usize,
}

/// Cheap to clone; clones are one EntMine.
#[derive(Clone)]
pub struct FakeEntMine {
    state: Arc<Mutex<State>>,
    pub gate: Arc<Semaphore>,
}

impl Default for FakeEntMine {
    fn default() -> Self {
        Self {
            state: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }
}

impl FakeEntMine {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What the next calls of `place` do; after that it accepts.
    pub fn script(&self, scripts: impl IntoIterator<Item = Script>) {
        self.state().script.extend(scripts);
    }

    /// While mute, it answers no question about a key, no void and no listing.
    pub fn mute(&self, mute: bool) {
        self.state().mute = mute;
    }

    /// While down, it refuses every connection.
    pub fn down(&self, down: bool) {
        self.state().down = down;
    }

    /// How long each call takes.
    pub fn delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        self.state().books.identity.clone()
    }

    /// How long each body was said to be waited for.
    pub fn deadlines(&self) -> Vec<Duration> {
        self.state().deadlines.clone()
    }

    /// How long it takes to say what it knows about a key.
    pub fn find_takes(&self, time: Duration) {
        self.state().find_takes = time;
    }

    /// What the next pages of listings meet; after that they are given.
    pub fn page_script(&self, scripts: impl IntoIterator<Item = PageScript>) {
        self.state().page_script.extend(scripts);
    }

    /// The cursors of the pages of orders that were asked for since this was last asked.
    pub fn pages_asked(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.state().pages)
    }

    /// How many orders it has.
    pub fn orders(&self) -> usize {
        self.state().books.orders().count()
    }

    /// Every body that arrived.
    pub fn arrived(&self) -> Vec<(OrderKey, Vec<u8>)> {
        self.state().arrived.clone()
    }

    /// How often it was asked about a key.
    pub fn finds(&self) -> usize {
        self.state().finds
    }

    /// How often a void arrived.
    pub fn voids(&self) -> usize {
        self.state().voids
    }

    /// How many calls came to the gate.
    pub fn waiting(&self) -> usize {
        self.state().waiting
    }

    /// The numbers it has, in the order of commit.
    pub fn numbers(&self) -> Vec<String> {
        let state = self.state();
        let orders = state.books.orders();
        orders.map(|order| order.number.clone()).collect()
    }

    /// Staff change the status of the order at this place of the listing.
    pub fn change_status(&self, place: usize, status: OrderStatus) {
        assert!(self.state().books.change_status(place, status));
    }

    /// Staff erase the customer of the order at this place of the listing.
    pub fn erase(&self, place: usize) {
        assert!(self.state().books.erase(place));
    }

    /// It is restored from a backup that was made before anybody was erased.
    pub fn restore_the_erased(&self, epoch: i64) {
        let books = &mut self.state().books;
        books.restore_to(books.orders().count(), epoch);
    }

    /// It is restored from a backup that was made when it had `kept` orders; `numbers_from` is
    /// where its numbers go on.
    pub fn restore(&self, kept: usize, epoch: i64, numbers_from: usize) {
        let books = &mut self.state().books;
        books.restore_to(kept, epoch);
        books.count = numbers_from;
    }

    /// An order of which the store knows nothing.
    pub fn foreign_order(&self, key: OrderKey) {
        let books = &mut self.state().books;
        let placed = books.place(key, FOREIGN.as_bytes(), None, 0);
        assert!(matches!(placed, Placed::Accepted(_)), "{placed:?}");
    }

    /// What the books say, unless it is mute.
    fn ask<T>(&self, of: impl FnOnce(&mut Books) -> T) -> Result<Answered<T>, CallError> {
        let mut state = self.state();
        if state.mute {
            return lost();
        }
        Ok(Answered {
            answer: of(&mut state.books),
            from: state.books.identity.clone(),
        })
    }

    /// Gives a page as it was when it was asked for; without one the cursor is not known.
    async fn give(
        &self,
        page: Answered<Option<OrderPage>>,
    ) -> Result<Answered<OrderPage>, CallError> {
        let Answered { from, answer } = page;
        let answer = answer.ok_or_else(|| CallError::Contradiction {
            detail: "EntMine does not know this cursor".into(),
        })?;
        let script = self.state().page_script.pop_front();
        match script.unwrap_or(PageScript::Give) {
            PageScript::Give => {}
            PageScript::GiveAtGate => self.pass_gate().await,
            PageScript::Refuse => return refused(None),
        }
        Ok(Answered { from, answer })
    }

    async fn pass_gate(&self) {
        self.state().waiting += 1;
        self.gate.acquire().await.unwrap().forget();
    }
}

fn lost<T>() -> Result<T, CallError> {
    Err(CallError::Ambiguous {
        detail: "connection reset".into(),
    })
}

fn refused<T>(retry_after: Option<Duration>) -> Result<T, CallError> {
    Err(CallError::NotApplied {
        retry_after,
        from: None,
        detail: "connection refused".into(),
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
        let delay = self.state().delay;
        tokio::time::sleep(delay).await;
        if self.state().down {
            return refused(None);
        }
        let scripted = self.state().script.pop_front();
        let mut script = scripted.unwrap_or(Script::Accept);
        if let Script::AtGate(then) = script {
            self.pass_gate().await;
            script = *then;
        }
        match &script {
            Script::Refuse => return refused(None),
            Script::RefuseFor(wait) => return refused(Some(*wait)),
            Script::DropRequest => return lost(),
            Script::Hang => std::future::pending::<()>().await,
            Script::WaitForGate => self.pass_gate().await,
            _ => {}
        }
        let placed = {
            let mut state = self.state();
            state.arrived.push((key, body.to_vec()));
            state.deadlines.push(deadline);
            match &script {
                Script::KeyReused => Placed::KeyReused,
                Script::Reject(reasons) if number.is_none() => {
                    state.books.reject(key, body, reasons.clone())
                }
                _ => state.books.place(key, body, number, 0),
            }
        };
        let answer = match (script, placed) {
            (Script::AcceptAndDropReply, _) => return lost(),
            (Script::AcceptUnreadably, _) => {
                return Err(CallError::Unreadable {
                    detail: "not JSON".into(),
                });
            }
            (Script::WrongTotal, Placed::Accepted(order)) => Placed::Accepted(Acceptance {
                total_minor: order.total_minor + 1,
                ..order
            }),
            (Script::NumberOf(number), Placed::Accepted(order)) => {
                Placed::Accepted(Acceptance { number, ..order })
            }
            (_, placed) => placed,
        };
        let from = self.identity();
        Ok(Answered { from, answer })
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        self.state().finds += 1;
        let takes = self.state().find_takes;
        tokio::time::sleep(takes).await;
        self.ask(|books| books.find(key))
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        self.state().voids += 1;
        self.ask(|books| books.void(key))
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.state().pages.push(after.map(str::to_owned));
        let page = self.ask(|books| books.orders_after(after, limit))?;
        self.give(page).await
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let page = self.ask(|books| books.changes_after(after, limit))?;
        self.give(page).await
    }

    async fn stock(&self, _skus: &[String]) -> Result<StockAnswer, CallError> {
        lost()
    }
}
