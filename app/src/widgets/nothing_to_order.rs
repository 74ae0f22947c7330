//! The checkout of an empty cart.

use leptos::prelude::*;

/// In place of the form.
pub fn nothing_to_order() -> impl IntoView {
    view! {
        <div class="empty">
            <p>"Your cart is empty, so there is nothing to order."</p>
            <a class="button" href="/">
                "Go to the shop window"
            </a>
            <a class="button button-quiet" href="/orders">
                "My orders"
            </a>
        </div>
    }
    .into_any()
}
