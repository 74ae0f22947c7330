//! One click that changes the cart.

use crate::{
    browser::form::take_over,
    doors::{DoorError, cart_set},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::CartAnswer;

/// A button that sets a product's quantity; 0 removes it.
#[component]
pub fn CartSetForm(
    sku: String,
    quantity: i64,
    label: String,
    /// Read out after the label, for instance the product's name.
    #[prop(optional, into)]
    of: String,
    answered: Callback<Result<CartAnswer, DoorError>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let set = move |event: SubmitEvent| {
        let field = take_over(&event);
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = cart_set(field("sku"), field("quantity")).await;
            busy.try_set(false);
            answered.try_run(answer);
        });
    };
    view! {
        <form class="inline-form" method="post" action="/api/cart/set" on:submit=set>
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            <button class="button button-quiet" disabled=move || busy.get()>
                {label}
                <span class="unseen">" " {of}</span>
            </button>
        </form>
    }
    .into_any()
}
