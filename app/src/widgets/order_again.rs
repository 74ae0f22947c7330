//! The remedies on the page of an order that was not placed. All are plain forms: they work without
//! JavaScript, and lead to the new order's page or to the checkout, where it shows what came of them.

use crate::{
    state::order_again::{Again, again, reason_now, remedies_now},
    text::reasons::{ACCEPT_ALL, Remedy, accepts_prices_at_once, reason_words, remedies},
};
use leptos::prelude::*;
use model::{Cart, CartLine, OrderForm, Reason, ReceiptOrder, format_minor};

/// The reasons one by one, each with what can be done about it now.
#[component]
pub fn OrderAgain(
    reasons: Vec<Reason>,
    /// The order that was not placed.
    order: ReceiptOrder,
    /// This visitor's cart, where the goods are back in it.
    cart: Option<Cart>,
) -> impl IntoView {
    let currency = order.summary.currency.clone();
    let again = match order.placed_again {
        // The newer order's page goes on from there.
        Some(_) => Again::Gone,
        None => again(&order.lines, cart.as_ref()),
    };
    let reasons: Vec<_> = match &cart {
        Some(cart) => reasons
            .iter()
            .map(|reason| reason_now(reason, &again, cart))
            .collect(),
        None => reasons,
    };
    let standing: Vec<_> = match &cart {
        Some(cart) if again != Again::Gone => {
            let stands = |reason: &&Reason| reason.still_stands(cart);
            reasons.iter().filter(stands).cloned().collect()
        }
        Some(_) | None => Vec::new(),
    };
    let at_once = accepts_prices_at_once(&standing);
    let items = reasons
        .iter()
        .map(|reason| {
            let name_of = |sku: &str| name_in(&order.lines, sku);
            let words = reason_words(reason, &currency, name_of);
            let now = match &cart {
                Some(cart) if again != Again::Gone => remedies_now(reason, cart),
                Some(_) | None => Vec::new(),
            };
            let buttons = now
                .into_iter()
                .filter(|remedy| !at_once || *remedy != Remedy::AcceptPrice)
                .map(|remedy| button(remedy, &again, &order))
                .collect_view();
            view! {
                <li>
                    <p>{words}</p>
                    <div class="actions">{buttons}</div>
                </li>
            }
        })
        .collect_view();
    let places = reasons
        .iter()
        .flat_map(remedies)
        .any(|remedy| match remedy {
            Remedy::AcceptPrice | Remedy::TryAgain => true,
            Remedy::ChangeQuantity { .. } | Remedy::Remove { .. } | Remedy::GoToField { .. } => {
                false
            }
        });
    let total = match &again {
        Again::Place(cart) if places => Some(format!(
            "The total would be {}.",
            format_minor(cart.total_minor, &cart.currency)
        )),
        Again::Place(_) | Again::Look | Again::Gone => None,
    };
    let accept_all = at_once.then(|| {
        view! { <div class="actions">{place(ACCEPT_ALL, &again, &order.form)}</div> }
    });
    view! {
        <ul class="reasons">{items}</ul>
        {accept_all}
        {total.map(|words| view! { <p class="hint">{words}</p> })}
    }
    .into_any()
}

fn button(remedy: Remedy, again: &Again, order: &ReceiptOrder) -> AnyView {
    match remedy {
        Remedy::AcceptPrice => place("Accept the new price", again, &order.form),
        Remedy::TryAgain => place("Try again", again, &order.form),
        Remedy::ChangeQuantity { sku, to } => {
            let of = format!(" of {}", name_in(&order.lines, &sku));
            let label = match to {
                1 => "Take the one that is left".to_owned(),
                many => format!("Take the {many} that are left"),
            };
            set(sku, to, label, of, "button button-main")
        }
        Remedy::Remove { sku } => {
            let of = format!(" {}", name_in(&order.lines, &sku));
            set(sku, 0, "Remove".to_owned(), of, "button button-quiet")
        }
        Remedy::GoToField { field } => view! {
            <a class="button" href=format!("/checkout#{field}")>
                "Change it at the checkout"
            </a>
        }
        .into_any(),
    }
}

/// Places the order anew, as the cart holds it, for whom and where it was to go.
fn place(label: &'static str, again: &Again, form: &OrderForm) -> AnyView {
    let cart = match again {
        Again::Place(cart) => cart,
        Again::Look => {
            return view! {
                <a class="button" href="/checkout">
                    {format!("{label} at the checkout")}
                </a>
            }
            .into_any();
        }
        Again::Gone => return ().into_any(),
    };
    let fields = [
        ("order_key", cart.order_key.clone()),
        ("receipt", cart.receipt.clone()),
        ("cart_revision", cart.revision.to_string()),
        ("shown_total_minor", cart.total_minor.to_string()),
        ("name", form.name.clone()),
        ("email", form.email.clone()),
        ("phone", form.phone.clone()),
        ("line1", form.line1.clone()),
        ("line2", form.line2.clone()),
        ("city", form.city.clone()),
        ("postcode", form.postcode.clone()),
        ("region", form.region.clone()),
        ("country", form.country.clone()),
        ("note", form.note.clone()),
    ];
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="inline-form" method="post" action="/api/orders/submit">
            {fields}
            <button class="button button-main">{label}</button>
        </form>
    }
    .into_any()
}

/// Changes the cart; the checkout shows the rest.
fn set(sku: String, quantity: i64, label: String, of: String, class: &'static str) -> AnyView {
    view! {
        <form class="inline-form" method="post" action="/api/cart/set">
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            <button class=class>
                {label}
                <span class="unseen">{of}</span>
            </button>
        </form>
    }
    .into_any()
}

fn name_in(lines: &[CartLine], sku: &str) -> String {
    lines
        .iter()
        .find(|line| line.sku == *sku)
        .map_or_else(|| sku.to_owned(), |line| line.name.clone())
}
