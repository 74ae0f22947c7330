//! What is in the cart, and changing it.

use crate::{
    browser::{
        cart_editor::{CART, CartEditor},
        leave::{after_changes, says_what_is_wrong},
    },
    widgets::{CartLines, LiveText, keyed},
};
use leptos::{ev::MouseEvent, prelude::*};
use model::{CartPage as Page, format_minor};

/// The cart of a visitor, whose quantities are forms.
#[island]
pub fn CartContents(
    page: Page,
    /// What a browser without JavaScript is told about its last change.
    refused: Option<String>,
) -> impl IntoView {
    let editor = CartEditor::open(page, refused);
    let empty = Memo::new(move |_| {
        let lines = |page: &Page| page.cart.as_ref().map_or(0, |cart| cart.lines.len());
        editor.page.with(lines) == 0
    });
    let notice = move || Some(editor.notice.get()).filter(|words| !words.is_empty());
    let total = Signal::derive(move || editor.page.with(total));
    let go = move |event: MouseEvent| {
        if !says_what_is_wrong(&event) {
            after_changes(&event, "/checkout", true);
        }
    };
    view! {
        <div role="alert">
            {keyed(notice, |words| view! { <p class="notice notice-bad">{words}</p> }.into_any())}
        </div>
        <p class="unseen" role="status">
            <LiveText text=editor.said.words />
        </p>
        <div id=CART class="alert-place" role="group" aria-label="What is in your cart" tabindex="-1">
            <Show when=move || !empty.get() fallback=nothing>
                <CartLines editor />
                <div class="cart-foot">
                    <p class="cart-total">
                        "Subtotal " <strong class="money">
                            <LiveText text=total />
                        </strong>
                    </p>
                    <p class="hint">"Prices include tax. Delivery is free. You pay by invoice."</p>
                    <a class="button button-main" href="/checkout" on:click=go>
                        "Go to the checkout"
                    </a>
                </div>
            </Show>
        </div>
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

fn total(page: &Page) -> String {
    page.cart
        .as_ref()
        .map(|cart| format_minor(cart.total_minor, &cart.currency))
        .unwrap_or_default()
}
