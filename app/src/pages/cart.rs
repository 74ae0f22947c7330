//! `/cart`: what is in the cart.

use crate::{
    islands::CartContents,
    parts::loaded_below,
    server_fns,
    text::{refusal::refusal_words, title::page_title},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// The cart, with the quantities as forms.
#[component]
pub fn CartPage() -> impl IntoView {
    let query = use_location().query;
    let refused = move || {
        query.with_untracked(|query| {
            query
                .get_str("refused")
                .and_then(refusal_words)
                .map(str::to_owned)
        })
    };
    let page = Resource::new(|| (), |()| server_fns::cart_page());
    view! {
        <Title text=page_title("Your cart") />
        <section class="wrap">
            <h1>"Your cart"</h1>
            {loaded_below(page, move |page| {
                view! { <CartContents page refused=refused() /> }.into_any()
            })}
        </section>
    }
    .into_any()
}
