//! A scripted customer: fills a cart, orders, looks, clicks twice, loses patience, cancels, goes on.

use super::chance::Chance;
use super::rows;
use super::told::{Before, Door, Sent, Situation, Tale};
use super::world::{SKUS, World};
use crate::{OrderKey, Store, SubmitFields, Trouble, Visit};
use futures::StreamExt;
use model::{Cart, CartAnswer, OrderForm, Outcome, Reason};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

pub struct Customer {
    pub world: Arc<World>,
    pub chance: Chance,
    pub id: u64,
    token: Option<String>,
}

/// What came of a request.
enum Got<T> {
    Answer(T),
    /// Nothing: refused, cut off, or given up.
    Nothing,
}

impl Customer {
    pub fn new(world: Arc<World>, id: u64) -> Self {
        Self {
            chance: world.chance.fork(),
            world,
            id,
            token: None,
        }
    }

    /// Comes, orders a few times, goes.
    pub async fn live(mut self) {
        let busy = self.world.plan.busy.as_millis() as u64;
        sleep(Duration::from_millis(self.chance.below(busy))).await;
        for order in 0..self.world.plan.orders_each {
            self.buy(self.id * 100 + order).await;
            self.pause(500, 20_000).await;
        }
    }

    async fn pause(&self, least: u64, most: u64) {
        sleep(Duration::from_millis(self.chance.between(least, most))).await;
    }

    /// One request to some replica. It is cut off when that one dies, and given up after `patience`.
    async fn request<T, F: Future<Output = Result<T, Trouble>>>(
        &self,
        patience: Duration,
        door: impl FnOnce(Store) -> F,
    ) -> Got<T> {
        let Some(running) = self.world.some_replica(&self.chance) else {
            self.pause(200, 3_000).await;
            return Got::Nothing;
        };
        self.pause(1, 30).await;
        tokio::select! {
            biased;
            () = running.life.died.cancelled() => Got::Nothing,
            () = sleep(patience) => Got::Nothing,
            done = door(running.store.clone()) => match done {
                Ok(answer) => Got::Answer(answer),
                Err(Trouble) => Got::Nothing,
            },
        }
    }

    fn visit(&self, store: &Store) -> Visit {
        store.visit(self.token.clone(), None)
    }

    async fn fill_cart(&mut self) -> bool {
        for _ in 0..self.chance.between(1, 3) {
            let sku = *self.chance.pick(&SKUS);
            let quantity = self.chance.between(1, 4).to_string();
            for _ in 0..20 {
                let added = self
                    .request(Duration::from_secs(10), |store| {
                        let (visit, quantity) = (self.visit(&store), quantity.clone());
                        async move {
                            let answer = visit.cart_add(sku, &quantity).await?;
                            Ok((answer, visit.reply().session_token()))
                        }
                    })
                    .await;
                if let Got::Answer((answer, token)) = added {
                    self.token = token.or(self.token.take());
                    if matches!(answer, CartAnswer::Cart(_)) {
                        break;
                    }
                }
                self.pause(100, 2_000).await;
            }
        }
        self.token.is_some()
    }

    async fn cart(&self) -> Option<Cart> {
        for _ in 0..20 {
            let page = self.request(Duration::from_secs(10), |store| {
                let visit = self.visit(&store);
                async move { visit.cart_page().await }
            });
            if let Got::Answer(page) = page.await {
                return page.cart.filter(|cart| !cart.lines.is_empty());
            }
            self.pause(100, 2_000).await;
        }
        None
    }

    /// Orders one thing, and goes on with it as long as it was not placed.
    async fn buy(&mut self, wish: u64) {
        if !self.fill_cart().await {
            return;
        }
        for _ in 0..5 {
            let Some(cart) = self.cart().await else {
                return;
            };
            self.pause(200, 15_000).await;
            let Some(sent) = self.sent(&cart, wish) else {
                return;
            };
            if self.chance.in_1000(40) {
                // Another tab changes the cart; this one does not know.
                self.fill_cart().await;
            }
            match self.submit(&cart, sent).await {
                Some(Outcome::NotPlaced { reasons, .. }) => {
                    if self.chance.in_1000(150) {
                        return;
                    }
                    self.amend(&reasons).await;
                }
                Some(Outcome::Confirmed { .. } | Outcome::Cancelled { .. }) | None => return,
                Some(_) => match self.watch(sent).await {
                    Some(Outcome::NotPlaced { reasons, .. }) => self.amend(&reasons).await,
                    Some(_) | None => return,
                },
            }
        }
    }

