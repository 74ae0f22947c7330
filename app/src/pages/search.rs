//! `/search?q=`: looking for products.

use crate::{
    parts::{Pager, ProductGrid, loaded},
    server_fns,
    state::{
        paging::{page_number, query_value},
        query::{query_part, searched},
    },
    text::{product_count::product_count, title::page_title},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::ProductList;

/// What was found, page by page.
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_location().search;
    let words = Memo::new(move |_| query.with(|query| searched(query)));
    let page = Memo::new(move |_| query.with(|query| page_number(&query_part(query, "page"))));
    let list = Resource::new(
        move || (words.get(), page.get()),
        |(words, page): (String, i64)| server_fns::search(words, page.to_string()),
    );
    loaded(list, move |list| {
        found(list, words.get_untracked()).into_any()
    })
}

fn found(list: ProductList, words: String) -> impl IntoView {
    let heading = if words.is_empty() {
        "Search".to_owned()
    } else {
        format!("Search for “{words}”")
    };
    let count = match (words.is_empty(), list.total) {
        (true, 0) => "What are you looking for?".into_any(),
        (false, 0) => nothing_found(),
        (_, total) => product_count(total).into_any(),
    };
    view! {
        <Title text=page_title(&heading) />
        <section class="wrap">
            <h1>{heading}</h1>
            <p class="hint" role="status">
                {count}
            </p>
            <h2 class="unseen">"Products"</h2>
            <ProductGrid products=list.products age_s=list.age_s />
            <Pager
                base=format!("/search?q={}", query_value(&words))
                page=list.page
                pages=list.pages
            />
        </section>
    }
    .into_any()
}

fn nothing_found() -> AnyView {
    view! {
        "Nothing found. Fewer or shorter words find more, or look through "
        <a href="/categories">"all categories"</a>
        "."
    }
    .into_any()
}
