//! `/how-ordering-works`: the terms, and what happens when something fails.

use crate::text::title::page_title;
use leptos::prelude::*;
use leptos_meta::Title;

/// Prices, delivery, payment, and what the words on an order's page mean.
#[component]
pub fn OrderingPage() -> impl IntoView {
    view! {
        <Title text=page_title("How ordering works") />
        <article class="wrap prose">
            <h1>"How ordering works"</h1>
            <h2>"Prices, delivery, payment"</h2>
            <p>
                "Prices include tax. Delivery is free. You pay by invoice, which comes with the \
                 goods. We never ask for a card, and nothing is charged when you order."
            </p>
            <h2>"From the click to the order number"</h2>
            <p>
                "When you place an order, we first write it down safely and then ask our order \
                 system for its number. As a rule that takes less than a second, and the page \
                 says “confirmed” with the number."
            </p>
            <h2>"If our order system is away"</h2>
            <p>
                "Then your order is safe with us without a number. We go on asking until it \
                 answers; you need not stay on the page, and you need not order again. “Try now” \
                 and “Try again” can be pressed as often as you like: one order stays one order."
            </p>
            <h2>"If you do not want it any more"</h2>
            <p>
                "As long as an order has no number you can cancel it on its page. We then ask \
                 our order system not to take it. If it has it already the order stands, and the page \
                 says so with its number. A cancelled order is never delivered or invoiced, and its \
                 goods are back in your cart."
            </p>
            <h2>"If stock or a price changed"</h2>
            <p>
                "Our order system may say that something is sold out or costs more (or less) than \
                 the page said. Then nothing is ordered: your cart and your form come back as they were, \
                 and each thing can be settled with one click."
            </p>
            <h2>"The order's page"</h2>
            <p>
                "Every order has a page of its own with a long secret address. It works from any \
                 browser, so keep it. Under “My orders” you find the ones of this browser."
            </p>
        </article>
    }
    .into_any()
}
