//! Why an order was not placed, and what to do, at the checkout.

use crate::widgets::{CartSetForm, LiveText, ORDER_FORM, each};
use crate::{
    state::post_error::PostError,
    text::reasons::{
        ACCEPT_ALL, Remedy, accepts_prices_at_once, field_label, reason_words, remedies,
    },
};
use leptos::prelude::*;
use model::{CartAnswer, Reason};

/// The reasons one by one, each with its buttons. They work without JavaScript: the cart's are forms
/// of their own, the others send the order form.
#[component]
pub fn ReasonsAlert(
    /// Empty: nothing is shown.
    reasons: Signal<Vec<Reason>>,
    /// The order was not placed, although no reason is left: all were settled.
    #[prop(into)]
    not_placed: Signal<bool>,
    /// Nothing is left in the cart, so there is nothing to send again.
    #[prop(into)]
    empty: Signal<bool>,
    currency: String,
    /// A product's name by its SKU.
    name_of: Callback<String, String>,
    answered: Callback<Result<CartAnswer, PostError>>,
    /// For moving the focus to the alert.
    node: NodeRef<leptos::html::Div>,
) -> impl IntoView {
    let words = Callback::new(move |reason: Reason| {
        reason_words(&reason, &currency, |sku| name_of.run(sku.to_owned()))
    });
    // By their words, so that a page that a browser translated gets new elements for new words.
    let keys = move || {
        let reasons = reasons.get().into_iter();
        reasons.map(|reason| words.run(reason)).collect()
    };
    let at_once = Memo::new(move |_| reasons.with(|reasons| accepts_prices_at_once(reasons)));
    let row = move |told: String| {
        let reason = reasons
            .get_untracked()
            .into_iter()
            .find(|reason| words.run(reason.clone()) == told);
        let buttons = move || {
            let remedies = reason.iter().flat_map(remedies).filter(|_| !empty.get());
            remedies
                .filter(|remedy| !at_once.get() || *remedy != Remedy::AcceptPrice)
                .map(|remedy| button(remedy, name_of, answered))
                .collect_view()
        };
        view! {
            <li>
                <p>{told}</p>
                <div class="actions">{buttons}</div>
            </li>
        }
        .into_any()
    };
    let summary = Signal::derive(move || {
        let words = if empty.get() {
            "Nothing was ordered, and nothing is left in your cart."
        } else {
            "Nothing was ordered. Your cart and your form are as they were."
        };
        words.to_owned()
    });
    let accept_all = move || {
        (at_once.get() && !empty.get())
            .then(|| view! { <div class="actions">{send_again(ACCEPT_ALL)}</div> })
    };
    let settled = move || {
        (reasons.with(Vec::is_empty) && !empty.get()).then(|| {
            view! {
                <p>"You can place the order as it is now."</p>
                {send_again("Try again")}
            }
        })
    };
    view! {
        <div class="alert-place" role="alert" tabindex="-1" node_ref=node>
            <Show when=move || not_placed.get()>
                <section class="order-card order-bad">
                    <p class="eyebrow">"Not placed"</p>
                    <h2>"Your order was not placed"</h2>
                    <p>
                        <LiveText text=summary />
                    </p>
                    <ul class="reasons">
                        {each(keys, row)}
                    </ul>
                    {accept_all}
                    {settled}
                </section>
            </Show>
        </div>
    }
    .into_any()
}

fn button(
    remedy: Remedy,
    name_of: Callback<String, String>,
    answered: Callback<Result<CartAnswer, PostError>>,
) -> AnyView {
    match remedy {
        Remedy::AcceptPrice => send_again("Accept the new price").into_any(),
        Remedy::TryAgain => send_again("Try again").into_any(),
        Remedy::ChangeQuantity { sku, to } => {
            let of = format!("of {}", name_of.run(sku.clone()));
            let label = format!("Change quantity to {to}");
            view! { <CartSetForm sku quantity=to label of answered /> }.into_any()
        }
        Remedy::Remove { sku } => {
            let of = name_of.run(sku.clone());
            view! { <CartSetForm sku quantity=0 label="Remove".to_owned() of answered /> }
                .into_any()
        }
        Remedy::GoToField { field } => view! {
            <a class="button button-quiet" href=format!("#{field}") rel="external">
                "Go to the field" <span class="unseen">" " {field_label(&field)}</span>
            </a>
        }
        .into_any(),
    }
}

/// A button that sends the order form from outside of it.
fn send_again(label: &'static str) -> impl IntoView {
    view! {
        <button class="button button-main" form=ORDER_FORM>
            {label}
        </button>
    }
    .into_any()
}
