//! The keyboard's place on the page.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// To be called after a button did its work: it was disabled meanwhile, or is gone, and the focus
/// with it. Gives the focus back to the button, or else to the card that it stood in, which says
/// what came of it. Where the focus is elsewhere by now it stays there.
pub fn back_to(button: NodeRef<html::Button>, card: NodeRef<html::Section>) {
    request_animation_frame(move || {
        let button = button.try_get_untracked().flatten();
        focus_if_lost(button.as_deref());
        let card = card.try_get_untracked().flatten();
        focus_if_lost(card.as_ref());
    });
}

/// To be called after what had the focus went away: gives it to the part of the page that says why.
pub fn back_to_id(id: &'static str) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(id);
        let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        focus_if_lost(element.as_ref());
    });
}

fn focus_if_lost(element: Option<&HtmlElement>) {
    let lost = document()
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY");
    if let Some(element) = element.filter(|_| lost) {
        let _ = element.focus();
    }
}
