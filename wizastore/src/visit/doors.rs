//! The doors: what a form post does.

use super::{Trouble, Visit};
use crate::cart::LineRow;
use crate::checkout::{self, Submission, SubmitFields, Submitted};
use crate::journal::Standing;
use crate::keys::OrderKey;
use crate::{cart, journal, session};
use database::{DatabaseError, Together};
use model::{CartAnswer, OrderForm, Outcome, Reason};

#[derive(Clone, Copy, PartialEq, Eq)]
enum CartChange {
    Add,
    Set,
}

impl Visit {
    /// Adds pieces of a product to the cart; the first thing added begins a session.
    pub async fn cart_add(&self, sku: &str, quantity: &str) -> Result<CartAnswer, Trouble> {
        self.reply.set_redirect("/cart");
        self.change_cart(CartChange::Add, sku, checkout::parse_quantity(quantity, 1))
            .await
    }

    /// Sets the quantity of a line of the cart; 0 removes it.
    pub async fn cart_set(&self, sku: &str, quantity: &str) -> Result<CartAnswer, Trouble> {
        // From the checkout and from the page of an order that was not placed: what comes of it
        // shows at the checkout.
        let to_checkout = self
            .came_from
            .as_deref()
            .is_some_and(|path| path == "/checkout" || path.starts_with("/orders/"));
        self.reply
            .set_redirect(if to_checkout { "/checkout" } else { "/cart" });
        self.change_cart(CartChange::Set, sku, checkout::parse_quantity(quantity, 0))
            .await
    }

    async fn change_cart(
        &self,
        change: CartChange,
        sku: &str,
        quantity: Result<i64, Reason>,
    ) -> Result<CartAnswer, Trouble> {
        let quantity = match quantity {
            Ok(quantity) => quantity,
            Err(reason) => return Ok(self.refuse(reason)),
        };
        if sku.contains('\0') {
            return Ok(self.refuse(Reason::InvalidField {
                field: "sku".to_owned(),
                detail: "We do not sell a product with this number.".to_owned(),
            }));
        }
        let (sku, now_ms) = (sku.trim().to_owned(), self.store.clock.now_ms());
        let ids = self.store.ids.clone();
        let session_id = self.session_id().await?;
        let scope = session_id.clone();
        let changed = self
            .store
            .db
            .write_beside("store.cart", scope.as_deref(), move |tx| {
                Box::pin(async move {
                    let mut changes = Together::default();
                    let (row, mut lines, token) = match &session_id {
                        Some(id) => {
                            let (mut row, mut lines) =
                                cart::of_visitor(tx, &ids, id, now_ms).await?;
                            let is_behind = lines.iter().any(LineRow::is_behind);
                            if is_behind && change == CartChange::Add {
                                // The shop may have gone over to another currency since they were added.
                                cart::follow_prices(tx, &row, &lines).await?;
                                (row, lines) = cart::of_visitor(tx, &ids, id, now_ms).await?;
                            }
                            cart::touch(tx, &mut changes, &mut row, &mut lines).await?;
                            (row, lines, None)
                        }
                        None => {
                            let (id, token) = session::begin(&mut changes, &ids, now_ms)?;
                            let row = cart::begin(&mut changes, &ids, &id, now_ms)?;
                            (row, Vec::new(), Some(token))
                        }
                    };
                    let done = match change {
                        CartChange::Add => {
                            cart::add(tx, &mut changes, &row, &mut lines, &sku, quantity).await?
                        }
                        CartChange::Set => {
                            cart::set(&mut changes, &row, &mut lines, &sku, quantity)?
                        }
                    };
                    if let Err(reason) = done {
                        // A refusal begins no session and changes nothing.
                        return Err(ChangeError::Refused(reason));
                    }
                    changes.leave(tx)?;
                    let cart = cart::on_the_wire(&row, &lines);
                    if let Some(id) = &session_id {
                        session::changed_cart(tx, id, &cart, now_ms).await?;
                    }
                    Ok::<_, ChangeError>((cart, token))
                })
            })
            .await;
        match changed {
            Ok((cart, token)) => {
                if let Some(token) = token {
                    self.reply.set_session_token(token);
                }
                Ok(CartAnswer::Cart(cart))
            }
            Err(ChangeError::Refused(reason)) => Ok(self.refuse(reason)),
            Err(ChangeError::Database(error)) => Err(error.into()),
        }
    }

