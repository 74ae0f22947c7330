//! The optimistic order: carries [`Placing`] out. From the click on, the card says *Sending* and the
//! cart is empty; then the outcome decides.

use super::{
    badge,
    clock::{is_online, now_ms, sleep},
    follow::ask,
    task::while_here,
};
use crate::{
    doors::orders_submit,
    state::{
        placing::{ASK_EVERY_MS, Event, Placing, REPLY_WITHIN_MS},
        submission::Submission,
    },
};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{Cart, Outcome, Reason};

/// The checkout's desk: one for each time that the checkout is shown.
#[derive(Clone, Copy)]
pub struct OrderDesk {
    /// The cart to order, with its key.
    pub cart: RwSignal<Cart>,
    pub placing: RwSignal<Placing>,
    /// The browser has no connection.
    pub offline: RwSignal<bool>,
    /// What was sent, and when first. Every repetition sends the very same.
    sent: StoredValue<Option<(Submission, f64)>>,
    attempts: StoredValue<u32>,
}

impl OrderDesk {
    /// Opens the desk. `reasons` are why the last order was not placed, where the page knows.
    pub fn open(cart: Cart, reasons: Vec<Reason>) -> Self {
        let placing = if reasons.is_empty() {
            Placing::Filling
        } else {
            Placing::NotPlaced { reasons }
        };
        let desk = Self {
            cart: RwSignal::new(cart),
            placing: RwSignal::new(placing),
            offline: RwSignal::new(false),
            sent: StoredValue::new(None),
            attempts: StoredValue::new(0),
        };
        desk.ask_while_lost();
        desk.watch_the_connection();
        desk
    }

    /// *Place order*, or *Accept the new price*: what is on the form now.
    pub fn submit(&self, submission: Submission) {
        if self.placing.with_untracked(Placing::is_under_way) {
            return;
        }
        self.sent.set_value(Some((submission, now_ms())));
        self.send(|attempt| Event::Submitted { attempt });
    }

    /// *Try again* after a lost reply: the same fields under the same key.
    pub fn try_again(&self) {
        self.send(|attempt| Event::Submitted { attempt });
    }

    /// Starts an attempt, if the state lets it.
    fn send(&self, event: impl Fn(u32) -> Event) {
        self.attempts.update_value(|attempts| *attempts += 1);
        let attempt = self.attempts.get_value();
        let Some((submission, _)) = self.sent.get_value() else {
            return;
        };
        self.tell(event(attempt));
        if self.placing.get_untracked() != (Placing::Sending { attempt }) {
            return;
        }
        badge::cart_sent();
        // Neither task ends when the page is left: an order that was sent is an order.
        let desk = *self;
        spawn_local(async move {
            match post(submission.clone()).await {
                Ok(outcome) => desk.answered(&submission.order_key, outcome, Event::Answered),
                Err(()) => desk.tell(Event::ReplyLost { attempt }),
            }
        });
        spawn_local(async move {
            sleep(REPLY_WITHIN_MS).await;
            desk.tell(Event::TimedOut { attempt });
        });
    }

    /// Takes an outcome for the order that was sent, unless another one was sent since.
    fn answered(&self, order_key: &str, outcome: Outcome, event: fn(Outcome) -> Event) {
        let Some(sent) = self.sent.try_get_value().flatten() else {
            return;
        };
        if sent.0.order_key != *order_key {
            return;
        }
        let cart = match &outcome {
            // Where nothing could be saved the store may not know the cart either.
            Outcome::NotPlaced { cart, .. } => {
                cart.clone().or_else(|| self.cart.try_get_untracked())
            }
            Outcome::Sending { .. }
            | Outcome::Confirmed { .. }
            | Outcome::Safe { .. }
            | Outcome::Checking { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. }
            | Outcome::Cancelled { .. } => None,
        };
        self.tell(event(outcome));
        if self.placing.with_untracked(Placing::is_under_way) {
            return;
        }
        if let Some(cart) = cart {
            self.take_cart(cart);
        }
    }

    /// The store's newest cart, with the key to go on with.
    pub fn take_cart(&self, cart: Cart) {
        badge::cart_changed(&cart);
        self.cart.try_set(cart);
    }

    fn tell(&self, event: Event) {
        self.placing
            .try_update(|state| *state = std::mem::replace(state, Placing::Filling).next(event));
    }

    /// While a reply is lost, the status door is asked: perhaps the order did arrive.
    fn ask_while_lost(&self) {
        let desk = *self;
        let lost = Memo::new(move |_| matches!(desk.placing.get(), Placing::Lost { .. }));
        Effect::new(move |_| {
            if !lost.get() {
                return;
            }
            while_here(async move {
                loop {
                    sleep(ASK_EVERY_MS).await;
                    let Some((sent, _)) = desk.sent.try_get_value().flatten() else {
                        return;
                    };
                    if let Some(outcome) = ask(&sent.receipt).await {
                        desk.answered(&sent.order_key, outcome, Event::StatusSeen);
                    }
                }
            });
        });
    }

    /// Sends again by itself when the browser is back on line.
    fn watch_the_connection(&self) {
        let desk = *self;
        Effect::new(move |_| {
            desk.offline.set(!is_online());
            let off = window_event_listener(ev::offline, move |_| {
                desk.offline.try_set(true);
            });
            let on = window_event_listener(ev::online, move |_| {
                desk.offline.try_set(false);
                let Some((_, since)) = desk.sent.try_get_value().flatten() else {
                    return;
                };
                let after_ms = now_ms() - since;
                if matches!(desk.placing.get_untracked(), Placing::Lost { .. }) {
                    desk.send(|attempt| Event::BackOnline { attempt, after_ms });
                }
            });
            on_cleanup(move || {
                off.remove();
                on.remove();
            });
        });
    }
}

/// Sends a submission. Every error means the same: nobody knows.
async fn post(submission: Submission) -> Result<Outcome, ()> {
    let form = submission.form;
    orders_submit(
        submission.order_key,
        submission.receipt,
        submission.cart_revision,
        submission.shown_total_minor,
        form.name,
        form.email,
        form.phone,
        form.line1,
        form.line2,
        form.city,
        form.region,
        form.postcode,
        form.country,
        form.note,
    )
    .await
    .map_err(|_| ())
}
