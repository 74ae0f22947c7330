//! What this tab knows of the cart, for all islands of a page: the badge is one of its own.

use super::clock::sleep;
use crate::text::cart_news::CartNews;
use leptos::prelude::*;
use model::Cart;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Pieces in the cart since the page was made; goes before what the page says. Everything here is
/// written by event handlers and effects only, so on the server it is never anything.
static PIECES: LazyLock<ArcRwSignal<Option<i64>>> = LazyLock::new(|| ArcRwSignal::new(None));

static NEWS: Mutex<CartNews> = Mutex::new(CartNews::new());

static CHANGES: Mutex<Changes> = Mutex::new(Changes {
    under_way: 0,
    failed: 0,
});

struct Changes {
    under_way: u32,
    failed: u32,
}

/// How long a link waits for a change of the cart that is under way.
const LINKS_WAIT_MS: u32 = 8_000;
const LOOK_EVERY_MS: u32 = 50;

/// Pieces in the cart now, where the page was made with so many.
pub fn pieces(made_with: Option<i64>) -> Option<i64> {
    PIECES.get().or(made_with)
}

/// The page was made with this cart: replies about an older one come too late.
pub fn made_with(cart: &Cart) {
    is_news(cart);
}

/// A reply holds the cart. False: a newer one is known already, and the reply is to be ignored.
pub fn cart_changed(cart: &Cart) -> bool {
    let news = is_news(cart);
    if news {
        PIECES.set(Some(cart.pieces()));
    }
    news
}

fn is_news(cart: &Cart) -> bool {
    NEWS.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .is_news(&cart.order_key, cart.revision)
}

/// The cart changed on the server's side.
pub fn pieces_are(pieces: i64) {
    PIECES.set(Some(pieces));
}

/// The cart was sent off as an order.
pub fn cart_sent() {
    PIECES.set(Some(0));
}

/// A change of the cart is sent.
pub fn change_begins() {
    changes(|changes| changes.under_way += 1);
}

/// A change of the cart was answered, or its answer was lost. `made`: it was made as wished.
pub fn change_ends(made: bool) {
    changes(|changes| {
        changes.under_way = changes.under_way.saturating_sub(1);
        changes.failed += u32::from(!made);
    });
}

/// Whether a change of the cart is under way.
pub fn is_changing() -> bool {
    changes(|changes| changes.under_way > 0)
}

/// Waits for the changes under way, for a while. False: one of them was not made.
pub async fn changes_end() -> bool {
    let failed_before = changes(|changes| changes.failed);
    let mut waited_ms = 0;
    while is_changing() && waited_ms < LINKS_WAIT_MS {
        sleep(LOOK_EVERY_MS).await;
        waited_ms += LOOK_EVERY_MS;
    }
    changes(|changes| changes.failed) == failed_before
}

fn changes<T>(look: impl FnOnce(&mut Changes) -> T) -> T {
    look(&mut CHANGES.lock().unwrap_or_else(PoisonError::into_inner))
}
