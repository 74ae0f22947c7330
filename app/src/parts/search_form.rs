//! Searching the shop.

use crate::state::query::searched;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A plain GET form.
#[component]
pub fn SearchForm(
    /// Stands in the empty field; may be empty itself.
    hint: String,
) -> impl IntoView {
    let query = use_location().search;
    view! {
        <form class="search joined" role="search" method="get" action="/search">
            <label class="unseen" for="search">
                "Search the shop"
            </label>
            <input
                id="search"
                type="search"
                name="q"
                maxlength="100"
                placeholder=Some(hint).filter(|hint| !hint.is_empty())
                value=move || Some(query.with(|query| searched(query))).filter(|words| !words.is_empty())
            />
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}
