//! `/orders/{receipt}`: an order's own page.

use crate::{
    browser::{
        badge,
        follow::{ask as ask_status, follow},
    },
    components::{Missing, OrderCard, OrderLines, OrderOffer, loaded},
    page::{Ask, Page, ask},
    state::{date::long_date, outcome_words::outcome_words, title::page_title},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{OrderForm, Outcome, ReceiptOrder, country_name};

/// What is known of an order.
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let params = use_params_map();
    let receipt =
        Memo::new(move |_| params.with(|params| params.get("receipt").unwrap_or_default()));
    let page = ask(move || {
        let receipt = receipt.get();
        Ask::Receipt { receipt }
    });
    view! {
        <Title text=page_title("Your order") />
        {loaded(page, shown)}
    }
    .into_any()
}

fn shown(page: Page) -> Option<AnyView> {
    Some(match page {
        Page::Order(order) => receipt(*order).into_any(),
        Page::OrderNotReceived => not_received().into_any(),
        Page::OrderUnknown => view! {
            <Missing
                heading="There is no such order"
                text="Please check the address: it is long, and every character counts. \
                      Orders of this browser are under My orders."
            />
        }
        .into_any(),
        _ => return None,
    })
}

fn receipt(order: ReceiptOrder) -> impl IntoView {
    view! {
        <section class="wrap">
            <h1>"Your order"</h1>
            <LiveOrder order=order.clone() />
            {particulars(order)}
        </section>
    }
    .into_any()
}

/// The order's card, which follows the order while its end is open.
#[island]
fn LiveOrder(order: ReceiptOrder) -> impl IntoView {
    let receipt = order.summary.receipt.clone();
    let outcome = RwSignal::new(order.summary.outcome.clone());
    if !order.summary.outcome.is_final() {
        Effect::new(move |_| {
            let asked = receipt.clone();
            follow(receipt.clone(), move |news| heard(&asked, outcome, news));
        });
    }
    let words = Memo::new(move |_| Some(outcome.with(outcome_words)));
    let order = StoredValue::new(order);
    view! {
        <OrderCard words>
            <OrderOffer outcome order />
        </OrderCard>
    }
    .into_any()
}

/// Takes news of the order. Goods that went back into the cart show in its badge; live news do not
/// tell the cart, so the status door is asked for it.
fn heard(receipt: &str, outcome: RwSignal<Outcome>, news: Outcome) {
    if let Outcome::NotPlaced { cart: None, .. } = &news {
        let receipt = receipt.to_owned();
        spawn_local(async move {
            if let Some(known) = ask_status(&receipt).await {
                if let Outcome::NotPlaced {
                    cart: Some(cart), ..
                } = &known
                {
                    badge::cart_changed(cart);
                }
                outcome.try_set(known);
            }
        });
    }
    outcome.try_set(news);
}

fn particulars(order: ReceiptOrder) -> impl IntoView {
    let summary = order.summary;
    view! {
        <div class="particulars">
            <section aria-labelledby="lines">
                <h2 id="lines">"What you ordered"</h2>
                <OrderLines
                    lines=order.lines
                    total_minor=summary.total_minor
                    currency=summary.currency
                />
            </section>
            <section aria-labelledby="goods-go">
                <h2 id="goods-go">"Where the goods go"</h2>
                {address(order.form)}
                <p class="hint">"Placed on " {long_date(&summary.placed_at)}</p>
                <p class="hint">
                    "You pay by invoice, which comes with the goods. Keep this page's address: it \
                     opens this order from any browser."
                </p>
            </section>
        </div>
        <ul class="actions">
            <li>
                <a class="button button-quiet" href="/orders">
                    "My orders"
                </a>
            </li>
            <li>
                <a class="button button-quiet" href="/">
                    "Go to the shop window"
                </a>
            </li>
        </ul>
    }
    .into_any()
}

fn address(form: OrderForm) -> impl IntoView {
    let country = country_name(&form.country).map_or(form.country.clone(), str::to_owned);
    let lines = [
        form.name,
        form.line1,
        form.line2,
        format!("{} {}", form.postcode, form.city),
        country,
        form.email,
        form.phone,
        form.note,
    ];
    let lines = lines
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! { <ul class="address">{lines}</ul> }.into_any()
}

fn not_received() -> impl IntoView {
    view! {
        <section class="wrap">
            <h1>"Your order"</h1>
            <div class="order-card order-quiet">
                <h2>"Not received yet"</h2>
                <p>
                    "This order has not reached us. Nothing was ordered, and your cart is as you \
                     left it."
                </p>
                <ul class="actions">
                    <li>
                        <a class="button button-main" href="/cart">
                            "Go to the cart"
                        </a>
                    </li>
                    <li>
                        <a class="button button-quiet" href="" rel="external">
                            "Look again"
                        </a>
                    </li>
                </ul>
            </div>
        </section>
    }
    .into_any()
}
