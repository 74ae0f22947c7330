//! A product's stock.

use crate::state::stock_words::stock_words;
use leptos::prelude::*;

/// What is known of the stock, in words and colour.
#[component]
pub fn StockLine(
    /// None where EntMine did not say.
    available: Option<i64>,
) -> impl IntoView {
    let (words, tone) = stock_words(available);
    view! { <p class=tone.class()>{words}</p> }.into_any()
}
