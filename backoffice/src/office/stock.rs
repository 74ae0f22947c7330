//! The ledger of stock.

use super::frame::{Desk, page};
use super::parts::{choice, older, table};
use super::words::{address, code_class, encoded, signed, time};
use entmine::{Movement, MovementKind, MovementQuery, Movements};
use leptos::prelude::*;

/// A page of the ledger with its filter.
pub fn stock_page(desk: &Desk, query: &MovementQuery, found: &Movements) -> String {
    let sku = query.sku.clone().unwrap_or_default();
    let kind = query.kind.map_or("", MovementKind::as_str);
    let is_filtered = !sku.is_empty() || !kind.is_empty();
    let list = if found.movements.is_empty() && is_filtered {
        view! { <p class="empty">"No movements match."</p> }.into_any()
    } else {
        movements_table(&found.movements, true)
    };
    let next = found.next.map(|before| {
        let before = before.to_string();
        let fields = [("sku", &*sku), ("kind", kind), ("before", &*before)];
        address("/entmine/stock", &fields)
    });
    let mut kinds = vec![(String::new(), "All".to_owned())];
    kinds.extend(
        MovementKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_words(kind).to_owned())),
    );
    let content = view! {
        <p class="hint">
            "Every change of stock, newest first. Receipts and counts are entered on a product's page."
        </p>
        <form class="filter" method="get" action="/entmine/stock">
            <div class="field">
                <label for="field-sku">"SKU"</label>
                <input id="field-sku" name="sku" type="search" value=sku.clone() />
            </div>
            {choice("kind", "Kind", kinds, kind, &[])}
            <button type="submit">"Filter"</button>
        </form>
        {list}
        {older(next)}
    };
    page(desk, "/entmine/stock", "Stock", content)
}

fn kind_words(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Receipt => "Receipt",
        MovementKind::Count => "Count",
        MovementKind::Reservation => "Reservation",
        MovementKind::Release => "Release",
        MovementKind::Shipment => "Shipment",
    }
}

/// Movements as a table; `with_product` where they are of several.
pub(super) fn movements_table(movements: &[Movement], with_product: bool) -> AnyView {
    if movements.is_empty() {
        return view! { <p class="empty">"No movements yet."</p> }.into_any();
    }
    let rows = movements
        .iter()
        .map(|movement| {
            let sku = movement.sku.clone();
            let product = with_product.then(|| {
                let href = format!("/entmine/products/{}", encoded(&sku));
                let class = code_class(&sku);
                view! { <td class=class><a href=href>{sku}</a></td> }
            });
            let order = movement.number.clone().map(|number| {
                let href = format!("/entmine/orders/{number}");
                view! { <a class="id" href=href>{number}</a> " " }
            });
            view! {
                <tr>
                    <td>{time(movement.at_ms)}</td>
                    {product}
                    <td>{kind_words(movement.kind)}</td>
                    <td class="number">{signed(movement.on_hand_change)}</td>
                    <td class="number">{signed(movement.reserved_change)}</td>
                    <td class="number">{movement.level.on_hand}</td>
                    <td class="number">{movement.level.reserved}</td>
                    <td class="number">{movement.level.available}</td>
                    <td>{movement.actor.clone()}</td>
                    <td class="words">{order} {movement.reason.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let mut head = vec!["When (UTC)"];
    head.extend(with_product.then_some("Product"));
    head.extend([
        "Kind",
        ">On hand",
        ">Reserved",
        ">= on hand",
        ">= reserved",
        ">= available",
        "Who",
        "Why",
    ]);
    table("Movements of stock", head, rows)
}
