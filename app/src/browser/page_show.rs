//! Pages that the browser took out of its cupboard.

use leptos::{
    ev,
    prelude::{window, window_event_listener},
};

/// Loads the page anew when the browser shows a kept one (its back-forward cache): what stands on
/// it may be old news by then. For as long as the page lives.
pub fn never_show_old_news() {
    let _ = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            let _ = window().location().reload();
        }
    });
}
