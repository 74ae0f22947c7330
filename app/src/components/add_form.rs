//! Adding a product to the cart.

use crate::{
    browser::{badge, form::take_over},
    doors::cart_add,
    state::reasons::reason_words,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{CartAnswer, MAX_QUANTITY};

#[derive(Clone)]
enum Notice {
    Nothing,
    Added,
    Refused(String),
    /// The reply was lost: it may have been added.
    Lost,
}

/// Quantity and *Add to cart*. Hydrated, the page stays and says that it was done.
#[island]
pub fn AddForm(sku: String, name: String) -> impl IntoView {
    let busy = RwSignal::new(false);
    let notice = RwSignal::new(Notice::Nothing);
    let add = move |event: SubmitEvent| {
        let field = take_over(&event);
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        notice.set(Notice::Nothing);
        let name = name.clone();
        spawn_local(async move {
            let answer = cart_add(field("sku"), field("quantity")).await;
            notice.try_set(match answer {
                Ok(CartAnswer::Cart(cart)) => {
                    badge::cart_changed(&cart);
                    Notice::Added
                }
                Ok(CartAnswer::Refused { reasons }) => Notice::Refused(
                    reasons
                        .iter()
                        .map(|reason| reason_words(reason, "GBP", |_| name.clone()))
                        .collect::<Vec<_>>()
                        .join(" "),
                ),
                Err(_) => Notice::Lost,
            });
            busy.try_set(false);
        });
    };
    // `try_get`: on the server this is rendered while the page streams, and a visitor who has left
    // by then has taken the signals along.
    view! {
        <form class="add-form" method="post" action="/api/cart/add" on:submit=add>
            <input type="hidden" name="sku" value=sku />
            <div class="field field-short">
                <label for="quantity">"Quantity"</label>
                <input
                    id="quantity"
                    type="number"
                    name="quantity"
                    value="1"
                    min="1"
                    max=MAX_QUANTITY
                    step="1"
                    inputmode="numeric"
                    required
                />
            </div>
            <button class="button button-main" disabled=move || busy.try_get().unwrap_or_default()>
                "Add to cart"
            </button>
        </form>
        <div class="add-notice" role="status">
            {move || matches!(notice.try_get(), Some(Notice::Added)).then(added)}
        </div>
        <div class="add-notice" role="alert">
            {move || match notice.try_get()? {
                Notice::Nothing | Notice::Added => None,
                Notice::Refused(words) => Some(view! { <p class="notice notice-bad">{words}</p> }.into_any()),
                Notice::Lost => Some(lost().into_any()),
            }}
        </div>
    }
    .into_any()
}

fn added() -> impl IntoView {
    view! {
        <p class="notice notice-good">
            "Added to your cart. " <a href="/cart">"Look at the cart"</a>
        </p>
    }
    .into_any()
}

fn lost() -> impl IntoView {
    view! {
        <p class="notice notice-doubt">
            "We could not tell whether it was added. "
            <a href="/cart">"Please look at the cart"</a>
        </p>
    }
    .into_any()
}
