//! Text that changes while the page is looked at.

use crate::widgets::keyed;
use leptos::prelude::*;

/// A text in an element of its own, which is replaced when the text changes. Browsers that translate
/// a page put other text nodes in the place of ours: one that we changed would never be seen again.
#[component]
pub fn LiveText(
    /// Empty: there is nothing.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    // On the server a visitor who left while the page streams has taken the signals along.
    let text = move || text.try_get().filter(|text| !text.is_empty());
    keyed(text, |text| view! { <span>{text}</span> }.into_any())
}
