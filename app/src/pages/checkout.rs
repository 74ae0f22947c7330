//! `/checkout`: placing an order.

use crate::{
    browser::order_desk::OrderDesk,
    components::{OpenOrders, OrderCard, OrderForm, OrderLines, ReasonsAlert, loaded},
    doors::DoorError,
    page::{Ask, Page as Data, ask},
    state::{
        order_facts::checkout_title,
        outcome_words::{OutcomeWords, lost_words, outcome_words, sending_words},
        placing::Placing,
        title::page_title,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Cart, CartAnswer, CheckoutPage as Page, OrderSummary, Reason};

/// The checkout. Its data are always loaded anew, so that going back shows what is true.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let page = ask(move || Ask::Checkout);
    view! {
        <Title text=page_title("Checkout") />
        <section class="wrap">
            <h1>"Checkout"</h1>
            {loaded(page, |page| match page {
                Data::Checkout(page) => {
                    let title = page_title(checkout_title(page.reasons.is_empty()));
                    let view = view! {
                        <Title text=title />
                        <Checkout page />
                    };
                    Some(view.into_any())
                }
                _ => None,
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Checkout(page: Page) -> impl IntoView {
    let Page {
        cart,
        form,
        reasons,
        open_orders,
    } = page;
    match cart.cart.filter(|cart| !cart.lines.is_empty()) {
        Some(cart) => view! { <Desk cart form reasons open_orders /> }.into_any(),
        None => view! {
            <OpenOrders orders=open_orders />
            {nothing()}
        }
        .into_any(),
    }
}

fn nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <p>"Your cart is empty, so there is nothing to order."</p>
            <a class="button" href="/">
                "Go to the shop window"
            </a>
            <a class="button button-quiet" href="/orders">
                "My orders"
            </a>
        </div>
    }
    .into_any()
}

/// The order card, the reasons and the form; the state decides which of them are seen. The form
/// stays where it is while an order is sent, so that what was typed is never lost.
#[island]
fn Desk(
    cart: Cart,
    form: model::OrderForm,
    reasons: Vec<Reason>,
    open_orders: Vec<OrderSummary>,
) -> impl IntoView {
    let before = StoredValue::new(cart.clone());
    let currency = cart.currency.clone();
    let desk = OrderDesk::open(cart, reasons);
    let card = NodeRef::new();
    let alert = NodeRef::new();
    go_to_the_orders_page(desk);
    move_the_focus(desk, card, alert);

    let words = Memo::new(move |_| desk.placing.with(card_words));
    let under_way = Signal::derive(move || desk.placing.with(Placing::is_under_way));
    let not_placed =
        Signal::derive(move || matches!(desk.placing.get(), Placing::NotPlaced { .. }));
    let empty = Memo::new(move |_| desk.cart.with(|cart| cart.lines.is_empty()));
    let reasons = Signal::derive(move || {
        let reasons = desk.placing.with(|placing| placing.reasons().to_vec());
        let stands = |reason: &Reason| desk.cart.with(|cart| reason.still_stands(cart));
        reasons.into_iter().filter(stands).collect::<Vec<_>>()
    });
    let name_of = Callback::new(move |sku: String| {
        desk.cart
            .with(|cart| name_in(cart, &sku))
            .or_else(|| before.with_value(|cart| name_in(cart, &sku)))
            .unwrap_or(sku)
    });
    let trouble = RwSignal::new("");
    let answered = Callback::new(move |answer: Result<CartAnswer, DoorError>| match answer {
        Ok(CartAnswer::Cart(cart)) => desk.take_cart(cart),
        Ok(CartAnswer::Refused { .. }) => trouble.set("The cart could not be changed that way."),
        Err(_) => trouble.set("The shop did not answer. Please try again."),
    });
    let submit = Callback::new(move |submission| desk.submit(submission));
    view! {
        <OrderCard words node=card>
            {move || {
                matches!(desk.placing.get(), Placing::Lost { .. }).then(|| lost(desk).into_any())
            }}
            <div class="order-card-lines">{move || lines(desk)}</div>
        </OrderCard>
        <ReasonsAlert reasons not_placed currency name_of answered node=alert />
        <p role="alert">{trouble}</p>
        <div hidden=under_way>
            <OpenOrders orders=open_orders />
        </div>
        <Show when=move || empty.get() && !under_way.get()>{nothing()}</Show>
        <div class="checkout" hidden=move || under_way.get() || empty.get()>
            <OrderForm form cart=desk.cart reasons busy=under_way submit />
            <aside class="summary" aria-labelledby="summary">
                <h2 id="summary">"Your order"</h2>
                {move || lines(desk)}
                <p>
                    <a href="/cart">"Change the cart"</a>
                </p>
            </aside>
        </div>
    }
    .into_any()
}

/// What the card says; none while the form stands there.
fn card_words(placing: &Placing) -> Option<OutcomeWords> {
    match placing {
        Placing::Filling | Placing::NotPlaced { .. } => None,
        Placing::Sending { .. } => Some(sending_words()),
        Placing::Lost { .. } => Some(lost_words()),
        Placing::Placed(outcome) => Some(outcome_words(outcome)),
    }
}

fn lines(desk: OrderDesk) -> impl IntoView {
    let cart = desk.cart.get();
    view! { <OrderLines lines=cart.lines total_minor=cart.total_minor currency=cart.currency /> }
        .into_any()
}

/// *Try again* for a lost reply, and what happens by itself.
fn lost(desk: OrderDesk) -> impl IntoView {
    let hint = move || {
        if desk.offline.get() {
            "You are off line. Keep this page open: the order is sent again by itself as soon as \
             you are back on line. It will not be ordered twice."
        } else {
            "We are asking the shop every few seconds whether it arrived. It will not be ordered \
             twice."
        }
    };
    view! {
        <p class="hint">{hint}</p>
        <p>
            <button class="button button-main" type="button" on:click=move |_| desk.try_again()>
                "Try again"
            </button>
        </p>
    }
    .into_any()
}

fn name_in(cart: &Cart, sku: &str) -> Option<String> {
    let line = cart.lines.iter().find(|line| line.sku == *sku)?;
    Some(line.name.clone())
}

/// An order that the store has goes on at its own page, in place of the checkout. Off line that
/// page cannot be loaded: the card stays and says what is known until the connection is back.
fn go_to_the_orders_page(desk: OrderDesk) {
    Effect::new(move |_| {
        let address = desk.placing.with(|placing| match placing {
            Placing::Placed(outcome) => Some(format!("/orders/{}", outcome.receipt()?)),
            Placing::Filling
            | Placing::Sending { .. }
            | Placing::Lost { .. }
            | Placing::NotPlaced { .. } => None,
        });
        if let Some(address) = address.filter(|_| !desk.offline.get()) {
            let _ = window().location().replace(&address);
        }
    });
}

/// The button that had the focus is hidden, so the focus goes to what took its place.
fn move_the_focus(
    desk: OrderDesk,
    card: NodeRef<leptos::html::Section>,
    alert: NodeRef<leptos::html::Div>,
) {
    Effect::new(move |before: Option<Placing>| {
        let now = desk.placing.get();
        if let Some(before) = before {
            let began = now.is_under_way() && !before.is_under_way();
            let failed = !now.is_under_way() && before.is_under_way();
            request_animation_frame(move || {
                if let Some(card) = card.try_get_untracked().flatten().filter(|_| began) {
                    let _ = card.focus();
                }
                if let Some(alert) = alert.try_get_untracked().flatten().filter(|_| failed) {
                    let _ = alert.focus();
                }
            });
        }
        now
    });
}
