//! The way to the cart, with its badge.

use super::LiveText;
use crate::{
    browser::{badge, leave::after_changes},
    state::cart_view,
};
use leptos::prelude::*;

/// "Cart", and how many pieces are in it; no number where it is empty.
#[island]
pub fn CartLink(
    /// In the cart when the page was made.
    pieces: i64,
) -> impl IntoView {
    let label = move || match badge::pieces(pieces) {
        0 => "Cart, empty".to_owned(),
        count => format!("Cart, {}", cart_view::pieces(count)),
    };
    let number = Signal::derive(move || match badge::pieces(pieces) {
        0 => String::new(),
        count => count.to_string(),
    });
    view! {
        <a
            class="cart-link"
            href="/cart"
            aria-label=label
            on:click=|event| after_changes(&event, "/cart", false)
        >
            "Cart"
            <span class="cart-badge" aria-hidden="true">
                <LiveText text=number />
            </span>
        </a>
    }
    .into_any()
}