    fn sent(&self, cart: &Cart, wish: u64) -> Option<usize> {
        let line = |line: &model::CartLine| (line.sku.clone(), line.quantity);
        let sent = Sent {
            key: OrderKey::parse(&cart.order_key)?,
            receipt: cart.receipt.clone(),
            wish,
            total_minor: cart.total_minor,
            lines: cart.lines.iter().map(line).collect(),
            requests: 0,
            answers: 0,
        };
        Some(self.world.told().send(sent))
    }

    /// Does what the reasons suggest.
    async fn amend(&mut self, reasons: &[Reason]) {
        for reason in reasons {
            let (sku, quantity) = match reason {
                Reason::OutOfStock { sku, available, .. } => (sku, *available),
                Reason::Discontinued { sku } => (sku, 0),
                _ => continue,
            };
            let set = self.request(Duration::from_secs(10), |store| {
                let (visit, sku, quantity) =
                    (self.visit(&store), sku.clone(), quantity.to_string());
                async move { visit.cart_set(&sku, &quantity).await }
            });
            let _ = set.await;
        }
        self.pause(300, 5_000).await;
    }

    /// Submits, once or twice at once, and again as long as no answer comes. None: gone.
    async fn submit(&mut self, cart: &Cart, sent: usize) -> Option<Outcome> {
        let wish = self.world.told().sent[sent].wish;
        let fields = fields(cart, wish);
        let cookieless = self.chance.in_1000(50);
        let twice = self.chance.in_1000(150);
        for _ in 0..12 {
            let hurry = self.chance.in_1000(200);
            let patience = Duration::from_millis(if hurry {
                self.chance.between(1, 2_000)
            } else {
                self.chance.between(8_500, 15_000)
            });
            let first = self.submit_once(&fields, sent, patience, cookieless);
            let told = if twice {
                let later = Duration::from_millis(self.chance.between(0, 400));
                let second = async {
                    sleep(later).await;
                    self.submit_once(&fields, sent, patience, cookieless).await
                };
                let (first, second) = tokio::join!(first, second);
                // The last page is the one that stays.
                second.or(first)
            } else {
                first.await
            };
            if let Some(told) = told {
                return Some(told);
            }
            match self.chance.below(10) {
                0 => return None,
                1 | 2 => {
                    // Looks first, as somebody does who saw the address of the page.
                    if let Some(outcome) = self.look(sent, Look::Status).await
                        && !matches!(outcome, Outcome::NotPlaced { .. })
                    {
                        return Some(outcome);
                    }
                }
                _ => {}
            }
            self.pause(200, 6_000).await;
        }
        None
    }

    async fn submit_once(
        &self,
        fields: &SubmitFields,
        sent: usize,
        patience: Duration,
        cookieless: bool,
    ) -> Option<Outcome> {
        let (before, began_ms) = self.before(sent);
        self.world.told().sent[sent].requests += 1;
        let told = self.request(patience, |store| {
            let visit = if cookieless {
                store.visit(None, None)
            } else {
                self.visit(&store)
            };
            let fields = fields.clone();
            async move { visit.submit(fields).await }
        });
        let Got::Answer(outcome) = told.await else {
            return None;
        };
        self.hear(Door::Submit, !cookieless, sent, began_ms, &before, &outcome)
            .await
    }

