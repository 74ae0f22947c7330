//! *Cancel order*, with a second thought.

use crate::widgets::WishForm;
use crate::{browser::order_watch::OrderWatch, state::wish::Wish};
use leptos::prelude::*;

/// Cancelling cannot be undone, so it is asked twice. The browser itself opens and closes the
/// question, with and without JavaScript; what opened it closes it, and says so by then (the
/// stylesheet shows one of the two names).
#[component]
pub fn CancelOrder(watch: OrderWatch) -> impl IntoView {
    view! {
        <details class="cancel-order">
            <summary class="button button-quiet">
                <span class="when-closed">"Cancel order"</span>
                <span class="when-open">"Keep the order"</span>
            </summary>
            <p>
                "We ask our order system not to take this order. If it already has it, the order \
                 stands and we tell you its number."
            </p>
            <p>"This cannot be undone: to have the goods after all, you would order anew."</p>
            <WishForm watch wish=Wish::Cancel />
        </details>
    }
    .into_any()
}
