//! A moment in time.

use leptos::prelude::*;

/// A time as people read it, with the exact one for machines.
#[component]
pub fn Moment(
    /// RFC 3339 UTC.
    at: String,
    /// The same as people at the shop's place read it. The browser shows its own (`shell.rs`).
    words: String,
) -> impl IntoView {
    view! { <time datetime=at>{words}</time> }.into_any()
}
