//! Orders whose end is open.

use crate::state::{cart_view::pieces, date::long_date, outcome_words::short_words};
use leptos::prelude::*;
use model::{OrderSummary, format_minor};

/// Says at the checkout which orders are under way, so that nobody buys again for want of news.
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
            view! {
                <li>
                    <a href=format!("/orders/{}", order.receipt)>
                        {format!(
                            "{}, {}, {}",
                            long_date(&order.placed_at),
                            pieces(order.pieces),
                            format_minor(order.total_minor, &order.currency),
                        )}
                    </a> ": " {short_words(&order.outcome)}
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
