//! Answers, for people or as JSON.

use super::catalogue;
use super::table::Table;
use super::time::{short, span};
use crate::control::StoreAnswer;
use crate::output;
use model::{OrderStatus, format_minor};
use serde::Serialize;
use std::io;
use wizastore::{Audit, Erased, OrderBrief, OrderRecord, TimelineEntry};

/// Prints an answer.
///
/// # Errors
/// Where it cannot be written, in one sentence.
pub(super) fn answer(answer: &StoreAnswer, json: bool) -> Result<(), String> {
    let printed = match answer {
        StoreAnswer::Orders(orders) => print(json, orders, || list(orders)),
        StoreAnswer::Order(order) => print(json, order, || record(order)),
        StoreAnswer::Erased(done) => print(json, done, || erased(done)),
        StoreAnswer::Audit(audit) => print(json, audit, || ledger(audit)),
        StoreAnswer::Catalogue(report) => print(json, report, || catalogue::status(report)),
        StoreAnswer::Compared(comparison) => {
            print(json, comparison, || catalogue::differences(comparison))
        }
        StoreAnswer::Repaired { held } => {
            print(json, answer, || vec![catalogue::repaired(*held).to_owned()])
        }
    };
    printed.map_err(|error| format!("the answer could not be written: {error}"))
}

fn print<T: Serialize>(
    json: bool,
    value: &T,
    lines: impl FnOnce() -> Vec<String>,
) -> io::Result<()> {
    if json {
        // Plain structs of strings and numbers always serialise.
        return output::line(serde_json::to_string_pretty(value).unwrap_or_default());
    }
    lines().iter().try_for_each(output::line)
}

pub(super) fn or_dash(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "-".to_owned())
}

fn list(orders: &[OrderBrief]) -> Vec<String> {
    if orders.is_empty() {
        return vec!["no orders".to_owned()];
    }
    let columns = [
        "KEY",
        "NUMBER",
        "STATE",
        "STATUS",
        ">AGE",
        ">TOTAL",
        ">TRIES",
        "ATTENTION",
    ];
    let mut table = Table::new(columns);
    for order in orders {
        table.row([
            order.key.clone(),
            or_dash(&order.number),
            state_words(order),
            or_dash(&order.status),
            span(order.age_s),
            format_minor(order.total_minor, &order.currency),
            order.attempts.to_string(),
            order.attention.clone().unwrap_or_default(),
        ]);
    }
    table.lines()
}

/// The journal's state, and the end that the shop's staff gave a confirmed order.
fn state_words(order: &OrderBrief) -> String {
    let by_shop = order.state == "confirmed"
        && order.status.as_deref() == Some(OrderStatus::Cancelled.as_str());
    match by_shop {
        true => "cancelled by the shop".to_owned(),
        false => order.state.clone(),
    }
}

fn record(order: &OrderRecord) -> Vec<String> {
    let brief = &order.brief;
    let placed = format!("{} ({} ago)", short(&brief.placed_at), span(brief.age_s));
    let next = brief.next_try_at.as_deref().map(short);
    let facts = [
        ("key", Some(brief.key.clone())),
        ("number", brief.number.clone()),
        ("state", Some(state_words(brief))),
        ("status", brief.status.clone()),
        ("placed", Some(placed)),
        (
            "total",
            Some(format_minor(brief.total_minor, &brief.currency)),
        ),
        ("next try", next),
        ("attention", brief.attention.clone()),
        ("follows", order.follows.clone()),
        ("fingerprint", Some(order.fingerprint.clone())),
    ];
    let facts = facts.into_iter();
    let mut lines: Vec<String> = facts
        .filter_map(|(name, value)| Some(format!("{name:<12}{}", value?)))
        .collect();
    if !order.timeline.is_empty() {
        lines.push(String::new());
        lines.extend(timeline(&order.timeline));
    }
    lines
}

fn timeline(entries: &[TimelineEntry]) -> Vec<String> {
    let mut table = Table::new(["AT", "ENDED", "WHAT", "RESULT", "DETAIL"]);
    for entry in entries {
        table.row([
            short(&entry.at),
            entry.ended_at.as_deref().map_or("-".to_owned(), short),
            entry.what.clone(),
            or_dash(&entry.result),
            entry.detail.clone().unwrap_or_default(),
        ]);
    }
    table.lines()
}

fn erased(done: &Erased) -> Vec<String> {
    let erased = match done.erased.as_slice() {
        [] => vec!["nothing to erase".to_owned()],
        keys => keys.iter().map(|key| format!("erased     {key}")).collect(),
    };
    let open = done.open.iter().map(|key| {
        format!(
            "not erased {key}: it is still under way; once EntMine has it, erase its customer there"
        )
    });
    let rest = "Orders that EntMine has are erased there: back office, Customers.".to_owned();
    erased.into_iter().chain(open).chain([rest]).collect()
}

fn ledger(audit: &Audit) -> Vec<String> {
    let mut table = Table::new(["ORDERS", ">COUNT"]);
    let counts = [
        ("journalled", audit.journalled),
        ("confirmed", audit.confirmed),
        ("rejected", audit.rejected),
        ("cancelled", audit.cancelled),
        ("settled", audit.settled),
        ("open", audit.open),
    ];
    for (name, count) in counts {
        table.row([name.to_owned(), count.to_string()]);
        if name == "confirmed" {
            let count = audit.cancelled_by_shop.to_string();
            table.row(["  cancelled by the shop".to_owned(), count]);
        }
    }
    for (age, count) in audit.open_by_age.iter().filter(|(_, count)| *count > 0) {
        table.row([format!("  {age}"), count.to_string()]);
    }
    let in_entmine = audit.entmine_orders.map(|count| count.to_string());
    table.row(["in EntMine".to_owned(), or_dash(&in_entmine)]);
    table.row(["adopted".to_owned(), audit.adopted.to_string()]);
    let mut lines = table.lines();
    if !audit.highest_numbers.is_empty() {
        lines.push(format!(
            "highest numbers: {}",
            audit.highest_numbers.join(", ")
        ));
    }
    let broken = audit.broken.iter().map(|what| format!("BROKEN: {what}"));
    lines.extend(broken);
    lines.extend(match (audit.broken.is_empty(), audit.entmine_orders) {
        (true, Some(_)) => Some("everything fits".to_owned()),
        (true, None) => Some("the journal fits; EntMine could not be asked".to_owned()),
        (false, Some(_)) => None,
        (false, None) => Some("EntMine could not be asked".to_owned()),
    });
    lines
}
