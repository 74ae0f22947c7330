//! `/checkout`: placing an order.

use crate::{
    islands::CheckoutForm,
    parts::loaded_below,
    server_fns,
    state::order_facts::checkout_title,
    text::title::page_title,
    widgets::{OpenOrders, is_postcode_optional, nothing_to_order},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::CheckoutPage as Page;

/// The checkout. Its data are always loaded anew, so that going back shows what is true.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let page = Resource::new(|| (), |()| server_fns::checkout_page());
    view! {
        <Title text=page_title("Checkout") />
        <section class="wrap">
            <h1>"Checkout"</h1>
            {loaded_below(page, |page: Page| {
                let title = page_title(checkout_title(page.reasons.is_empty()));
                view! {
                    <Title text=title />
                    <Checkout page />
                }
                .into_any()
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Checkout(page: Page) -> impl IntoView {
    let Page {
        cart,
        form,
        reasons,
        open_orders,
    } = page;
    match cart.cart.filter(|cart| !cart.lines.is_empty()) {
        Some(cart) => {
            let postcode_optional = is_postcode_optional(&form.country);
            view! { <CheckoutForm cart form postcode_optional reasons open_orders /> }.into_any()
        }
        None => view! {
            <OpenOrders orders=open_orders />
            {nothing_to_order()}
        }
        .into_any(),
    }
}
