//! What an order's card offers beside its words.

use crate::widgets::{CancelOrder, Countdown, OrderAgain, WishForm};
use crate::{
    browser::order_watch::OrderWatch,
    state::{
        offer::{Offer, offer},
        standing::Standing,
        wish::Wish,
    },
    text::reference::reference,
};
use leptos::prelude::*;
use model::ReceiptOrder;

/// Buttons and particulars for an outcome on the order's own page. They are rebuilt only when the
/// kind of outcome changes, so that a button does not vanish under somebody's finger; *Cancel order*
/// stays through every attempt, with its question open or not.
#[component]
pub fn OrderOffer(watch: OrderWatch, order: StoredValue<ReceiptOrder>) -> impl IntoView {
    let kind = Memo::new(move |_| watch.standing.with(offer));
    let may_cancel = Memo::new(move |_| watch.standing.with(Standing::may_cancel));
    let offered = move || match kind.get() {
        Offer::Nothing => ().into_any(),
        Offer::Wait => refresh().into_any(),
        Offer::TryNow => view! {
            <Countdown standing=watch.standing />
            <WishForm watch wish=Wish::TryNow />
            {refresh()}
        }
        .into_any(),
        Offer::TryAgain => view! {
            <Countdown standing=watch.standing />
            <WishForm watch wish=Wish::TryAgain />
            {refresh()}
        }
        .into_any(),
        Offer::Reference => view! {
            <p>
                "Your reference: " <code class="reference">{reference(&watch.receipt())}</code>
            </p>
        }
        .into_any(),
        Offer::Reasons(reasons) => {
            let again = move || {
                let (reasons, order) = (reasons.clone(), order.get_value());
                view! { <OrderAgain reasons order cart=watch.cart.get() /> }.into_any()
            };
            view! {
                {again}
                {way_back(watch, order, "The goods are back in your cart, and your form is kept.")}
            }
            .into_any()
        }
        Offer::WayBack => way_back(watch, order, "The goods are back in your cart.").into_any(),
    };
    view! {
        {offered}
        {move || may_cancel.get().then(|| view! { <CancelOrder watch /> })}
    }
    .into_any()
}

/// For browsers without JavaScript; the page follows the order by itself otherwise. The text is
/// fixed, because it is written as it is.
fn refresh() -> impl IntoView {
    view! {
        <noscript inner_html="<p>This page does not change by itself without JavaScript. <a href=''>Refresh</a></p>"></noscript>
    }
    .into_any()
}

/// On from an order of which nothing came.
fn way_back(
    watch: OrderWatch,
    order: StoredValue<ReceiptOrder>,
    goods: &'static str,
) -> impl IntoView {
    let again = order.with_value(|order| order.placed_again.clone());
    let placed_again = again.map(|receipt| {
        view! {
            <p>"You have placed it again since."</p>
            <p>
                <a class="button button-main" href=format!("/orders/{receipt}")>
                    "Go to the newer order"
                </a>
            </p>
        }
    });
    let on = move || match watch.back_in_cart.get() {
        None => ().into_any(),
        Some(true) => view! {
            <p>{goods}</p>
            <p>
                <a class="button" href="/checkout">
                    "Go back to the checkout"
                </a>
            </p>
        }
        .into_any(),
        Some(false) => view! {
            <p>
                <a class="button button-quiet" href="/">
                    "Go to the shop window"
                </a>
            </p>
        }
        .into_any(),
    };
    view! {
        {placed_again}
        {on}
    }
    .into_any()
}
