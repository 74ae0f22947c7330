//! `/categories`: all that the shop sells, by category.

use crate::{
    parts::loaded_below,
    server_fns,
    text::{product_count::product_count, title::page_title},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Category;

/// All categories, also those that the bar above every page has no room for.
#[component]
pub fn CategoriesPage() -> impl IntoView {
    let categories = Resource::new(|| (), |()| server_fns::categories());
    view! {
        <Title text=page_title("All categories") />
        <section class="wrap">
            <nav class="crumbs" aria-label="Where you are">
                <a href="/">"Home"</a>
            </nav>
            <h1>"All categories"</h1>
            {loaded_below(categories, list)}
        </section>
    }
    .into_any()
}

fn list(categories: Vec<Category>) -> AnyView {
    if categories.is_empty() {
        return view! {
            <p class="empty">"There is nothing on sale yet. Please come back soon."</p>
        }
        .into_any();
    }
    let count = match categories.len() {
        1 => "1 category".to_owned(),
        many => format!("{many} categories"),
    };
    let items = categories
        .into_iter()
        .map(|category| {
            view! {
                <li>
                    <a href=format!("/c/{}", category.slug)>{category.name}</a>
                    " "
                    <span class="hint">{product_count(category.products)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="hint">{count}</p>
        <ul class="all-categories">{items}</ul>
    }
    .into_any()
}