    /// Watches an order until it has its end, or interest is lost.
    async fn watch(&self, sent: usize) -> Option<Outcome> {
        for _ in 0..self.chance.between(1, 12) {
            self.pause(500, 20_000).await;
            let look = match self.chance.below(10) {
                0..6 => Look::Status,
                6 | 7 => Look::Retry,
                8 => Look::Cancel,
                _ => Look::Follow,
            };
            if let Some(outcome) = self.look(sent, look).await
                && outcome.is_final()
            {
                return Some(outcome);
            }
        }
        None
    }

    /// Looks by the receipt.
    pub async fn look(&self, sent: usize, look: Look) -> Option<Outcome> {
        let (before, began_ms) = self.before(sent);
        let receipt = self.world.told().sent[sent].receipt.clone();
        let patience = Duration::from_millis(self.chance.between(9_000, 20_000));
        if look == Look::Follow {
            return self.follow(sent, receipt, patience).await;
        }
        let told = self.request(patience, |store| {
            let visit = self.visit(&store);
            async move {
                match look {
                    Look::Status | Look::Follow => visit.status(&receipt).await,
                    Look::Retry => visit.retry(&receipt).await,
                    Look::Cancel => visit.cancel(&receipt).await,
                }
            }
        });
        let Got::Answer(outcome) = told.await else {
            return None;
        };
        self.hear(Door::Look, true, sent, began_ms, &before, &outcome)
            .await
    }

    async fn follow(&self, sent: usize, receipt: String, patience: Duration) -> Option<Outcome> {
        let running = self.world.some_replica(&self.chance)?;
        let visit = self.visit(&running.store);
        let listen = async {
            let stream = visit.follow(&receipt).await.ok()??;
            let mut last = None;
            let mut stream = std::pin::pin!(stream);
            loop {
                let (before, began_ms) = self.before(sent);
                let Some(outcome) = stream.next().await else {
                    return last;
                };
                last = self
                    .hear(Door::Look, true, sent, began_ms, &before, &outcome)
                    .await;
            }
        };
        tokio::select! {
            biased;
            () = running.life.died.cancelled() => None,
            () = sleep(patience) => None,
            last = listen => last,
        }
    }

    fn before(&self, sent: usize) -> (Before, i64) {
        let key = self.world.told().sent[sent].key;
        let before = Before::of(&self.world.books(), key);
        (before, self.world.clock.true_ms())
    }

    /// The store has answered. Whether the answer arrives is another matter.
    async fn hear(
        &self,
        door: Door,
        has_session: bool,
        sent: usize,
        began_ms: i64,
        before: &Before,
        outcome: &Outcome,
    ) -> Option<Outcome> {
        let mut outcome = outcome.clone();
        if let Some(lie) = self.world.lie() {
            let (key, answers) = {
                let told = self.world.told();
                (told.sent[sent].key, told.sent[sent].answers)
            };
            let state = rows::state(self.world.db.reader(), key).await;
            let now = Situation {
                door,
                answered_before: answers > 0,
                database_is_out: self.world.database_is_out(),
                state: state.expect("a row"),
            };
            outcome = lie.instead(&now, outcome);
        }
        self.world.trace(|| {
            let wish = self.world.told().sent[sent].wish;
            format!("wish {wish} by {door:?}: {outcome:?}")
        });
        let tale = Tale {
            door,
            has_session,
            sent,
            began_ms,
            told_ms: self.world.clock.true_ms(),
            outcome: outcome.clone(),
        };
        self.world.told().tell(tale, before, &self.world.books());
        let arrives = self.world.is_healed() || !self.chance.in_1000(50);
        arrives.then_some(outcome)
    }
}

/// How to look at an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Status,
    Retry,
    Cancel,
    Follow,
}

fn fields(cart: &Cart, wish: u64) -> SubmitFields {
    SubmitFields {
        order_key: cart.order_key.clone(),
        receipt: cart.receipt.clone(),
        cart_revision: cart.revision.to_string(),
        shown_total_minor: cart.total_minor.to_string(),
        form: OrderForm {
            name: "Ada Fenwick".into(),
            email: "ada@example.org".into(),
            line1: "1 Owl Lane".into(),
            city: "York".into(),
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
            note: wish.to_string(),
            ..OrderForm::default()
        },
    }
}
