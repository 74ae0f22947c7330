//! `/`: the shop window.

use crate::shop::Shop;
use crate::{
    parts::{ProductGrid, loaded},
    server_fns,
    text::{product_count::product_count, title::page_title},
    widgets::Picture,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Category, Frame, HomePage as Home, ProductCard, ShopInfo};

/// What the shop sells, its categories, and a few products to start with.
#[component]
pub fn HomePage() -> impl IntoView {
    let shop = Shop::here();
    let home = Resource::new(|| (), |()| server_fns::home());
    loaded(home, move |home| match shop.frame() {
        Some(frame) => window(&shop.info(), frame, home),
        None => ().into_any(),
    })
}

fn window(shop: &ShopInfo, frame: Frame, home: Home) -> AnyView {
    let nothing = (frame.categories.is_empty() && home.featured.is_empty()).then(|| {
        view! {
            <div class="wrap">
                <p class="empty">"There is nothing on sale yet. Please come back soon."</p>
            </div>
        }
    });
    let categories = (!frame.categories.is_empty()).then(|| {
        view! {
            <section class="wrap" aria-labelledby="categories">
                <h2 id="categories">"Shop by category"</h2>
                {tiles(frame.categories)}
                {frame.more_categories.then(more_categories)}
            </section>
        }
    });
    let hero = hero(shop, &home.featured);
    let featured = (!home.featured.is_empty()).then(|| {
        view! {
            <section class="wrap" aria-labelledby="featured">
                <h2 id="featured">"To start with"</h2>
                <ProductGrid products=home.featured age_s=home.age_s />
            </section>
        }
    });
    view! {
        <Title text=page_title(&shop.tagline) />
        {hero}
        {categories}
        {featured}
        {nothing}
    }
    .into_any()
}

/// The merchant's headline, beside pictures of theirs or of products.
fn hero(shop: &ShopInfo, featured: &[ProductCard]) -> AnyView {
    let given = shop.hero_pictures.iter();
    let pictures: Vec<_> = match shop.hero_pictures.is_empty() {
        true => featured.iter().map(|product| &product.image).collect(),
        false => given.collect(),
    };
    let pictures = pictures
        .into_iter()
        .filter(|path| !path.is_empty())
        .take(3)
        .map(|path| hero_picture(path))
        .collect_view();
    // A page has a heading, also where the merchant's is empty.
    let title = match shop.hero_title.trim().is_empty() {
        true => shop.name.clone(),
        false => shop.hero_title.clone(),
    };
    let tagline = Some(shop.tagline.clone()).filter(|words| !words.is_empty());
    let text = Some(shop.hero_text.clone()).filter(|words| !words.is_empty());
    view! {
        <section class="hero">
            <div class="wrap hero-grid">
                <div>
                    {tagline.map(|words| view! { <p class="eyebrow">{words}</p> })}
                    <h1>{title}</h1>
                    {text.map(|words| view! { <p>{words}</p> })}
                    <ul class="hero-points">
                        <li>"Prices include tax"</li>
                        <li>"Delivery is free"</li>
                        <li>"Pay by invoice with the goods"</li>
                    </ul>
                </div>
                <div class="hero-pictures" aria-hidden="true">
                    {pictures}
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// With a source for wide windows only, so that a phone, which does not show it, does not fetch it.
fn hero_picture(path: &str) -> AnyView {
    view! {
        <picture>
            <source media="(min-width: 60rem)" srcset=path.to_owned() />
            <img alt="" width="256" height="256" />
        </picture>
    }
    .into_any()
}

fn tiles(categories: Vec<Category>) -> impl IntoView {
    let tiles = categories
        .into_iter()
        .map(|category| {
            view! {
                <li class="tile">
                    <Picture src=category.image at_once=true />
                    <h3 class="tile-name">
                        <a href=format!("/c/{}", category.slug)>{category.name}</a>
                    </h3>
                    <p class="hint">{product_count(category.products)}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="tiles">{tiles}</ul> }.into_any()
}

fn more_categories() -> AnyView {
    view! {
        <p class="tiles-more">
            <a class="button button-quiet" href="/categories">
                "All categories"
            </a>
        </p>
    }
    .into_any()
}
