//! A form that was refused, with what was typed, for browsers without JavaScript.

use crate::{
    state::refused::{Purpose, Refused},
    text::title::page_title,
    widgets::{OrderFields, is_postcode_optional},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// Says what was not done and why, and offers to send it again.
#[component]
pub fn RefusedPage(refused: Refused) -> impl IntoView {
    let heading = refused.heading();
    let again = match refused.purpose() {
        Purpose::PlaceOrder if !refused.fields.is_empty() => Some(order_again(&refused)),
        Purpose::PlaceOrder | Purpose::Other => None,
        Purpose::ChangeCart | Purpose::TryAgain | Purpose::CancelOrder => {
            (refused.may_pass_later() && !refused.fields.is_empty()).then(|| same_again(&refused))
        }
    };
    view! {
        <Title text=page_title(heading) />
        <section class="wrap">
            <h1>{heading}</h1>
            <p class="notice notice-doubt" role="alert">
                {refused.words()}
            </p>
            {earlier(&refused)}
            {again}
            <ul class="actions">
                <li>
                    <a class="button button-quiet" href="/cart">
                        "Go to the cart"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/checkout">
                        "Go to the checkout"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/orders">
                        "My orders"
                    </a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// The order's own page, which knows what an earlier click did.
fn earlier(refused: &Refused) -> Option<AnyView> {
    let receipt = refused.field("receipt");
    let plain = !receipt.is_empty() && receipt.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| {
        let words = match refused.purpose() {
            Purpose::PlaceOrder => {
                "Did you send it before? Then this order's page says what became of it."
            }
            _ => "This order's page",
        };
        view! {
            <p>
                <a href=format!("/orders/{receipt}")>{words}</a>
            </p>
        }
        .into_any()
    })
}

/// The checkout's form as it was sent.
fn order_again(refused: &Refused) -> AnyView {
    let hidden = ["order_key", "receipt", "cart_revision", "shown_total_minor"]
        .into_iter()
        .map(|name| view! { <input type="hidden" name=name value=refused.field(name) /> })
        .collect_view();
    let form = refused.form();
    let postcode_optional = is_postcode_optional(&form.country);
    view! {
        <form class="order-form" method="post" action="/api/orders/submit">
            {hidden}
            <OrderFields form postcode_optional reasons=Signal::stored(Vec::new()) />
            <button class="button button-main button-wide">"Place order"</button>
        </form>
    }
    .into_any()
}

/// A form of few fields, of which nothing was typed by hand.
fn same_again(refused: &Refused) -> AnyView {
    let hidden = ["sku", "quantity", "receipt"]
        .into_iter()
        .filter(|name| !refused.field(name).is_empty())
        .map(|name| view! { <input type="hidden" name=name value=refused.field(name) /> })
        .collect_view();
    view! {
        <form method="post" action=refused.path.clone()>
            {hidden}
            <button class="button">"Try again"</button>
        </form>
    }
    .into_any()
}
