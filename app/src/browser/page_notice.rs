//! A page that does not work, or not with this code: says so, by plain means.
//!
//! Nothing of Leptos is used here, because it may be what failed. The forms go on working as they do
//! without JavaScript.

use leptos::prelude::document;
use std::sync::atomic::{AtomicBool, Ordering};

static BROKEN: AtomicBool = AtomicBool::new(false);

/// What tells one build of the shop from another.
pub const BUILD: &str = env!("APP_BUILD");

/// Something on this page failed, so that its code cannot be trusted any more.
pub fn is_broken() -> bool {
    BROKEN.load(Ordering::Relaxed)
}

/// To be called when the code on this page has panicked.
pub fn page_broke() {
    if !BROKEN.swap(true, Ordering::Relaxed) {
        show(
            "A part of this page has stopped working, perhaps because of a browser extension. Your \
             cart is kept, and you can go on.",
        );
    }
}

/// Whether the page was made by another build than this code, which may not understand it. Says so
/// then, and leaves the page as it is without JavaScript.
pub fn is_out_of_date() -> bool {
    let made_by = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-build"));
    if made_by.as_deref() == Some(BUILD) {
        return false;
    }
    BROKEN.store(true, Ordering::Relaxed);
    let islands = document().get_elements_by_tag_name("leptos-island");
    for index in 0..islands.length() {
        if let Some(island) = islands.item(index) {
            // What Leptos' script would bring to life.
            let _ = island.remove_attribute("data-component");
        }
    }
    show("This page is out of date, your cart is kept.");
    true
}

fn show(words: &str) {
    let Some(main) = document().get_element_by_id("main") else {
        return;
    };
    let part = |tag: &str| document().create_element(tag).ok();
    let (Some(notice), Some(text), Some(reload)) = (part("div"), part("span"), part("a")) else {
        return;
    };
    let _ = notice.set_attribute("class", "notice notice-doubt page-notice");
    let _ = notice.set_attribute("role", "alert");
    text.set_text_content(Some(words));
    // An empty address is this page, loaded anew.
    let _ = reload.set_attribute("href", "");
    reload.set_text_content(Some("Reload"));
    let _ = notice.append_child(&text);
    let _ = notice.append_child(&reload);
    let _ = main.insert_before(&notice, main.first_child().as_ref());
}
