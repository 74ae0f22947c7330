//! A customer: a cart, clicks, and an exact memory of what was answered.

use super::World;
use model::{Cart, OrderForm, Outcome, Reason};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wizastore::SubmitFields;

/// Gives each answer its place among all.
static MOMENT: AtomicU64 = AtomicU64::new(0);

pub fn moment() -> u64 {
    MOMENT.fetch_add(1, Ordering::SeqCst)
}

/// One answer about one order key.
#[derive(Clone, Debug)]
pub struct Answer {
    pub key: String,
    /// Whether it was a submission, or a question about an order that was submitted.
    pub submission: bool,
    pub asked: u64,
    pub answered: u64,
    /// None: the reply was lost.
    pub outcome: Option<Outcome>,
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The goods.
    Buy,
    /// Nothing any more, after having ordered. EntMine may have been faster.
    Cancel,
    /// More than there is. EntMine refuses, or takes it all the same because it had to wait.
    TooMuch,
}

#[derive(Clone)]
pub struct Customer {
    pub wish: Wish,
    world: Arc<World>,
    token: Option<String>,
    pub answers: Arc<Mutex<Vec<Answer>>>,
    /// The form as it is filled in now.
    pub fields: SubmitFields,
}

impl Customer {
    /// A customer with so many pieces of a product in the cart, at the checkout.
    pub async fn at_checkout(
        world: &Arc<World>,
        wish: Wish,
        sku: &'static str,
        pieces: i64,
    ) -> Self {
        // A busy machine can make a database give up, or there is none for a while: nothing is tried yet, so it
        // may try again.
        let (token, cart) = loop {
            let filled = world.store(move |store| async move {
                let visit = store.visit(None, None);
                visit.cart_add(sku, &pieces.to_string()).await.ok()?;
                let token = visit.reply().session_token();
                let page = store.visit(token.clone(), None).cart_page().await.ok()?;
                Some((token, page.cart?))
            });
            if let Some(Some(filled)) = filled.await {
                break filled;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        Self {
            wish,
            world: world.clone(),
            token,
            answers: Arc::default(),
            fields: fields(&cart),
        }
    }

    pub fn key(&self) -> &str {
        &self.fields.order_key
    }

    /// One click on *Place order*.
    pub async fn click(&self) -> Option<Outcome> {
        let (token, fields) = (self.token.clone(), self.fields.clone());
        let asked = moment();
        let answer = self.world.store(|store| async move {
            // A store that cannot answer sends an error page, from which nothing follows.
            store.visit(token, None).submit(fields).await.ok()
        });
        self.remember(true, asked, answer.await.flatten())
    }

    /// Places the order: clicks again with the same form while nothing is known, and with the cart
    /// that is offered where nothing was saved.
    pub async fn buy(&mut self) -> Option<Outcome> {
        let mut last = None;
        for _ in 0..8 {
            last = self.click().await;
            match &last {
                None => {}
                Some(Outcome::NotPlaced { reasons, cart }) if again(reasons) => match cart {
                    Some(cart) if !cart.lines.is_empty() => self.fields = fields(cart),
                    // Another click on this form was faster: it is sent again as it is.
                    Some(_) => {}
                    None => return last,
                },
                Some(_) => return last,
            }
        }
        last
    }

    /// *Cancel order*, until there is an answer.
    pub async fn cancel(&self) -> Option<Outcome> {
        for _ in 0..3 {
            let (token, receipt) = (self.token.clone(), self.fields.receipt.clone());
            let asked = moment();
            let answer = self
                .world
                .store(|store| async move { store.visit(token, None).cancel(&receipt).await.ok() });
            let answer = self.remember(false, asked, answer.await.flatten());
            if answer.is_some() {
                return answer;
            }
        }
        None
    }

    /// Looks at the order's page.
    pub async fn look(&self) -> Option<Outcome> {
        let (token, receipt) = (self.token.clone(), self.fields.receipt.clone());
        let asked = moment();
        let answer = self
            .world
            .store(|store| async move { store.visit(token, None).status(&receipt).await.ok() });
        self.remember(false, asked, answer.await.flatten())
    }

    /// Looks at the order's page, and clicks again where it was not received.
    pub async fn settle(&mut self) -> Option<Outcome> {
        match self.look().await {
            Some(Outcome::NotPlaced { reasons, .. }) if reasons == [Reason::UnknownOrder] => {
                self.buy().await
            }
            other => other,
        }
    }

    fn remember(&self, submission: bool, asked: u64, outcome: Option<Outcome>) -> Option<Outcome> {
        self.answers.lock().unwrap().push(Answer {
            key: self.key().to_owned(),
            submission,
            asked,
            answered: moment(),
            outcome: outcome.clone(),
        });
        outcome
    }
}

/// Reasons after which the same thing is simply ordered again.
fn again(reasons: &[Reason]) -> bool {
    reasons == [Reason::NotSaved] || reasons == [Reason::UnknownOrder]
}

pub fn fields(cart: &Cart) -> SubmitFields {
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
            ..OrderForm::default()
        },
    }
}
