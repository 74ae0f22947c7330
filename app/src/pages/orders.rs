//! `/orders`: the orders of this browser's session.

use crate::{
    parts::{Pager, loaded_below},
    server_fns,
    state::{cart_view::pieces, paging::page_number},
    text::{
        outcome_words::{outcome_words, short_words},
        title::page_title,
    },
    widgets::Moment,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{OrderSummary, OrdersPage as Page, format_minor};

/// After *Forget me on this device*.
const FORGOTTEN: &str = "This device knows nothing of you any more. Orders that were placed go on; the \
                         addresses of their pages still open them.";

/// My orders, newest first.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_location().query;
    let orders = Resource::new(
        move || query.with(|query| page_number(&query.get("page").unwrap_or_default())),
        |page: i64| server_fns::orders_page(page.to_string()),
    );
    let forgotten = query.with_untracked(|query| query.get_str("forgotten").is_some());
    view! {
        <Title text=page_title("My orders") />
        <section class="wrap">
            <h1>"My orders"</h1>
            {forgotten.then(|| view! { <p class="notice notice-good" role="status">{FORGOTTEN}</p> })}
            <p class="hint">"The orders of this browser, whatever became of them."</p>
            {loaded_below(orders, list)}
        </section>
    }
    .into_any()
}

fn list(page: Page) -> AnyView {
    if page.orders.is_empty() {
        return view! {
            <div class="empty">
                <p>"No orders yet."</p>
                <a class="button" href="/">
                    "Go to the shop window"
                </a>
            </div>
        }
        .into_any();
    }
    let rows = page.orders.into_iter().map(row).collect_view();
    view! {
        <ul class="orders">{rows}</ul>
        <Pager base="/orders".to_owned() page=page.page pages=page.pages />
        {forget_me()}
    }
    .into_any()
}

/// For a computer that others use too. It cannot be undone, so it is asked twice.
fn forget_me() -> impl IntoView {
    view! {
        <details class="forget-me">
            <summary class="button button-quiet">"Forget me on this device"</summary>
            <p>
                "Your cart and this list go from this browser, and what you typed at the checkout. \
                 Orders that were placed go on. Keep the addresses of their pages if you want to see \
                 them again: nothing else leads there."
            </p>
            <form method="post" action="/api/session/forget">
                <button class="button button-bad">"Yes, forget me"</button>
            </form>
        </details>
    }
    .into_any()
}

fn row(order: OrderSummary) -> impl IntoView {
    let tone = outcome_words(&order.outcome).tone.class();
    view! {
        <li class=tone>
            <h2 class="order-row-name">
                <a href=format!("/orders/{}", order.receipt)>{short_words(&order.outcome)}</a>
            </h2>
            <ul class="facts">
                <li>
                    <Moment at=order.placed_at words=order.placed_at_words />
                </li>
                <li>{pieces(order.pieces)}</li>
                <li class="money">{format_minor(order.total_minor, &order.currency)}</li>
            </ul>
        </li>
    }
    .into_any()
}
