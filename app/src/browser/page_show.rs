//! Pages that the browser took out of its cupboard (its back-forward cache).

use super::{ask::pieces_in_cart, badge};
use leptos::{
    ev,
    prelude::{window, window_event_listener},
    task::spawn_local,
};
use web_sys::PerformanceNavigation;

/// Makes a kept page true again, for as long as it lives. A cart, a checkout or an order is loaded
/// anew: what stands on it may be old news. Of every other page only the badge is.
pub fn never_show_old_news() {
    // A page that was not kept may come out of the browser's other store all the same, as it was.
    let came_back = window().performance().is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    });
    if came_back {
        look_at_the_cart();
    }
    let _ = window_event_listener(ev::pageshow, |event| {
        if !event.persisted() {
            return;
        }
        let path = window().location().pathname().unwrap_or_default();
        if path == "/cart" || path == "/checkout" || path.starts_with("/orders") {
            let _ = window().location().reload();
            return;
        }
        look_at_the_cart();
    });
}

fn look_at_the_cart() {
    spawn_local(async {
        if let Ok(pieces) = pieces_in_cart().await {
            badge::pieces_are(pieces);
        }
    });
}
