//! The audit: who did what.

use super::frame::{Desk, page};
use super::parts::{older, searched_to, table};
use super::words::{address, code_class, time};
use entmine::{AuditPage, AuditQuery};
use leptos::prelude::*;

/// A page of the audit with its search.
pub fn audit_page(desk: &Desk, query: &AuditQuery, found: &AuditPage) -> String {
    let rows: Vec<_> = found
        .entries
        .iter()
        .map(|entry| {
            view! {
                <tr>
                    <td class="number">{entry.position}</td>
                    <td>{time(entry.at_ms)}</td>
                    <td>{entry.actor.clone()}</td>
                    <td>{entry.event.clone()}</td>
                    <td class=code_class(&entry.subject)>{entry.subject.clone()}</td>
                    <td class="words">{entry.detail.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let list = if rows.is_empty() {
        let words = match query.actor.is_empty() && query.text.is_empty() {
            true => "Nothing is recorded yet.",
            false if found.next.is_some() => "Nothing matches so far.",
            false => "Nothing matches.",
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        table(
            "Audit",
            vec![">No.", "When (UTC)", "Who", "What", "To what", "Detail"],
            rows,
        )
    };
    let next = found.next.map(|before| {
        let before = before.to_string();
        let fields = [
            ("who", &*query.actor),
            ("q", &*query.text),
            ("before", &*before),
        ];
        address("/entmine/audit", &fields)
    });
    let content = view! {
        <form class="filter" method="get" action="/entmine/audit">
            <div class="field">
                <label for="field-who">"Who"</label>
                <input id="field-who" name="who" type="search" value=query.actor.clone() />
            </div>
            <div class="field">
                <label for="field-q">"What, to what"</label>
                <input id="field-q" name="q" type="search" value=query.text.clone() />
            </div>
            <button type="submit">"Search"</button>
        </form>
        {list}
        {searched_to(found.searched_to_ms)}
        {older(next)}
    };
    page(desk, "/entmine/audit", "Audit", content)
}
