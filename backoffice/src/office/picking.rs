//! The picking list, for paper.

use super::frame::{Desk, page};
use super::parts::table;
use super::words::{code_class, counted, theirs, time};
use entmine::OrderDetail;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What is to be picked: all pieces by SKU, then order by order.
pub fn picking_page(desk: &Desk, orders: &[OrderDetail]) -> String {
    let content = if orders.is_empty() {
        view! { <p class="empty">"No order waits to be picked."</p> }.into_any()
    } else {
        let each: Vec<_> = orders.iter().map(order_part).collect();
        view! {
            <p class="hint screen">
                "New orders that are not on hold, the oldest first. Print this page with your browser."
            </p>
            <h2>{format!("All pieces of {}", counted(orders.len(), "order", "orders"))}</h2>
            {all_pieces(orders)}
            {each}
        }
        .into_any()
    };
    page(desk, "/entmine/picking", "Picking list", content)
}

fn all_pieces(orders: &[OrderDetail]) -> AnyView {
    let mut pieces: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for line in orders.iter().flat_map(|order| &order.lines) {
        let name = line.name.as_deref().unwrap_or("(unknown)");
        pieces.entry(&line.sku).or_insert((0, name)).0 += line.quantity;
    }
    let rows = pieces
        .into_iter()
        .map(|(sku, (pieces, name))| {
            view! {
                <tr>
                    <td class="box">"☐"</td>
                    <td class="number">{pieces}</td>
                    <td class=code_class(sku)>{sku.to_owned()}</td>
                    <td class="words">{name.to_owned()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table("All pieces", vec!["", ">Pieces", "SKU", "Product"], rows)
}

fn order_part(order: &OrderDetail) -> AnyView {
    let rows = order
        .lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <td class="box">"☐"</td>
                    <td class="number">{line.quantity}</td>
                    <td class=code_class(&line.sku)>{line.sku.clone()}</td>
                    <td class="words">
                        {line.name.clone().unwrap_or_else(|| "(unknown)".to_owned())}
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let to = order.customer.as_ref().map(|customer| {
        let lines = customer.address.lines();
        let lines = lines.iter().map(|line| view! { ", " {theirs(line)} });
        view! { {theirs(&customer.name)} {lines.collect_view()} }
    });
    let note = order
        .note
        .as_deref()
        .map(|note| view! { <p class="note" dir="auto">{theirs(note)}</p> });
    view! {
        <section class="order">
            <h2>
                <a href=format!("/entmine/orders/{}", order.number)>{order.number.clone()}</a>
            </h2>
            <p>{time(order.accepted_at_ms)} " UTC. " {to}</p>
            {table("Lines", vec!["", ">Pieces", "SKU", "Product"], rows)}
            {note}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::words::theirs;
    use leptos::prelude::*;

    #[test]
    fn what_a_customer_typed_moves_nothing_that_stands_beside_it() {
        let name = "Bob \u{202e}gnikcah <b>";
        let html = view! { <p>{theirs(name)} ", " {theirs("HH7 1OY")} " " {theirs("GB")}</p> };
        // Leptos marks where texts end.
        let html = html.to_html().replace("<!>", "");
        assert!(
            html.contains("<bdi>Bob \u{202e}gnikcah &lt;b&gt;</bdi>"),
            "{html}"
        );
        assert_eq!(html.matches("<bdi>").count(), 3, "{html}");
    }
}
