//! The optimistic order: carries [`Placing`] out. From the click on, the card says *Sending* and the
//! cart is empty; then the outcome decides.

use super::{
    ask::order_status,
    badge,
    clock::{is_online, moment, random, sleep},
    draft,
    effect::effect,
    lock::{Lock, Tried, try_lock},
    outbox,
    post::post,
    task::while_here,
    unsent::lock_name,
};
use crate::{
    server_fns::OrdersSubmit,
    state::{
        moment::Moment,
        pace::Pace,
        placing::{Event, Placing, REPLY_WITHIN_MS, SEND_AGAIN_AT_MOST, is_expired},
        post_error::{PostError, Refusal},
        submission::Submission,
    },
};
use leptos::{ev, prelude::*, server_fn::ServerFn, task::spawn_local};
use model::{Cart, Outcome, Reason};

/// The checkout's desk: one for each time that the checkout is shown.
#[derive(Clone, Copy)]
pub struct OrderDesk {
    /// The cart to order, with its key.
    pub cart: RwSignal<Cart>,
    pub placing: RwSignal<Placing>,
    /// The browser has no connection.
    pub offline: RwSignal<bool>,
    /// So long after the click nothing is sent by itself any more.
    pub expired: RwSignal<bool>,
    /// A refusal's wait is not over: another try would be refused too.
    pub waiting: RwSignal<bool>,
    log: StoredValue<Log>,
}

