//! `/orders/{receipt}`: an order's own page.

use crate::{
    islands::LiveOrder,
    parts::{Missing, loaded},
    server_fns,
    state::order_facts::order_title,
    text::title::page_title,
    widgets::OrderLines,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{OrderForm, ReceiptOrder, ReceiptPage as Page};

/// What is known of an order.
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let params = use_params_map();
    let receipt =
        Memo::new(move |_| params.with(|params| params.get("receipt").unwrap_or_default()));
    let page = Resource::new(move || receipt.get(), server_fns::receipt_page);
    loaded(page, shown)
}

fn shown(page: Page) -> AnyView {
    match page {
        Page::Order(order) => receipt(*order).into_any(),
        Page::NotReceived => not_received().into_any(),
        Page::Unknown => view! {
            <Missing
                heading="There is no such order"
                text="Please check the address: it is long, and every character counts. \
                      Orders of this browser are under My orders."
            />
        }
        .into_any(),
    }
}

fn receipt(order: ReceiptOrder) -> impl IntoView {
    view! {
        <Title text=page_title(&order_title(&order.summary.outcome)) />
        <section class="wrap">
            <h1>"Your order"</h1>
            {order.other_fields.then(other_fields)}
            <LiveOrder order=order.clone() />
            {particulars(order)}
        </section>
    }
    .into_any()
}

/// The same order was sent again with another form: what came first is what counts.
fn other_fields() -> impl IntoView {
    view! {
        <p class="notice notice-doubt">
            "This order came before with other details. Those that came first count, and they are the \
             ones below."
        </p>
    }
    .into_any()
}

/// What is in it and where it goes: true in every state, so that nothing here has to follow the order.
fn particulars(order: ReceiptOrder) -> impl IntoView {
    let summary = order.summary;
    view! {
        <div class="particulars">
            <section aria-labelledby="lines">
                <h2 id="lines">"Products"</h2>
                <OrderLines
                    lines=order.lines
                    total_minor=summary.total_minor
                    currency=summary.currency
                />
            </section>
            {customer(order.form)}
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

/// Where it goes, and how its customer is reached.
fn customer(form: OrderForm) -> AnyView {
    // No order is taken without a name: this one's customer was erased.
    if form.name.trim().is_empty() {
        return view! {
            <section aria-labelledby="goods-go">
                <h2 id="goods-go">"Your data"</h2>
                <p>"Name, address and contact were erased. The order itself is kept."</p>
            </section>
        }
        .into_any();
    }
    let address = form.address().lines();
    let lines = [form.name]
        .into_iter()
        .chain(address)
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let contact = [
        ("E-mail", form.email),
        ("Telephone", form.phone),
        ("Note", form.note),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
    .map(|(label, text)| {
        view! {
            <dt>{label}</dt>
            <dd>{text}</dd>
        }
    })
    .collect_view();
    view! {
        <section aria-labelledby="goods-go">
            <h2 id="goods-go">"Delivery address"</h2>
            <ul class="address">{lines}</ul>
            <dl class="contact">{contact}</dl>
        </section>
    }
    .into_any()
}

fn not_received() -> impl IntoView {
    view! {
        <Title text=page_title("Not received yet · Your order") />
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
