//! `/cart`: what is in the cart.

use crate::{
    browser::badge,
    components::{CartLines, loaded},
    doors::DoorError,
    page::{Ask, Page as Data, ask},
    state::{
        cart_view::with_cart, reasons::reason_words, refusal::refusal_words, title::page_title,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{CartAnswer, CartPage as Page, format_minor};

/// The cart, with the quantities as forms.
#[component]
pub fn CartPage() -> impl IntoView {
    let query = use_location().query;
    let refused = move || {
        query.with_untracked(|query| {
            query
                .get_str("refused")
                .and_then(refusal_words)
                .map(str::to_owned)
        })
    };
    let page = ask(move || Ask::Cart);
    view! {
        <Title text=page_title("Your cart") />
        <section class="wrap">
            <h1>"Your cart"</h1>
            {loaded(page, move |page| match page {
                Data::Cart(page) => {
                    Some(view! { <Contents page refused=refused() /> }.into_any())
                }
                _ => None,
            })}
        </section>
    }
    .into_any()
}

#[island]
fn Contents(
    page: Page,
    /// What a browser without JavaScript is told about its last change.
    refused: Option<String>,
) -> impl IntoView {
    let page = RwSignal::new(page);
    let notice = RwSignal::new(refused);
    let said = RwSignal::new("");
    let answered = Callback::new(
        move |(sku, answer): (String, Result<CartAnswer, DoorError>)| match answer {
            Ok(CartAnswer::Cart(cart)) => {
                badge::cart_changed(&cart);
                notice.set(None);
                said.set("");
                said.set("Your cart was changed.");
                page.update(|page| *page = with_cart(page, cart));
            }
            Ok(CartAnswer::Refused { reasons }) => {
                let name = page.with_untracked(|page| name_of(page, &sku));
                let words: Vec<_> = reasons
                    .iter()
                    .map(|reason| reason_words(reason, "GBP", |_| name.clone()))
                    .collect();
                notice.set(Some(words.join(" ")));
            }
            Err(_) => notice.set(Some(
                "The shop did not answer, so the cart may or may not have changed. Please reload \
                 the page."
                    .to_owned(),
            )),
        },
    );
    let empty = Memo::new(move |_| {
        page.with(|page| page.cart.as_ref().is_none_or(|cart| cart.lines.is_empty()))
    });
    view! {
        <div role="alert">
            {move || notice.get().map(|words| view! { <p class="notice notice-bad">{words}</p> })}
        </div>
        <p class="unseen" role="status">
            {said}
        </p>
        <Show when=move || !empty.get() fallback=nothing>
            <CartLines page answered />
            <div class="cart-foot">
                <p class="cart-total">
                    "Subtotal " <strong class="money">{move || total(page)}</strong>
                </p>
                <p class="hint">"Prices include tax. Delivery is free. You pay by invoice."</p>
                <a class="button button-main" href="/checkout">
                    "Go to the checkout"
                </a>
            </div>
        </Show>
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <p>"Your cart is empty."</p>
            <a class="button" href="/">
                "Go to the shop window"
            </a>
        </div>
    }
    .into_any()
}

fn total(page: RwSignal<Page>) -> String {
    page.with(|page| {
        page.cart
            .as_ref()
            .map(|cart| format_minor(cart.total_minor, &cart.currency))
            .unwrap_or_default()
    })
}

fn name_of(page: &Page, sku: &str) -> String {
    page.cart
        .iter()
        .flat_map(|cart| &cart.lines)
        .find(|line| line.sku == *sku)
        .map_or_else(|| sku.to_owned(), |line| line.name.clone())
}
