//! Products in a grid.

use super::Picture;
use leptos::prelude::*;
use model::{ProductCard, format_minor};

/// A list of products; the whole card leads to the product.
#[component]
pub fn ProductGrid(products: Vec<ProductCard>) -> impl IntoView {
    let cards = products.into_iter().map(product_card).collect_view();
    view! { <ul class="grid">{cards}</ul> }.into_any()
}

fn product_card(product: ProductCard) -> impl IntoView {
    let price = format_minor(product.price_minor, &product.currency);
    let gone = (product.available <= 0)
        .then(|| view! { <span class="card-hint">"probably out of stock"</span> });
    view! {
        <li class="card">
            <Picture src=product.image />
            <h3 class="card-name">
                <a href=format!("/p/{}", product.slug)>{product.name}</a>
            </h3>
            <p class="card-foot">
                <span class="money">{price}</span>
                {gone}
            </p>
        </li>
    }
    .into_any()
}
