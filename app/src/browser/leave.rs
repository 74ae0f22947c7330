//! Links that wait for the cart: what was typed a moment ago must be on the page that they lead to.

use super::{badge, page_notice::is_broken};
use leptos::{
    ev::MouseEvent,
    prelude::{document, window},
    task::spawn_local,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// To be called when a link is clicked. Where a change of the cart is under way the link is followed
/// once that is answered; `only_if_made` says whether a change that failed keeps the customer here.
pub fn after_changes(event: &MouseEvent, href: &'static str, only_if_made: bool) {
    let elsewhere =
        event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key();
    if elsewhere || is_broken() || !badge::is_changing() {
        return;
    }
    event.prevent_default();
    spawn_local(async move {
        if badge::changes_end().await || !only_if_made {
            let _ = window().location().assign(href);
        }
    });
}

/// Whether a field of the page holds what it may not; the browser says what is wrong with it.
pub fn says_what_is_wrong(event: &MouseEvent) -> bool {
    let wrong = document()
        .query_selector("main input:invalid")
        .ok()
        .flatten()
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = wrong.filter(|_| !is_broken()) else {
        return false;
    };
    event.prevent_default();
    field.report_validity();
    true
}
