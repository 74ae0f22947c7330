//! The lines of the cart, each with its quantity.

use super::{CartSetForm, Picture};
use crate::{
    browser::form::take_over,
    doors::{DoorError, cart_set},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{CartAnswer, CartLine, CartPage, LineDetail, MAX_QUANTITY, format_minor};

/// A line and what the page knows beyond it.
type Line = (CartLine, LineDetail);

/// The lines of a cart as forms. `answered` hears what the store says to a change, with the SKU.
#[component]
pub fn CartLines(
    page: RwSignal<CartPage>,
    answered: Callback<(String, Result<CartAnswer, DoorError>)>,
) -> impl IntoView {
    let skus = move || {
        page.with(|page| {
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
            <For each=skus key=Clone::clone let:sku>
                <Row page sku answered />
            </For>
        </ul>
    }
    .into_any()
}

#[component]
fn Row(
    page: RwSignal<CartPage>,
    sku: String,
    answered: Callback<(String, Result<CartAnswer, DoorError>)>,
) -> impl IntoView {
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
    let price = money.clone();
    let sum = money.clone();
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
    let removed = {
        let sku = sku.clone();
        Callback::new(move |answer| answered.run((sku.clone(), answer)))
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
                    {move || found.get().map(|(line, _)| price(line.unit_price_minor))} " each"
                </p>
                {move || changed().map(|words| view! { <p class="notice notice-doubt">{words}</p> })}
            </div>
            <QuantityForm sku=sku.clone() name=line.name.clone() found answered />
            <p class="cart-line-sum money">
                {move || {
                    found.get().map(|(line, _)| sum(line.unit_price_minor * line.quantity))
                }}
            </p>
            <CartSetForm sku quantity=0 label="Remove".to_owned() of=line.name answered=removed />
        </li>
    }
    .into_any()
}

/// The quantity of a line; hydrated, it is taken as soon as it is typed.
#[component]
fn QuantityForm(
    sku: String,
    name: String,
    found: Memo<Option<Line>>,
    answered: Callback<(String, Result<CartAnswer, DoorError>)>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let node = NodeRef::<leptos::html::Input>::new();
    let quantity = move || found.get().map(|(line, _)| line.quantity.to_string());
    let set = move |event: SubmitEvent| {
        let field = take_over(&event);
        busy.set(true);
        spawn_local(async move {
            let answer = cart_set(field("sku"), field("quantity")).await;
            busy.try_set(false);
            answered.try_run((field("sku"), answer));
            // The field says what the cart holds, also where the change was refused.
            let input = node.try_get_untracked().flatten();
            let held = found.try_get_untracked().flatten();
            if let Some((input, (line, _))) = input.zip(held) {
                input.set_value(&line.quantity.to_string());
            }
        });
    };
    let id = format!("quantity-{}", id_part(&sku));
    view! {
        <form class="quantity-form" method="post" action="/api/cart/set" on:submit=set>
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
                    value=quantity
                    prop:value=quantity
                    min="0"
                    max=MAX_QUANTITY
                    step="1"
                    inputmode="numeric"
                    required
                    on:change=|event| {
                        let input: web_sys::HtmlInputElement = event_target(&event);
                        if let Some(form) = input.form().filter(|_| input.check_validity()) {
                            let _ = form.request_submit();
                        }
                    }
                />
                <button class="button button-quiet" disabled=move || busy.get()>
                    "Update"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// A SKU in letters that an HTML id may have: no two SKUs become one.
fn id_part(sku: &str) -> String {
    sku.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => c.to_string(),
            other => format!("_{:x}_", u32::from(other)),
        })
        .collect()
}

fn find(page: &CartPage, sku: &str) -> Option<Line> {
    let cart = page.cart.as_ref()?;
    let index = cart.lines.iter().position(|line| line.sku == *sku)?;
    Some((
        cart.lines.get(index)?.clone(),
        page.details.get(index)?.clone(),
    ))
}

#[cfg(test)]
mod tests {
    use super::id_part;

    #[test]
    fn any_sku_becomes_an_id_of_its_own() {
        assert_eq!(id_part("WAND-OAK-11"), "WAND-OAK-11");
        let skus = ["A B", "A/B", "A#B", "A_20_B", "'AB", "Ä-1", "A.B"];
        let ids: std::collections::HashSet<_> = skus.iter().map(|sku| id_part(sku)).collect();
        assert_eq!(ids.len(), skus.len());
        for id in ids {
            assert!(!id.contains([' ', '#', '.', '/', '\'']), "{id}");
        }
    }
}
