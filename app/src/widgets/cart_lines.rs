//! The lines of the cart, each with its quantity.

use crate::widgets::{LiveText, Picture, each};
use crate::{
    browser::{cart_editor::CartEditor, effect::effect, form::take_over},
    state::{cart_changes::may_write, element_id::element_id},
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::{CartLine, CartPage, LineDetail, MAX_QUANTITY, format_minor};

/// A line and what the page knows beyond it.
type Line = (CartLine, LineDetail);

/// The lines of a cart as forms.
#[component]
pub fn CartLines(editor: CartEditor) -> impl IntoView {
    let skus = move || {
        editor.page.with(|page| {
            let lines = page.cart.as_ref().map(|cart| cart.lines.iter());
            lines
                .into_iter()
                .flatten()
                .map(|line| line.sku.clone())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <ul class="cart-lines">
            {each(skus, move |sku| view! { <Row editor sku /> }.into_any())}
        </ul>
    }
    .into_any()
}

#[component]
fn Row(editor: CartEditor, sku: String) -> impl IntoView {
    let page = editor.page;
    let wanted = sku.clone();
    let found = Memo::new(move |_| page.with(|page| find(page, &wanted)));
    let Some((line, detail)) = found.get_untracked() else {
        return ().into_any();
    };
    let currency = page.with_untracked(|page| {
        page.cart
            .as_ref()
            .map(|cart| cart.currency.clone())
            .unwrap_or_default()
    });
    let money = move |minor: i64| format_minor(minor, &currency);
    let price = {
        let money = money.clone();
        let price = move |line: &CartLine| format!("{} each", money(line.unit_price_minor));
        Signal::derive(move || {
            found.with(|found| {
                found
                    .as_ref()
                    .map(|(line, _)| price(line))
                    .unwrap_or_default()
            })
        })
    };
    let sum = {
        let money = money.clone();
        let sum = move |line: &CartLine| money(line.unit_price_minor * line.quantity);
        Signal::derive(move || {
            found.with(|found| {
                found
                    .as_ref()
                    .map(|(line, _)| sum(line))
                    .unwrap_or_default()
            })
        })
    };
    let changed = move || {
        let (line, detail) = found.get()?;
        let was = detail.price_was?;
        (was != line.unit_price_minor).then(|| {
            format!(
                "The price changed from {} to {} since you last looked.",
                money(was),
                money(line.unit_price_minor)
            )
        })
    };
    let heading = if detail.slug.is_empty() {
        line.name.clone().into_any()
    } else {
        view! { <a href=format!("/p/{}", detail.slug)>{line.name.clone()}</a> }.into_any()
    };
    view! {
        <li class="cart-line">
            <Picture src=detail.image at_once=true />
            <div class="cart-line-words">
                <h2 class="cart-line-name">{heading}</h2>
                <p class="money">
                    <LiveText text=price />
                </p>
                {move || changed().map(|words| view! { <p class="notice notice-doubt">{words}</p> })}
            </div>
            <QuantityForm editor sku=sku.clone() name=line.name.clone() found />
            <p class="cart-line-sum money">
                <LiveText text=sum />
            </p>
            <RemoveForm editor sku name=line.name />
        </li>
    }
    .into_any()
}

/// The quantity of a line; hydrated, it is taken as soon as it is typed. What is being typed stays
/// the customer's: an answer is written into the field only where the field still says what was sent.
#[component]
fn QuantityForm(
    editor: CartEditor,
    sku: String,
    name: String,
    found: Memo<Option<Line>>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    let held = move |line: &Option<Line>| line.as_ref().map(|(line, _)| line.quantity.to_string());
    let made_with = found.with_untracked(held).unwrap_or_default();
    let written = StoredValue::new(made_with.clone());
    // `by_hand`: the browser let the form through, whatever stands in the field.
    let wish = {
        let sku = sku.clone();
        move |by_hand: bool| {
            let Some(input) = node.get_untracked() else {
                return;
            };
            // The browser says what is wrong with it.
            if by_hand || input.report_validity() {
                written.set_value(input.value());
                editor.wish(&sku, &input.value());
            }
        }
    };
    let typed_before = wish.clone();
    let of = sku.clone();
    let mut woke_up = false;
    effect(move || {
        editor.answers.track();
        let held = found.with(held);
        let Some((input, held)) = node.get().zip(held) else {
            return;
        };
        if !std::mem::replace(&mut woke_up, true) {
            // What was typed before the page woke up.
            if input.value() != written.get_value() {
                typed_before(false);
            }
        } else if may_write(&input.value(), &written.get_value(), editor.concerns(&of)) {
            input.set_value(&held);
            written.set_value(held);
        }
    });
    let update = wish.clone();
    let id = element_id("quantity", &sku);
    view! {
        <form
            class="quantity-form"
            method="post"
            action="/api/cart/set"
            on:submit=move |event: SubmitEvent| {
                if take_over(&event).is_some() {
                    update(true);
                }
            }
        >
            <input type="hidden" name="sku" value=sku />
            <label for=id.clone()>
                "Quantity" <span class="unseen">" of " {name}</span>
            </label>
            <div class="joined">
                <input
                    id=id
                    node_ref=node
                    type="number"
                    name="quantity"
                    value=made_with
                    min="0"
                    max=MAX_QUANTITY
                    step="1"
                    inputmode="numeric"
                    required
                    on:change=move |_| wish(false)
                />
                <button class="button button-quiet">"Update"</button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn RemoveForm(editor: CartEditor, sku: String, name: String) -> impl IntoView {
    let of = sku.clone();
    let remove = move |event: SubmitEvent| {
        if take_over(&event).is_some() {
            editor.wish(&of, "0");
        }
    };
    view! {
        <form class="inline-form" method="post" action="/api/cart/set" on:submit=remove>
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value="0" />
            <button class="button button-quiet">
                "Remove" <span class="unseen">" " {name}</span>
            </button>
        </form>
    }
    .into_any()
}

fn find(page: &CartPage, sku: &str) -> Option<Line> {
    let cart = page.cart.as_ref()?;
    let index = cart.lines.iter().position(|line| line.sku == *sku)?;
    Some((
        cart.lines.get(index)?.clone(),
        page.details.get(index)?.clone(),
    ))
}
