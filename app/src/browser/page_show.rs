//! Pages that the browser took out of its cupboard (its back-forward cache).

use super::{ask::pieces_in_cart, badge};
use leptos::{
    ev,
    prelude::{window, window_event_listener},
    task::spawn_local,
};

/// Makes a kept page true again, for as long as it lives. A cart, a checkout or an order is loaded
/// anew: what stands on it may be old news. Of every other page only the badge is.
pub fn never_show_old_news() {
    let _ = window_event_listener(ev::pageshow, |event| {
        if !event.persisted() {
            return;
        }
        let path = window().location().pathname().unwrap_or_default();
        if path == "/cart" || path == "/checkout" || path.starts_with("/orders") {
            let _ = window().location().reload();
            return;
        }
        spawn_local(async {
            if let Ok(pieces) = pieces_in_cart().await {
                badge::pieces_are(pieces);
            }
        });
    });
}
