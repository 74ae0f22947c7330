//! Paging.

use crate::state::paging::page_href;
use leptos::prelude::*;

/// Where one is in a list, with links back and on; nothing where there is one page only.
#[component]
pub fn Pager(
    /// The list's address without the page.
    base: String,
    page: i64,
    pages: i64,
) -> impl IntoView {
    if pages <= 1 {
        return ().into_any();
    }
    let back = (page > 1).then(|| {
        view! {
            <a class="button button-quiet" rel="prev" href=page_href(&base, page - 1)>
                "Previous page"
            </a>
        }
    });
    let on = (page < pages).then(|| {
        view! {
            <a class="button button-quiet" rel="next" href=page_href(&base, page + 1)>
                "Next page"
            </a>
        }
    });
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{back}</span>
            <span class="pager-here">{format!("Page {page} of {pages}")}</span>
            <span>{on}</span>
        </nav>
    }
    .into_any()
}
