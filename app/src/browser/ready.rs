//! The page wakes up.

use super::page_show::never_show_old_news;
use leptos::prelude::{document, set_timeout};
use std::time::Duration;

/// To be called once the islands are about to live. Sets `data-hydrated="true"` on the document's
/// element after the effects that are due: a sign for browser tests that the page listens.
pub fn wake() {
    never_show_old_news();
    set_timeout(
        || {
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("data-hydrated", "true");
            }
        },
        Duration::ZERO,
    );
}
