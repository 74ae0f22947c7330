//! Orders whose end is open.

use crate::widgets::Moment;
use crate::{
    state::{cart_view::pieces, offer::link_words, order_facts::under_way_words},
    text::outcome_words::short_words,
};
use leptos::prelude::*;
use model::{OrderSummary, format_minor};

/// Says at the checkout which orders are under way, so that nobody buys again for want of news. Each
/// is tried again or cancelled on its own page.
#[component]
pub fn OpenOrders(orders: Vec<OrderSummary>) -> impl IntoView {
    if orders.is_empty() {
        return ().into_any();
    }
    let (heading, words) = under_way_words(orders.len());
    let items = orders
        .into_iter()
        .map(|order| {
            let total = format_minor(order.total_minor, &order.currency);
            view! {
                <li>
                    <strong>{short_words(&order.outcome)}</strong>
                    <ul class="facts">
                        <li>
                            <Moment at=order.placed_at words=order.placed_at_words />
                        </li>
                        <li>{pieces(order.pieces)}</li>
                        <li class="money">{total.clone()}</li>
                    </ul>
                    <a href=format!("/orders/{}", order.receipt)>
                        {link_words(&order.outcome)}
                        <span class="unseen">{format!(" (the order of {total})")}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="notice notice-doubt" aria-labelledby="open-orders">
            <h2 id="open-orders">{heading}</h2>
            <p>{words}</p>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}
