//! `/c/{slug}`: the products of a category.

use crate::{
    parts::{Missing, Pager, ProductGrid, loaded},
    server_fns,
    state::paging::page_number,
    text::{product_count::product_count, title::page_title},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use model::ProductList;

/// A category, page by page.
#[component]
pub fn CategoryPage() -> impl IntoView {
    let params = use_params_map();
    // Of the location and not of the route: FlatRoutes keeps a route's query when only the path's
    // parameter changes.
    let query = use_location().query;
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    let page =
        Memo::new(move |_| query.with(|query| page_number(&query.get("page").unwrap_or_default())));
    let list = Resource::new(
        move || (slug.get(), page.get()),
        |(slug, page): (String, i64)| server_fns::category(slug, page.to_string()),
    );
    loaded(list, move |list| match list {
        Some(list) => products(list, &slug.get_untracked()).into_any(),
        None => view! {
            <Missing
                heading="There is no such category"
                text="It may have been renamed. Please look for it among all categories."
            />
        }
        .into_any(),
    })
}

fn products(list: ProductList, slug: &str) -> impl IntoView {
    let grid = if list.products.is_empty() {
        view! { <p class="empty">"Nothing here just now. Please look into another category."</p> }
            .into_any()
    } else {
        view! { <ProductGrid products=list.products age_s=list.age_s /> }.into_any()
    };
    view! {
        <Title text=page_title(&list.title) />
        <section class="wrap">
            <nav class="crumbs" aria-label="Where you are">
                <a href="/">"Home"</a>
                <a href="/categories">"All categories"</a>
            </nav>
            <h1>{list.title}</h1>
            <p class="hint">{product_count(list.total)}</p>
            <h2 class="unseen">"Products"</h2>
            {grid}
            <Pager base=format!("/c/{slug}") page=list.page pages=list.pages />
        </section>
    }
    .into_any()
}
