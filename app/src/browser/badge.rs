//! The cart's badge. It is an island of its own, so what other islands know of the cart reaches it
//! through here.

use leptos::prelude::*;
use model::Cart;
use std::sync::LazyLock;

/// What this tab knows of the cart since its page was made; it goes before what the page says.
/// Written by event handlers only, so on the server it is never anything.
static PIECES: LazyLock<ArcRwSignal<Option<i64>>> = LazyLock::new(|| ArcRwSignal::new(None));

/// Pieces in the cart now, where the page was made with so many.
pub fn pieces(made_with: i64) -> i64 {
    PIECES.get().unwrap_or(made_with)
}

/// The cart changed.
pub fn cart_changed(cart: &Cart) {
    PIECES.set(Some(cart.pieces()));
}

/// The cart changed on the server's side.
pub fn pieces_are(pieces: i64) {
    PIECES.set(Some(pieces));
}

/// The cart was sent off as an order.
pub fn cart_sent() {
    PIECES.set(Some(0));
}
