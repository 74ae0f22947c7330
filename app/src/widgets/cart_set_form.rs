//! One click that changes the cart.

use crate::{
    browser::{badge, form::take_over, post::post_fields},
    server_fns::CartSet,
    state::post_error::PostError,
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
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
    answered: Callback<Result<CartAnswer, PostError>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let set = move |event: SubmitEvent| {
        let Some(field) = take_over(&event) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        badge::change_begins();
        spawn_local(async move {
            let (sku, quantity) = (field("sku"), field("quantity"));
            let fields = [("sku", &*sku), ("quantity", &*quantity)];
            let answer = post_fields(CartSet::PATH, &fields).await;
            busy.try_set(false);
            badge::change_ends(matches!(answer, Ok(CartAnswer::Cart(_))));
            answered.try_run(answer);
        });
    };
    view! {
        <form class="inline-form" method="post" action="/api/cart/set" on:submit=set>
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            <button class="button button-quiet" aria-disabled=move || busy.get().then_some("true")>
                {label}
                <span class="unseen">" " {of}</span>
            </button>
        </form>
    }
    .into_any()
}
