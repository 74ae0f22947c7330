//! The browser's entry point for the server-rendered shop.
#![cfg(feature = "hydrate")]

use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the islands of the page that the server rendered to life; Leptos' script hydrates each.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        app::page_broke();
    }));
    if app::is_out_of_date() {
        return;
    }
    leptos::mount::hydrate_islands();
    app::wake();
}
