//! The cart's page as it is worked on: changes go out one at a time, and what comes back is shown.

use super::{announce::Announcer, badge, effect::effect, focus, post::post_fields};
use crate::{
    server_fns::CartSet,
    state::{
        cart_changes::{CartChanges, Change},
        cart_view::with_cart,
        post_error::PostError,
    },
    text::reasons::refusal_sentence,
};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use model::{CartAnswer, CartPage};

/// The element that takes the focus where a line goes that had it.
pub const CART: &str = "cart-contents";

/// One for each cart's page.
#[derive(Clone, Copy)]
pub struct CartEditor {
    pub page: RwSignal<CartPage>,
    /// What went wrong with the last change.
    pub notice: RwSignal<String>,
    pub said: Announcer,
    /// Goes up with every answer, also with those that changed nothing.
    pub answers: RwSignal<u32>,
    changes: StoredValue<CartChanges>,
}

impl CartEditor {
    /// `notice`: what a browser without JavaScript is told about its last change.
    pub fn open(page: CartPage, notice: Option<String>) -> Self {
        let editor = Self {
            page: RwSignal::new(page),
            notice: RwSignal::new(notice.unwrap_or_default()),
            said: Announcer::new(),
            answers: RwSignal::new(0),
            changes: StoredValue::new(CartChanges::default()),
        };
        effect(move || {
            editor
                .page
                .with_untracked(|page| page.cart.iter().for_each(badge::made_with));
        });
        editor
    }

    /// Sends a change, once those before it are answered.
    pub fn wish(self, sku: &str, quantity: &str) {
        let change = Change {
            sku: sku.to_owned(),
            quantity: quantity.to_owned(),
        };
        let now = self
            .changes
            .try_update_value(|changes| changes.wish(change));
        if let Some(change) = now.flatten() {
            badge::change_begins();
            spawn_local(self.send(change));
        }
    }

    /// Whether a change of this product is on its way.
    pub fn concerns(&self, sku: &str) -> bool {
        self.changes
            .try_with_value(|changes| changes.concerns(sku))
            .unwrap_or_default()
    }

    /// Sends a change and those that wait behind it.
    async fn send(self, first: Change) {
        let mut next = Some(first);
        let mut all_made = true;
        while let Some(change) = next {
            let fields = [("sku", &*change.sku), ("quantity", &*change.quantity)];
            let answer = post_fields::<CartAnswer>(CartSet::PATH, &fields).await;
            next = self
                .changes
                .try_update_value(CartChanges::answered)
                .flatten();
            all_made = self.take(&change.sku, answer);
            focus::back_to_id(CART);
        }
        badge::change_ends(all_made);
    }

    /// Shows an answer. False: the change was not made, as far as this page knows.
    fn take(self, sku: &str, answer: Result<CartAnswer, PostError>) -> bool {
        let problem = match answer {
            Ok(CartAnswer::Cart(cart)) => {
                if badge::cart_changed(&cart) {
                    self.page.try_update(|page| *page = with_cart(page, cart));
                    self.said.say("Your cart was changed.");
                }
                None
            }
            Ok(CartAnswer::Refused { reasons }) => self
                .page
                .try_with_untracked(|page| refusal_sentence(&reasons, page.cart.as_ref(), sku)),
            Err(PostError::Refused(refusal)) => Some(refusal.words(refusal.wait_s())),
            Err(PostError::Lost) => Some(
                "The shop did not answer, so the cart may or may not have changed. Please reload \
                 the page."
                    .to_owned(),
            ),
        };
        let made = problem.is_none();
        self.notice.try_set(problem.unwrap_or_default());
        self.answers.try_update(|answers| *answers += 1);
        made
    }
}
