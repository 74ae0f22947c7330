//! When an order came and what there is to pay, as long as that is true.

use crate::widgets::Moment;
use crate::{browser::order_watch::OrderWatch, state::order_facts::order_facts};
use leptos::prelude::*;
use model::ReceiptOrder;

/// The facts below an order's card; they follow the order as the card does.
#[component]
pub fn OrderFacts(watch: OrderWatch, order: StoredValue<ReceiptOrder>) -> impl IntoView {
    let facts = Memo::new(move |_| {
        watch
            .standing
            .with(|standing| order_facts(&standing.outcome))
    });
    let (at, words) = order.with_value(|order| {
        let summary = &order.summary;
        (summary.placed_at.clone(), summary.placed_at_words.clone())
    });
    view! {
        <dl class="order-facts">
            <div>
                <dt>{move || facts.get().dated}</dt>
                <dd>
                    <Moment at words />
                </dd>
            </div>
            {move || {
                facts
                    .get()
                    .payment
                    .map(|words| {
                        view! {
                            <div>
                                <dt>"Payment"</dt>
                                <dd>{words}</dd>
                            </div>
                        }
                    })
            }}
        </dl>
        <p class="hint">{move || facts.get().keep}</p>
    }
    .into_any()
}
