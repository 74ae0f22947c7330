//! An order on its page.

use crate::{
    browser::order_watch::OrderWatch,
    state::{order_facts::order_title, standing::Standing},
    widgets::{OrderCard, OrderFacts, OrderOffer},
};
use leptos::prelude::*;
use model::ReceiptOrder;

/// The order's card, which follows the order while its end is open.
#[island]
pub fn LiveOrder(order: ReceiptOrder) -> impl IntoView {
    let watch = OrderWatch::open(&order);
    let words = Memo::new(move |_| Some(watch.standing.with(Standing::words)));
    let order = StoredValue::new(order);
    follow_with_the_title(watch);
    view! {
        <OrderCard words node=watch.card>
            <OrderOffer watch order />
        </OrderCard>
        <OrderFacts watch order />
    }
    .into_any()
}

/// The tab's title says where the order stands, also while somebody reads in another tab.
fn follow_with_the_title(watch: OrderWatch) {
    let title = Memo::new(move |_| {
        watch
            .standing
            .with(|standing| order_title(&standing.outcome))
    });
    Effect::new(move |before: Option<String>| {
        let now = title.get();
        if let Some(before) = before {
            let document = document();
            document.set_title(&document.title().replacen(&before, &now, 1));
        }
        now
    });
}
