//! An order's page as it lives: news of the order, its buttons, and what they mean for the cart.

use super::{
    ask::{cancel, goods_are_back, order_status, pieces_in_cart, retry},
    badge,
    effect::effect,
    follow::follow,
    page_news,
};
use crate::state::{placing::is_unknown, post_error::PostError, standing::Standing, wish::Wish};
use leptos::{html, prelude::*, task::spawn_local};
use model::{Cart, Outcome, ReceiptOrder};

/// One for each order's page.
#[derive(Clone, Copy)]
pub struct OrderWatch {
    pub standing: RwSignal<Standing>,
    /// Whether the goods are in this visitor's cart again; none while that is being asked.
    pub back_in_cart: RwSignal<Option<bool>>,
    /// This visitor's cart, where the order was not placed and its goods are in the cart again.
    pub cart: RwSignal<Option<Cart>>,
    /// Takes the focus where a button goes that had it.
    pub card: NodeRef<html::Section>,
    receipt: StoredValue<String>,
}

impl OrderWatch {
    /// Begins to follow an order, unless its end is known.
    pub fn open(order: &ReceiptOrder) -> Self {
        let watch = Self {
            standing: RwSignal::new(Standing::of(order)),
            back_in_cart: RwSignal::new(Some(order.back_in_cart)),
            cart: RwSignal::new(cart_of(&order.summary.outcome).filter(|_| order.back_in_cart)),
            card: NodeRef::new(),
            receipt: StoredValue::new(order.summary.receipt.clone()),
        };
        effect(move || {
            if page_news::has_come_from_placing(&watch.receipt())
                && let Some(card) = watch.card.get()
            {
                let _ = card.focus();
            }
        });
        if !order.summary.outcome.is_final() {
            effect(move || {
                follow(watch.receipt(), move |news| {
                    watch.take(news, Standing::told);
                });
            });
        }
        watch
    }

    /// The order's receipt.
    pub fn receipt(&self) -> String {
        self.receipt.try_get_value().unwrap_or_default()
    }

    /// Brings a wish before the store, and takes its answer. False: there was none.
    pub async fn ask(self, wish: Wish) -> bool {
        let receipt = self.receipt();
        let (answer, next): (Result<Outcome, PostError>, Next) = match wish {
            Wish::TryNow | Wish::TryAgain => (retry(&receipt).await, Standing::told),
            Wish::Cancel => (cancel(&receipt).await, Standing::cancel_answered),
        };
        match answer {
            Ok(news) if !is_unknown(&news) => {
                self.take(news, next);
                true
            }
            Ok(_) | Err(_) => false,
        }
    }

    fn take(self, news: Outcome, next: Next) {
        let nothing_ordered = match &news {
            Outcome::NotPlaced { .. } | Outcome::Cancelled { .. } => true,
            Outcome::Sending { .. }
            | Outcome::Confirmed { .. }
            | Outcome::Safe { .. }
            | Outcome::Checking { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. } => false,
        };
        if nothing_ordered {
            self.back_in_cart.try_set(None);
            spawn_local(self.look_for_the_goods());
        }
        self.standing
            .try_update(|standing| *standing = next(standing.clone(), news));
    }

    /// Live news do not tell whether the goods went back into this visitor's cart.
    async fn look_for_the_goods(self) {
        let back = goods_are_back(&self.receipt()).await.unwrap_or(false);
        if back {
            let now = order_status(&self.receipt()).await.ok();
            let cart = now.as_ref().and_then(cart_of);
            if let Some(cart) = &cart {
                badge::cart_changed(cart);
            } else if let Ok(pieces) = pieces_in_cart().await {
                badge::pieces_are(pieces);
            }
            self.cart.try_set(cart);
        }
        self.back_in_cart.try_set(Some(back));
    }
}

fn cart_of(outcome: &Outcome) -> Option<Cart> {
    match outcome {
        Outcome::NotPlaced { cart, .. } => cart.clone(),
        Outcome::Sending { .. }
        | Outcome::Confirmed { .. }
        | Outcome::Safe { .. }
        | Outcome::Checking { .. }
        | Outcome::UnderReview { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => None,
    }
}

/// How news change what is known.
type Next = fn(Standing, Outcome) -> Standing;
