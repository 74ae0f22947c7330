//! The checkout: the order card, the reasons and the form.

use crate::{
    browser::{effect::effect, focus, order_desk::OrderDesk, page_news},
    state::{placing::Placing, post_error::PostError},
    text::{
        lost_words::{Lost, missing_words},
        outcome_words::{OutcomeWords, lost_words, outcome_words, saved_words, sending_words},
        reasons::refusal_sentence,
    },
    widgets::{
        LiveText, OpenOrders, OrderCard, OrderForm, OrderLines, ReasonsAlert, keyed,
        nothing_to_order,
    },
};
use leptos::prelude::*;
use model::{Cart, CartAnswer, OrderForm as Fields, OrderSummary, Reason};

/// What the last thing that happened says, where it is no card.
const NEWS: &str = "checkout-news";

/// The order card, the reasons and the form; the state decides which of them are seen. The form
/// stays where it is while an order is sent, so that what was typed is never lost.
#[island]
pub fn CheckoutForm(
    cart: Cart,
    form: Fields,
    postcode_optional: bool,
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
    let is_lost = Memo::new(move |_| desk.placing.with(Placing::is_lost));
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
    let trouble = RwSignal::new(String::new());
    let answered = Callback::new(move |answer: Result<CartAnswer, PostError>| {
        trouble.set(match answer {
            Ok(CartAnswer::Cart(cart)) => {
                desk.take_cart(cart);
                String::new()
            }
            Ok(CartAnswer::Refused { reasons }) => desk
                .cart
                .with_untracked(|cart| refusal_sentence(&reasons, Some(cart), "")),
            Err(PostError::Refused(refusal)) => refusal.words(refusal.wait_s()),
            Err(PostError::Lost) => "The shop did not answer. Please try again.".to_owned(),
        });
        focus::back_to_id(NEWS);
    });
    // Told until something else happens to the order.
    let notice = move || {
        let refused = desk.placing.with(Placing::refusal);
        let words = match refused {
            Some(refusal) => {
                let left_s = if desk.waiting.get() {
                    refusal.wait_s()
                } else {
                    0
                };
                format!("Nothing was ordered. {}", refusal.words(left_s))
            }
            None => trouble.get(),
        };
        (!words.is_empty()).then_some(words)
    };
    let busy = Signal::derive(move || under_way.get() || desk.waiting.get());
    let submit = Callback::new(move |submission| {
        trouble.set(String::new());
        desk.submit(submission);
    });
    view! {
        <OrderCard words node=card>
            {move || {
                is_lost.get().then(|| lost(desk).into_any())
            }}
            <div class="order-card-lines">{lines(desk)}</div>
        </OrderCard>
        <div id=NEWS class="alert-place" tabindex="-1">
            <ReasonsAlert reasons not_placed empty currency name_of answered node=alert />
            <div role="alert">
                {keyed(notice, |words| view! { <p class="notice notice-bad">{words}</p> }.into_any())}
            </div>
        </div>
        <div hidden=under_way>
            <OpenOrders orders=open_orders />
        </div>
        <Show when=move || empty.get() && !under_way.get()>{nothing_to_order()}</Show>
        <div class="checkout" hidden=move || under_way.get() || empty.get()>
            <OrderForm form postcode_optional cart=desk.cart reasons busy submit />
            <aside class="summary" aria-labelledby="summary">
                <h2 id="summary">"Your order"</h2>
                {lines(desk)}
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
        Placing::Filling | Placing::Refused(_) | Placing::NotPlaced { .. } => None,
        Placing::Sending { .. } => Some(sending_words()),
        Placing::Saved { .. } => Some(saved_words()),
        Placing::Lost { .. } => Some(lost_words()),
        Placing::Missing { .. } => Some(missing_words()),
        Placing::Placed(outcome) => Some(outcome_words(outcome)),
    }
}

/// What is ordered; another state of the cart is another table.
fn lines(desk: OrderDesk) -> impl IntoView {
    let state = move || {
        desk.cart.with(|cart| {
            Some(format!(
                "{} {} {}",
                cart.order_key, cart.revision, cart.total_minor
            ))
        })
    };
    let table = move |_| {
        let cart = desk.cart.get_untracked();
        view! {
            <OrderLines lines=cart.lines total_minor=cart.total_minor currency=cart.currency />
        }
        .into_any()
    };
    keyed(state, table)
}

/// *Try again* for a lost reply, and what happens by itself.
fn lost(desk: OrderDesk) -> impl IntoView {
    let lost = move || Lost {
        offline: desk.offline.get(),
        missing: matches!(desk.placing.get(), Placing::Missing { .. }),
        expired: desk.expired.get(),
    };
    view! {
        <p class="hint">
            <LiveText text=Signal::derive(move || lost().hint().to_owned()) />
        </p>
        <p>
            <button class="button button-main" type="button" on:click=move |_| desk.try_again()>
                <LiveText text=Signal::derive(move || lost().button().to_owned()) />
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
///
/// Later news of the order does not set out again: that would break off the way there.
fn go_to_the_orders_page(desk: OrderDesk) {
    let mut way: Option<String> = None;
    effect(move || {
        let receipt = desk.placing.with(|placing| match placing {
            Placing::Placed(outcome) => outcome.receipt().map(str::to_owned),
            Placing::Filling
            | Placing::Sending { .. }
            | Placing::Saved { .. }
            | Placing::Lost { .. }
            | Placing::Missing { .. }
            | Placing::Refused(_)
            | Placing::NotPlaced { .. } => None,
        });
        let receipt = receipt.filter(|_| !desk.offline.get());
        if receipt == way {
            return;
        }
        way.clone_from(&receipt);
        if let Some(receipt) = receipt {
            page_news::leave_for(&receipt);
            let _ = window().location().replace(&format!("/orders/{receipt}"));
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
        // A button of an order's own page led here, and nothing was placed. An address that names a
        // field leads there.
        let told = before.is_none() && matches!(now, Placing::NotPlaced { .. });
        if told && window().location().hash().is_ok_and(|hash| hash.is_empty()) {
            focus::back_to_id(NEWS);
        }
        if let Some(before) = before {
            let began = now.is_under_way() && !before.is_under_way();
            let failed = !now.is_under_way() && before.is_under_way();
            request_animation_frame(move || {
                if let Some(card) = card.try_get_untracked().flatten().filter(|_| began) {
                    let _ = card.focus();
                }
                if let Some(alert) = alert.try_get_untracked().flatten().filter(|_| failed) {
                    let _ = alert.focus();
                    // Where there are no reasons, the words stand beside it.
                    focus::back_to_id(NEWS);
                }
            });
        }
        now
    });
}
