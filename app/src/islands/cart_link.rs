//! The way to the cart, with its badge.

use crate::widgets::LiveText;
use crate::{
    browser::{badge, leave::after_changes},
    state::cart_view,
};
use leptos::prelude::*;

/// "Cart", and how many pieces are in it; no number where it is empty.
#[island]
pub fn CartLink(
    /// In the cart when the page was made; none where nobody could say.
    pieces: Option<i64>,
) -> impl IntoView {
    let label = move || match badge::pieces(pieces) {
        None => "Cart".to_owned(),
        Some(0) => "Cart, empty".to_owned(),
        Some(count) => format!("Cart, {}", cart_view::pieces(count)),
    };
    let number = Signal::derive(move || {
        let pieces = badge::pieces(pieces).filter(|count| *count > 0);
        pieces.map_or_else(String::new, |count| count.to_string())
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

/// The way to a cart with so many pieces, as it stands on every page that the server renders; none where nobody can
/// say how many.
pub fn cart_link(pieces: Option<i64>) -> String {
    // A new one would belong to whatever page was begun on this thread last, and could end with it half-way.
    let owner = Owner::default();
    owner.with(|| view! { <CartLink pieces /> }.to_html())
}
