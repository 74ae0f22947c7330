//! Adding a product to the cart.

use crate::{
    browser::{badge, form::take_over, leave::after_changes, post::post_fields},
    server_fns::CartAdd,
    state::post_error::PostError,
    text::reasons::named_refusal,
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
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
pub fn AddForm(sku: String, name: String, currency: String) -> impl IntoView {
    let busy = RwSignal::new(false);
    let notice = RwSignal::new(Notice::Nothing);
    let add = move |event: SubmitEvent| {
        let Some(field) = take_over(&event) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        notice.set(Notice::Nothing);
        let (name, currency) = (name.clone(), currency.clone());
        badge::change_begins();
        spawn_local(async move {
            let (sku, quantity) = (field("sku"), field("quantity"));
            let fields = [("sku", &*sku), ("quantity", &*quantity)];
            let answer = post_fields(CartAdd::PATH, &fields).await;
            badge::change_ends(matches!(answer, Ok(CartAnswer::Cart(_))));
            notice.try_set(match answer {
                Ok(CartAnswer::Cart(cart)) => {
                    badge::cart_changed(&cart);
                    Notice::Added
                }
                Ok(CartAnswer::Refused { reasons }) => {
                    Notice::Refused(named_refusal(&reasons, &currency, &name))
                }
                Err(PostError::Refused(refusal)) => {
                    Notice::Refused(refusal.words(refusal.wait_s()))
                }
                Err(PostError::Lost) => Notice::Lost,
            });
            busy.try_set(false);
        });
    };
    // `try_get`: on the server this is rendered while the page streams, and a visitor who has left
    // by then has taken the signals along.
    let off = move || busy.try_get().unwrap_or_default().then_some("true");
    // A button that is disabled loses the focus, so this one only says that it is.
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
            <button class="button button-main" aria-disabled=off>
                "Add to cart"
            </button>
        </form>
        <div class="add-notice" role="status">
            {move || matches!(notice.try_get(), Some(Notice::Added)).then(added)}
        </div>
        <div class="add-notice" role="alert">
            {move || match notice.try_get()? {
                Notice::Nothing | Notice::Added => None,
                Notice::Refused(words) => {
                    Some(view! { <p class="notice notice-bad">{words}</p> }.into_any())
                }
                Notice::Lost => Some(lost().into_any()),
            }}
        </div>
    }
    .into_any()
}

fn added() -> impl IntoView {
    view! {
        <p class="notice notice-good">
            "Added to your cart. "
            <a href="/cart" on:click=|event| after_changes(&event, "/cart", false)>
                "Look at the cart"
            </a>
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
