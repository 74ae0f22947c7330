//! A product's stock.

use crate::text::stock_words::stock_words;
use leptos::prelude::*;
use model::StockWord;

/// What is known of the stock, in words and colour.
#[component]
pub fn StockLine(stock: StockWord) -> impl IntoView {
    let (words, tone) = stock_words(&stock);
    view! { <p class=tone.class()>{words}</p> }.into_any()
}
