//! Orders whose end is open.

use crate::state::{
    cart_view::pieces, date::long_date, offer::link_words, outcome_words::short_words,
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
    let heading = if orders.len() == 1 {
        "You have an order under way"
    } else {
        "You have orders under way"
    };
    let items = orders
        .into_iter()
        .map(|order| {
            let placed_at = long_date(&order.placed_at);
            view! {
                <li>
                    <p>
                        {format!(
                            "{}, {}, {}: ",
                            placed_at,
                            pieces(order.pieces),
                            format_minor(order.total_minor, &order.currency),
                        )} <strong>{short_words(&order.outcome)}</strong>
                    </p>
                    <a href=format!("/orders/{}", order.receipt)>
                        {link_words(&order.outcome)}
                        <span class="unseen">{format!(" (the order of {placed_at})")}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="notice notice-doubt" aria-labelledby="open-orders">
            <h2 id="open-orders">{heading}</h2>
            <p>"It is looked after. Ordering below is a second order."</p>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}
