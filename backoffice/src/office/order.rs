//! One order: its customer, its lines, what happened to it, and what can be done.

use super::frame::{Desk, page};
use super::parts::{alarm, table};
use super::step::{Step, steps};
use super::stock::movements_table;
use super::words::{code_class, encoded, status_mark, theirs, time};
use entmine::{OrderDetail, OrderedLine};
use leptos::prelude::*;
use model::format_minor;

/// The order's page. `problem` says why the last step was not taken.
pub fn order_page(desk: &Desk, order: &OrderDetail, problem: Option<&str>) -> String {
    let forms: Vec<_> = steps(order.status)
        .map(|step| step_form(order, step))
        .collect();
    let actions = if forms.is_empty() {
        view! { <p class="hint">"Nothing more is to be done with this order."</p> }.into_any()
    } else {
        view! { <div class="steps">{forms}</div> }.into_any()
    };
    let content = view! {
        {alarm(problem)}
        <p>
            {status_mark(order.status)} " accepted " {time(order.accepted_at_ms)} " UTC, "
            <strong>{format_minor(order.total_minor, &order.currency)}</strong>
            ", from the store " {order.store.clone()}
        </p>
        {hold(order)}
        <div class="columns">
            <section>
                <h2>"Next"</h2>
                {actions}
            </section>
            {customer(desk, order)}
        </div>
        <h2>"Lines"</h2>
        {lines_table(&order.lines, &order.currency)}
        <h2>"Timeline"</h2>
        {timeline(order)}
        <h2>"Stock"</h2>
        {movements_table(&order.movements, true)}
        <h2>"Technical details"</h2>
        <dl class="facts">
            <dt>"Key"</dt><dd class="code">{order.key.clone()}</dd>
            <dt>"Fingerprint"</dt><dd class="code">{order.fingerprint.clone()}</dd>
            <dt>"Store"</dt><dd>{order.store.clone()}</dd>
            <dt>"Placed (UTC)"</dt><dd>{time(order.placed_at_ms)}</dd>
        </dl>
    };
    page(desk, "/entmine/orders", &order.number, content)
}

/// Why it is on hold, and whether it still has to be.
fn hold(order: &OrderDetail) -> Option<impl IntoView + use<>> {
    let why = order.held_because()?.to_owned();
    let covered = if order.is_covered() {
        "There is enough of everything now."
    } else {
        "There is not enough of everything yet. Releasing or picking it promises the rest all the same."
    };
    Some(view! { <p class="hold">"On hold: " <bdi>{why}</bdi> ". " {covered}</p> })
}

/// What can be undone is done here; the rest is asked about on a page of its own.
fn step_form(order: &OrderDetail, step: Step) -> AnyView {
    let action = format!("/entmine/orders/{}/{}", order.number, step.word());
    if step.is_final() {
        // The end of an order is not what comes next.
        let class = match step {
            Step::Cancel => "button quiet",
            Step::Hold | Step::Release | Step::Pick | Step::Ship => "button",
        };
        return view! { <a class=class href=action>{step.label()} "…"</a> }.into_any();
    }
    let id = format!("reason-{}", step.word());
    let needs = step.needs_reason();
    let label = if needs { "Reason" } else { "Reason (optional)" };
    view! {
        <form method="post" action=action>
            <input type="hidden" name="seen" value=order.status.as_str() />
            <label for=id.clone()>{label}</label>
            <input id=id name="reason" type="text" maxlength="500" required=needs
                autocomplete="off" />
            <button type="submit">{step.label()}</button>
        </form>
    }
    .into_any()
}

fn customer(desk: &Desk, order: &OrderDetail) -> AnyView {
    let content = match (&order.customer, order.erased_at_ms) {
        (Some(customer), _) => {
            let name = customer.name.clone();
            let lines = [name].into_iter().chain(customer.address.lines());
            let lines = lines.map(|line| view! { {theirs(&line)} <br /> });
            let note = order
                .note
                .as_deref()
                .map(|note| view! { <p class="note" dir="auto">{theirs(note)}</p> });
            view! {
                <address>{lines.collect_view()}</address>
                <p>{theirs(&customer.email)} " " {customer.phone.as_deref().map(theirs)}</p>
                {note}
            }
            .into_any()
        }
        (None, Some(ms)) => {
            view! { <p>"The customer's data were erased " {time(ms)} " UTC."</p> }.into_any()
        }
        (None, None) => ().into_any(),
    };
    let data = (desk.manages() && order.customer.is_some()).then(|| {
        let href = format!("/entmine/customers?number={}", order.number);
        view! { <p><a href=href>"Data request (export or erase)"</a></p> }
    });
    view! {
        <section>
            <h2>"Customer"</h2>
            {content}
            {data}
        </section>
    }
    .into_any()
}

pub(super) fn lines_table(lines: &[OrderedLine], currency: &str) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let href = format!("/entmine/products/{}", encoded(&line.sku));
            let name = line.name.clone().unwrap_or_else(|| "(unknown)".to_owned());
            let on_hand = line
                .on_hand
                .map_or_else(|| "?".to_owned(), |n| n.to_string());
            let available = line
                .available
                .map_or_else(|| "?".to_owned(), |n| n.to_string());
            let total = line.quantity.saturating_mul(line.unit_price_minor);
            view! {
                <tr>
                    <td class=code_class(&line.sku)><a href=href>{line.sku.clone()}</a></td>
                    <td class="words">{name}</td>
                    <td class="number">{line.quantity}</td>
                    <td class="number">{line.reserved}</td>
                    <td class="number">{on_hand}</td>
                    <td class="number">{available}</td>
                    <td class="number">{format_minor(line.unit_price_minor, currency)}</td>
                    <td class="number">{line.price_version}</td>
                    <td class="number">{format_minor(total, currency)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let head = vec![
        "SKU",
        "Product",
        ">Pieces",
        ">Promised",
        ">On hand now",
        ">Available now",
        ">Price",
        ">Its version",
        ">Total",
    ];
    table("Lines", head, rows)
}

fn timeline(order: &OrderDetail) -> AnyView {
    let rows = order
        .timeline
        .iter()
        .map(|entry| {
            view! {
                <tr>
                    <td>{time(entry.at_ms)}</td>
                    <td>{entry.actor.clone()}</td>
                    <td>{entry.event.clone()}</td>
                    <td class="words">{entry.detail.clone()}</td>
                    <td class="words">{entry.reason.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table(
        "Timeline",
        vec!["When (UTC)", "Who", "What", "Detail", "Why"],
        rows,
    )
}
