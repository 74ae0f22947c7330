//! Product pictures.

use leptos::prelude::*;

/// A picture of 256 × 256, with its size fixed so that nothing moves when it comes. A product
/// without one has a quiet square.
#[component]
pub fn Picture(
    /// Its path, or empty.
    src: String,
    /// What it shows; empty where the name stands beside it.
    #[prop(optional, into)]
    alt: String,
    /// Load it at once; otherwise when it comes near the window.
    #[prop(optional)]
    at_once: bool,
) -> impl IntoView {
    if src.is_empty() {
        return view! { <span class="picture picture-none"></span> }.into_any();
    }
    let loading = (!at_once).then_some("lazy");
    view! {
        <img class="picture" src=src alt=alt width="256" height="256" loading=loading decoding="async" />
    }
    .into_any()
}