    /// Answers a refusal; the page that a browser without JavaScript sees next says it.
    fn refuse(&self, reason: Reason) -> CartAnswer {
        let what = match &reason {
            Reason::InvalidField { field, .. } => field.as_str(),
            _ => "other",
        };
        self.reply.set_redirect(format!("/cart?refused={what}"));
        CartAnswer::Refused {
            reasons: vec![reason],
        }
    }

    /// Makes this browser forget its session: a shared computer shows nobody's orders. The orders
    /// themselves go on, and their pages open with their addresses.
    ///
    /// # Errors
    /// [`Trouble`] where the store's database fails; then the browser keeps everything, to try again.
    pub async fn forget(&self) -> Result<(), Trouble> {
        if let Some(token) = self.token.clone() {
            let forgotten = self.store.db.write("store.forget", move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(session::forget(tx, &token).await?) })
            });
            forgotten.await?;
        }
        self.reply.set_forgotten();
        self.reply.set_redirect("/orders?forgotten");
        Ok(())
    }

    /// Places an order: journalled first, pushed at once, answered with what is true by then.
    pub async fn submit(&self, fields: SubmitFields) -> Result<Outcome, Trouble> {
        self.reply.set_redirect("/checkout");
        let Some(key) = OrderKey::parse(fields.order_key.trim()) else {
            let detail = "This form did not say which cart it belongs to. Please look at your order \
                          again, then place it.";
            let reasons = vec![Reason::InvalidField {
                field: "order_key".to_owned(),
                detail: detail.to_owned(),
            }];
            self.keep_for_the_checkout(&fields.form, &reasons).await?;
            return Ok(self.not_placed(reasons).await?);
        };
        let (receipt, form) = (fields.receipt.clone(), fields.form.clone());
        let session_id = self.session_id().await.inspect_err(|_| {
            self.reply.set_nothing_taken();
        })?;
        let submission = Submission {
            session_id,
            key,
            fields,
        };
        match self.store.push.submit(submission).await {
            Ok(Submitted::Fresh {
                token,
                receipt,
                ended,
            }) => {
                if let Some(token) = token {
                    self.reply.set_session_token(token);
                }
                if let Some(standing) = ended
                    && let Ok(outcome) = self.waited_for(&receipt, &standing).await
                {
                    return Ok(outcome);
                }
                Ok(self.outcome_or_checking(&key.to_string(), receipt).await)
            }
            Ok(Submitted::Before { key }) => {
                // Where even that cannot be seen, the outcome cannot either.
                let _ = self.store.push.wait_settled(&key).await;
                Ok(self.outcome_or_checking(&key, receipt).await)
            }
            Ok(Submitted::NothingTaken) => {
                // A browser keeps what it has, and asks again by itself.
                self.reply.set_nothing_taken();
                self.reply.set_unavailable();
                self.reply.set_redirect(format!("/orders/{receipt}"));
                Ok(checking(receipt))
            }
            Ok(Submitted::NotSaved {
                session_id,
                form_kept,
            }) => {
                if !form_kept {
                    self.reply.set_nothing_taken();
                }
                let cart = match session_id {
                    Some(session_id) => self.cart_of(&session_id).await.unwrap_or_default(),
                    None => None,
                };
                Ok(Outcome::NotPlaced {
                    reasons: vec![Reason::NotSaved],
                    cart,
                })
            }
            Ok(Submitted::NotPlaced {
                reasons,
                session_id,
                token,
            }) => {
                if let Some(token) = token {
                    self.reply.set_session_token(token);
                }
                let cart = match session_id {
                    Some(session_id) => self.cart_of(&session_id).await?,
                    None => {
                        self.keep_for_the_checkout(&form, &reasons).await?;
                        self.own_cart().await?
                    }
                };
                Ok(Outcome::NotPlaced { reasons, cart })
            }
            Err(error) => {
                // The commit may have gone through all the same: nobody may claim either.
                tracing::error!(%error, key = %key, "nobody can tell whether a submission was journalled");
                self.reply.set_redirect(format!("/orders/{receipt}"));
                Ok(checking(receipt))
            }
        }
    }

    /// Keeps a form that belongs to no cart of this visitor, and why it was refused, where the checkout
    /// of the visitor's own cart shows both.
    async fn keep_for_the_checkout(
        &self,
        form: &OrderForm,
        reasons: &[Reason],
    ) -> Result<(), DatabaseError> {
        let Some(session_id) = self.session_id().await? else {
            return Ok(());
        };
        let draft = serde_json::to_string(form).unwrap_or_default();
        let why = serde_json::to_string(reasons).unwrap_or_default();
        let (db, scope) = (&self.store.db, session_id.clone());
        let kept = db.write_beside("store.cart", Some(&scope), move |tx| {
            Box::pin(async move {
                let (draft, why) = (Some(draft.as_str()), Some(why.as_str()));
                Ok::<_, DatabaseError>(session::keep_draft(tx, &session_id, draft, why).await?)
            })
        });
        kept.await
    }

    /// *Try now*: makes the order due, joins an attempt under way, and tells what came of it.
    pub async fn retry(&self, receipt: &str) -> Result<Outcome, Trouble> {
        let Some(order) = self.order_of(receipt).await? else {
            return Ok(self.unknown_order().await?);
        };
        if !order.standing.state.is_final() {
            self.store.push.retry(&order.key).await?;
            self.store.push.wait_settled(&order.key).await?;
        }
        self.reply
            .set_redirect(format!("/orders/{}", order.receipt));
        let Some(order) = self.order_of(receipt).await? else {
            return Ok(self.unknown_order().await?);
        };
        Ok(self.outcome_of(&order).await?)
    }

    /// *Cancel order*: EntMine's answer decides, where EntMine may have it.
    ///
    /// # Errors
    /// [`Trouble`] where the store's database fails; whether the wish was written down shows on the
    /// order's page.
    pub async fn cancel(&self, receipt: &str) -> Result<Outcome, Trouble> {
        let Some(order) = self.order_of(receipt).await? else {
            return Ok(self.unknown_order().await?);
        };
        if !order.standing.state.is_final() {
            let why = "asked to cancel it";
            self.store.push.cancel(&order.key, "customer", why).await?;
        }
        self.status(receipt).await
    }

    /// Where an order stands.
    pub async fn status(&self, receipt: &str) -> Result<Outcome, Trouble> {
        match self.order_of(receipt).await? {
            Some(order) => {
                self.reply
                    .set_redirect(format!("/orders/{}", order.receipt));
                Ok(self.outcome_of(&order).await?)
            }
            None => Ok(self.unknown_order().await?),
        }
    }

    async fn order_of(&self, receipt: &str) -> Result<Option<journal::Order>, DatabaseError> {
        let mut db = self.store.db.reader().acquire().await?;
        Ok(journal::by_receipt(&mut db, receipt.trim()).await?)
    }

    /// The outcome of an order that is journalled. Where the database went away since, nobody can say
    /// more than that.
    async fn outcome_or_checking(&self, key: &str, receipt: String) -> Outcome {
        match self.journalled_outcome(key).await {
            Ok(outcome) => outcome,
            Err(Trouble) => {
                self.reply.set_redirect(format!("/orders/{receipt}"));
                checking(receipt)
            }
        }
    }

    /// The outcome of an order after its customer waited for it.
    async fn journalled_outcome(&self, key: &str) -> Result<Outcome, Trouble> {
        let mut db = self.store.db.reader().acquire().await?;
        let Some(order) = journal::by_key(&mut db, key).await? else {
            return Ok(self.unknown_order().await?);
        };
        drop(db);
        Ok(self.waited_for(&order.receipt, &order.standing).await?)
    }

    /// The outcome of an order that stands so, after its customer waited for it. An attempt that is still under
    /// way by then may or may not have reached EntMine.
    async fn waited_for(
        &self,
        receipt: &str,
        standing: &Standing,
    ) -> Result<Outcome, DatabaseError> {
        let outcome = match self.outcome(receipt, standing).await? {
            Outcome::Sending { receipt } => checking(receipt),
            other => other,
        };
        if outcome.receipt().is_some() {
            self.reply.set_redirect(format!("/orders/{receipt}"));
        }
        Ok(outcome)
    }

    async fn unknown_order(&self) -> Result<Outcome, DatabaseError> {
        self.reply.set_redirect("/orders");
        self.not_placed(vec![Reason::UnknownOrder]).await
    }

    async fn not_placed(&self, reasons: Vec<Reason>) -> Result<Outcome, DatabaseError> {
        Ok(Outcome::NotPlaced {
            reasons,
            cart: self.own_cart().await?,
        })
    }
}

enum ChangeError {
    Refused(Reason),
    Database(DatabaseError),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<DatabaseError> for ChangeError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// Nobody can say more, not even whether EntMine was asked.
fn checking(receipt: String) -> Outcome {
    Outcome::Checking {
        receipt,
        asked_ms_ago: None,
    }
}
