//! `/`: the shop window.

use crate::shop::Shop;
use crate::{
    components::{Picture, ProductGrid, framed, loaded},
    page::{Ask, Page, ask},
    state::title::page_title,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Category;

/// What the shop sells, its categories, and a few products to start with.
#[component]
pub fn HomePage() -> impl IntoView {
    let shop = Shop::here();
    let home = ask(move || Ask::Home);
    view! {
        <Title text=page_title("Supplies for working wizards") />
        <section class="hero">
            <div class="wrap hero-grid">
            <div>
                <p class="eyebrow">"Supplies for working wizards"</p>
                <h1>"Everything the craft asks for, delivered to the tower door"</h1>
                <p>
                    "Wands that keep their temper, glass that keeps its shape, maps that keep up. \
                     Order today and pay by invoice when the goods are in your hands."
                </p>
                <ul class="hero-points">
                    <li>"Prices include tax"</li>
                    <li>"Delivery is free"</li>
                    <li>"Pay by invoice with the goods"</li>
                </ul>
            </div>
            <div class="hero-pictures" aria-hidden="true">
                {hero_picture("1fa84")} {hero_picture("1f52e")} {hero_picture("1f52d")}
            </div>
            </div>
        </section>
        <section class="wrap" aria-labelledby="categories">
            <h2 id="categories">"Shop by category"</h2>
            {framed(move || Some(categories(shop.frame()?.categories).into_any()))}
        </section>
        <section class="wrap" aria-labelledby="featured">
            <h2 id="featured">"To start with"</h2>
            {loaded(home, |page| match page {
                Page::Home(home) => {
                    Some(view! { <ProductGrid products=home.featured age_s=home.age_s /> }.into_any())
                }
                _ => None,
            })}
        </section>
    }
    .into_any()
}

/// One of the pictures that come with the shop, by its code point.
fn hero_picture(name: &str) -> impl IntoView {
    view! { <img src=format!("/products/{name}.webp") alt="" width="256" height="256" /> }
}

fn categories(categories: Vec<Category>) -> impl IntoView {
    let tiles = categories
        .into_iter()
        .map(|category| {
            let count = match category.products {
                1 => "1 product".to_owned(),
                many => format!("{many} products"),
            };
            view! {
                <li class="tile">
                    <Picture src=category.image at_once=true />
                    <h3 class="tile-name">
                        <a href=format!("/c/{}", category.slug)>{category.name}</a>
                    </h3>
                    <p class="hint">{count}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="tiles">{tiles}</ul> }.into_any()
}
