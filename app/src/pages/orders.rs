//! `/orders`: the orders of this browser's session.

use crate::{
    components::{Pager, loaded},
    page::{Ask, Page as Data, ask},
    state::{
        cart_view::pieces,
        date::long_date,
        outcome_words::{outcome_words, short_words},
        paging::page_number,
        title::page_title,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{OrderSummary, OrdersPage as Page, format_minor};

/// My orders, newest first.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_location().query;
    let orders = ask(move || {
        let page = query.with(|query| page_number(&query.get("page").unwrap_or_default()));
        Ask::Orders { page }
    });
    view! {
        <Title text=page_title("My orders") />
        <section class="wrap">
            <h1>"My orders"</h1>
            <p class="hint">"The orders that were placed in this browser."</p>
            {loaded(orders, |page| match page {
                Data::Orders(page) => Some(list(page)),
                _ => None,
            })}
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
            <p>
                {long_date(&order.placed_at)} ", " {pieces(order.pieces)} ", "
                <span class="money">{format_minor(order.total_minor, &order.currency)}</span>
            </p>
        </li>
    }
    .into_any()
}