/// What this page has sent.
#[derive(Default)]
struct Log {
    /// The order, and the click. Every repetition sends the very same.
    sent: Option<(Submission, Moment)>,
    /// The number of the last attempt on this page, and of the order's first.
    attempt: u32,
    first: u32,
    /// Attempts of the order that nobody clicked for.
    by_itself: u32,
    /// Other tabs leave the order alone while this one sends it.
    _lock: Option<Lock>,
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
            expired: RwSignal::new(false),
            waiting: RwSignal::new(false),
            log: StoredValue::new(Log::default()),
        };
        effect(move || desk.cart.with_untracked(badge::made_with));
        desk.ask_while_under_way();
        desk.watch_the_connection();
        desk
    }

    /// *Place order*, or *Accept the new price*: what is on the form now.
    pub fn submit(&self, submission: Submission) {
        if self.placing.with_untracked(Placing::is_under_way) || self.waiting.get_untracked() {
            return;
        }
        outbox::keep(&submission);
        self.hold(&submission.receipt);
        self.expired.set(false);
        self.log.update_value(|log| {
            log.sent = Some((submission, moment()));
            log.first = log.attempt + 1;
            log.by_itself = 0;
        });
        self.send(|attempt| Event::Submitted { attempt });
    }

    /// *Try again* or *Send it again*: the same fields under the same key.
    pub fn try_again(&self) {
        self.send(|attempt| Event::Submitted { attempt });
    }

    /// Starts an attempt, if the state lets it.
    fn send(&self, event: impl Fn(u32) -> Event) {
        let next = self.log.try_update_value(|log| {
            let (submission, _) = log.sent.as_ref()?;
            log.attempt += 1;
            Some((submission.clone(), log.attempt))
        });
        let Some((submission, attempt)) = next.flatten() else {
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
            match post(OrdersSubmit::PATH, &submission.body).await {
                Ok(outcome) => desk.answered(&submission, outcome, Event::Answered),
                Err(PostError::Refused(refusal)) => desk.refused(&submission, attempt, refusal),
                Err(PostError::Lost) => desk.tell(Event::ReplyLost { attempt }),
            }
        });
        spawn_local(async move {
            sleep(REPLY_WITHIN_MS).await;
            desk.tell(Event::TimedOut { attempt });
        });
    }

    /// Takes an outcome for the order that was sent, unless another one was sent since.
    fn answered(&self, submission: &Submission, outcome: Outcome, event: fn(Outcome) -> Event) {
        if !self.is_current(submission) {
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
        let placing = self.placing.try_get_untracked();
        if placing.as_ref().is_none_or(Placing::is_lost) {
            return;
        }
        // The store said what became of it: the browser need not keep it any more.
        if !matches!(placing, Some(Placing::Sending { .. })) {
            outbox::forget(&submission.receipt);
        }
        match placing {
            Some(Placing::Placed(_)) => draft::clear(),
            Some(placing) if placing.is_under_way() => {}
            Some(_) | None => {
                self.let_go();
                if let Some(cart) = cart {
                    self.take_cart(cart);
                }
            }
        }
    }

    /// Refused at the entrance. Where nothing was sent before, nothing was taken.
    fn refused(&self, submission: &Submission, attempt: u32, refusal: Refusal) {
        if !self.is_current(submission) {
            return;
        }
        let first = self.log.try_with_value(|log| log.first) == Some(attempt);
        self.tell(Event::Refused {
            attempt,
            refusal,
            first,
        });
        if self.placing.try_get_untracked() != Some(Placing::Refused(refusal)) {
            return;
        }
        outbox::forget(&submission.receipt);
        self.let_go();
        if let Some(pieces) = self.cart.try_with_untracked(Cart::pieces) {
            badge::pieces_are(pieces);
        }
        let wait_s = refusal.wait_s();
        if wait_s > 0 {
            self.waiting.try_set(true);
            let waiting = self.waiting;
            spawn_local(async move {
                sleep(wait_s * 1_000).await;
                waiting.try_set(false);
            });
        }
    }

    fn is_current(&self, submission: &Submission) -> bool {
        let is_it = |log: &Log| {
            let sent = log.sent.as_ref();
            sent.is_some_and(|(sent, _)| sent.order_key == submission.order_key)
        };
        self.log.try_with_value(is_it).unwrap_or_default()
    }

    /// The store's newest cart, with the key to go on with.
    pub fn take_cart(&self, cart: Cart) {
        if badge::cart_changed(&cart) {
            self.cart.try_set(cart);
        }
    }

    fn tell(&self, event: Event) {
        self.placing
            .try_update(|state| *state = std::mem::replace(state, Placing::Filling).next(event));
    }

    /// Keeps other tabs from offering the order while this one sends it.
    fn hold(&self, receipt: &str) {
        let (log, name) = (self.log, lock_name(receipt));
        spawn_local(async move {
            if let Tried::Held(lock) = try_lock(&name).await {
                log.try_update_value(|log| log._lock = Some(lock));
            }
        });
    }

    fn let_go(&self) {
        self.log.try_update_value(|log| log._lock = None);
    }

    fn sent(&self) -> Option<(Submission, Moment)> {
        self.log.try_with_value(|log| log.sent.clone()).flatten()
    }

    /// While an order is under way, the status door is asked: from its answer the page learns that
    /// the store has it, before EntMine has answered and also where the reply is lost. What did
    /// not arrive is sent again.
    fn ask_while_under_way(&self) {
        let desk = *self;
        let asks = Memo::new(move |_| desk.placing.with(Placing::asks));
        let is_lost = Memo::new(move |_| desk.placing.with(Placing::is_lost));
        effect(move || {
            let lost = is_lost.get();
            if !asks.get() {
                return;
            }
            while_here(async move {
                let mut pace = if lost {
                    Pace::of_a_lost_order()
                } else {
                    Pace::of_a_sent_order()
                };
                loop {
                    sleep(pace.wait_ms(random())).await;
                    desk.look_at_the_clock();
                    let Some((sent, _)) = desk.sent() else {
                        return;
                    };
                    if !is_online() {
                        continue;
                    }
                    if let Ok(outcome) = order_status(&sent.receipt).await {
                        desk.answered(&sent, outcome, Event::StatusSeen);
                        desk.send_what_is_missing();
                    }
                }
            });
        });
    }

    /// The store can be reached and does not have the order: the same as being on line again.
    fn send_what_is_missing(&self) {
        let missing = matches!(
            self.placing.try_get_untracked(),
            Some(Placing::Missing { .. })
        );
        let once_more = self.log.try_update_value(|log| {
            let once_more = missing && log.by_itself < SEND_AGAIN_AT_MOST;
            log.by_itself += u32::from(once_more);
            once_more
        });
        if once_more == Some(true) {
            self.send_by_itself();
        }
    }

    fn send_by_itself(&self) {
        if let Some((_, clicked)) = self.sent() {
            let after_ms = moment().since(clicked);
            self.send(|attempt| Event::SentAgain { attempt, after_ms });
        }
    }

    fn look_at_the_clock(&self) {
        if let Some((_, clicked)) = self.sent() {
            self.expired.try_set(is_expired(moment().since(clicked)));
        }
    }

    /// Sends again by itself when the browser is back on line.
    fn watch_the_connection(&self) {
        let desk = *self;
        effect(move || {
            desk.offline.set(!is_online());
            let off = window_event_listener(ev::offline, move |_| {
                desk.offline.try_set(true);
            });
            let on = window_event_listener(ev::online, move |_| {
                desk.offline.try_set(false);
                desk.look_at_the_clock();
                desk.send_by_itself();
            });
            on_cleanup(move || {
                off.remove();
                on.remove();
            });
        });
    }
}
