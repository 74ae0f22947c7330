//! Products in a grid.

use crate::text::stock_words::card_hint;
use crate::widgets::Picture;
use leptos::prelude::*;
use model::{ProductCard, format_minor};

/// A list of products; the whole card leads to the product.
#[component]
pub fn ProductGrid(
    products: Vec<ProductCard>,
    /// Seconds since EntMine last said that this is its catalogue.
    age_s: i64,
) -> impl IntoView {
    let cards = products
        .into_iter()
        .map(|product| product_card(product, age_s));
    let cards = cards.collect_view();
    view! { <ul class="grid">{cards}</ul> }.into_any()
}

fn product_card(product: ProductCard, age_s: i64) -> impl IntoView {
    let price = format_minor(product.price_minor, &product.currency);
    let hint =
        card_hint(&product, age_s).map(|words| view! { <span class="card-hint">{words}</span> });
    view! {
        <li class="card">
            <Picture src=product.image />
            <h3 class="card-name">
                <a href=format!("/p/{}", product.slug)>{product.name}</a>
            </h3>
            <p class="card-foot">
                <span class="money">{price}</span>
                {hint}
            </p>
        </li>
    }
    .into_any()
}
