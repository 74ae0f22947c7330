//! What stands above every page.

use super::{cart_link::CartLink, framed, search_form::SearchForm};
use crate::shop::Shop;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{Category, ShopInfo};

/// Wordmark, search, the way to one's orders and cart, and the categories.
#[component]
pub fn Header() -> impl IntoView {
    let path = use_location().pathname;
    let shop = Shop::here();
    view! {
        <header class="site-header">
            <a class="skip" href="#main" rel="external">
                "Skip to the content"
            </a>
            <div class="wrap header-bar">
                {framed(move || Some(wordmark(&shop.info())))}
                {framed(move || {
                    let hint = shop.info().search_hint.clone();
                    Some(view! { <SearchForm hint /> }.into_any())
                })}
                <nav class="header-links" aria-label="Your orders and cart">
                    <a href="/orders" aria-current=current(path, "/orders".to_owned())>
                        "My orders"
                    </a>
                    {framed(move || {
                        let pieces = shop.frame().map(|frame| frame.cart_pieces);
                        Some(view! { <CartLink pieces /> }.into_any())
                    })}
                </nav>
            </div>
            <Categories />
        </header>
    }
    .into_any()
}

fn wordmark(shop: &ShopInfo) -> AnyView {
    view! {
        <a class="wordmark" href="/">
            <img src=shop.logo.clone() alt="" width="36" height="36" />
            <span>{shop.name.clone()}</span>
        </a>
    }
    .into_any()
}

#[component]
fn Categories() -> impl IntoView {
    let shop = Shop::here();
    framed(move || {
        // None: no strip either.
        let categories = shop.frame()?.categories;
        (!categories.is_empty()).then(|| {
            view! {
                <nav class="categories" aria-label="Categories">
                    <CategoryList categories />
                </nav>
            }
            .into_any()
        })
    })
}

#[component]
fn CategoryList(categories: Vec<Category>) -> impl IntoView {
    let path = use_location().pathname;
    let items = categories
        .into_iter()
        .map(|category| {
            let href = format!("/c/{}", category.slug);
            view! {
                <li>
                    <a href=href.clone() aria-current=current(path, href)>
                        {category.name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="wrap">{items}</ul> }.into_any()
}

/// `aria-current` of a link.
fn current(
    path: Memo<String>,
    href: String,
) -> impl Fn() -> Option<&'static str> + Clone + Send + 'static {
    move || path.with(|path| *path == href).then_some("page")
}
