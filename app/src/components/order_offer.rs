//! What an order's card offers beside its words.

use super::retry_form::RetryForm;
use crate::{
    browser::{clock::sleep, task::while_here},
    state::{
        countdown::{next_try, seconds},
        offer::{Offer, offer},
        reasons::reason_words,
    },
};
use leptos::prelude::*;
use model::{Outcome, Reason, ReceiptOrder};

/// Buttons and particulars for an outcome on the order's own page. They are rebuilt only when the
/// kind of outcome changes, so that a button does not vanish under somebody's finger.
#[component]
pub fn OrderOffer(outcome: RwSignal<Outcome>, order: StoredValue<ReceiptOrder>) -> impl IntoView {
    let kind = Memo::new(move |_| outcome.with(offer));
    let receipt = order.with_value(|order| order.summary.receipt.clone());
    let heard = Callback::new(move |news| outcome.set(news));
    move || {
        let receipt = receipt.clone();
        match kind.get() {
            Offer::Nothing => ().into_any(),
            Offer::Wait => refresh().into_any(),
            Offer::TryNow => view! {
                <Countdown outcome />
                <RetryForm receipt label="Try now" heard />
                {refresh()}
            }
            .into_any(),
            Offer::TryAgain => view! {
                <RetryForm receipt label="Try again" heard />
                {refresh()}
            }
            .into_any(),
            Offer::Reference => view! {
                <p>"Your reference: " <code class="reference">{receipt}</code></p>
            }
            .into_any(),
            Offer::Reasons(reasons) => {
                let back = outcome.with_untracked(|outcome| back_in_cart(outcome, order));
                not_placed(reasons, back, order).into_any()
            }
        }
    }
}

/// For browsers without JavaScript; the page follows the order by itself otherwise. The text is
/// fixed, because it is written as it is.
fn refresh() -> impl IntoView {
    view! {
        <noscript inner_html="<p>This page does not change by itself without JavaScript. <a href=''>Refresh</a></p>"></noscript>
    }
    .into_any()
}

/// The time until the store tries by itself; it runs in the browser only.
#[component]
fn Countdown(outcome: RwSignal<Outcome>) -> impl IntoView {
    let wait = move |outcome: &Outcome| match outcome {
        Outcome::Safe { next_try_in_ms, .. } => seconds(*next_try_in_ms),
        Outcome::Sending { .. }
        | Outcome::Confirmed { .. }
        | Outcome::Checking { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::UnderReview { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => 0,
    };
    let left = RwSignal::new(outcome.with_untracked(wait));
    Effect::new(move |_| {
        left.set(outcome.with(wait));
        while_here(async move {
            while left.try_get_untracked().is_some_and(|left| left > 0) {
                sleep(1_000).await;
                left.try_update(|left| *left -= 1);
            }
        });
    });
    view! { <p class="countdown">{move || next_try(left.get())}</p> }.into_any()
}

fn back_in_cart(outcome: &Outcome, order: StoredValue<ReceiptOrder>) -> bool {
    let told = matches!(
        outcome,
        Outcome::NotPlaced { cart: Some(cart), .. } if !cart.lines.is_empty()
    );
    told || order.with_value(|order| order.back_in_cart)
}

fn not_placed(
    reasons: Vec<Reason>,
    back_in_cart: bool,
    order: StoredValue<ReceiptOrder>,
) -> impl IntoView {
    let lines = order.with_value(|order| {
        let name_of = |sku: &str| {
            order
                .lines
                .iter()
                .find(|line| line.sku == *sku)
                .map_or_else(|| sku.to_owned(), |line| line.name.clone())
        };
        reasons
            .iter()
            .map(|reason| reason_words(reason, &order.summary.currency, name_of))
            .map(|words| view! { <li>{words}</li> })
            .collect_view()
    });
    let way = if back_in_cart {
        view! {
            <p>"The goods are back in your cart, and your form is kept."</p>
            <p>
                <a class="button button-main" href="/checkout">
                    "Go back to the checkout"
                </a>
            </p>
        }
        .into_any()
    } else {
        view! {
            <p>
                <a class="button button-main" href="/">
                    "Go to the shop window"
                </a>
            </p>
        }
        .into_any()
    };
    view! {
        <ul class="reasons">{lines}</ul>
        {way}
    }
    .into_any()
}
