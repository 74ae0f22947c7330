//! What stands above every page.

use crate::islands::CartLink;
use crate::parts::SearchForm;
use crate::shop::Shop;
use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};
use model::{Category, ShopInfo};

/// Wordmark, search, the way to one's orders and cart, and some categories.
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
                <Transition>{move || wordmark(&shop.info())}</Transition>
                <Transition>
                    {move || {
                        let hint = shop.info().search_hint.clone();
                        view! { <SearchForm hint /> }
                    }}
                </Transition>
                <nav class="header-links" aria-label="Your orders and cart">
                    <a href="/orders" aria-current=current(path, "/orders".to_owned())>
                        "My orders"
                    </a>
                    <Transition>
                        {move || {
                            let pieces = shop.frame().map(|frame| frame.cart_pieces);
                            view! { <CartLink pieces /> }
                        }}
                    </Transition>
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
    let strip = move || {
        let frame = shop.frame()?;
        let class = match frame.more_categories {
            true => "categories categories-cut",
            false => "categories",
        };
        // None: no strip either.
        (!frame.categories.is_empty()).then(|| {
            view! {
                <nav class=class aria-label="Categories">
                    <CategoryList categories=frame.categories more=frame.more_categories />
                </nav>
            }
            .into_any()
        })
    };
    view! { <Transition>{strip}</Transition> }.into_any()
}

#[component]
fn CategoryList(
    categories: Vec<Category>,
    /// There are more than these.
    more: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    let hrefs: Vec<String> = categories
        .iter()
        .map(|category| format!("/c/{}", category.slug))
        .collect();
    let all = more.then(|| all_categories(path, hrefs.clone()));
    let items = categories
        .into_iter()
        .zip(hrefs)
        .map(|(category, href)| {
            view! {
                <li>
                    <a href=href.clone() aria-current=current(path, href)>
                        {category.name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="wrap">
            {all}
            {items}
        </ul>
    }
    .into_any()
}

/// The way to those that are not named: first, so that it is in sight in any window. It is marked when one of them is
/// open, whose name the bar does not know.
fn all_categories(path: Memo<String>, named: Vec<String>) -> AnyView {
    let current = move || {
        let path = path.with(|path| Url::unescape(path));
        match path.as_str() {
            "/categories" => Some("page"),
            here if here.starts_with("/c/") && !named.contains(&path) => Some("true"),
            _ => None,
        }
    };
    view! {
        <li>
            <a href="/categories" aria-current=current>
                "All categories"
            </a>
        </li>
    }
    .into_any()
}

/// `aria-current` of a link. A category's name may have letters that the address writes in another way.
fn current(
    path: Memo<String>,
    href: String,
) -> impl Fn() -> Option<&'static str> + Clone + Send + 'static {
    move || {
        path.with(|path| Url::unescape(path) == href)
            .then_some("page")
    }
}
