//! Orders of which this browser does not know yet that the store has them. They outlive the tab: a
//! page that was closed, reloaded or lost before its order arrived is not the end of the order.

use super::{
    clock::wall_ms,
    storage::{Shelf, keys, read, remove, write},
};
use crate::state::submission::{Submission, UnsentOrder};
use leptos::prelude::*;
use std::sync::LazyLock;

const PREFIX: &str = "wizastore-unsent:";

/// Goes up with every change by this tab.
static CHANGES: LazyLock<ArcRwSignal<u32>> = LazyLock::new(|| ArcRwSignal::new(0));

/// How often this tab has changed the outbox; reading it follows the changes.
pub fn changes() -> u32 {
    CHANGES.get()
}

/// Keeps an order until the store has it.
pub fn keep(submission: &Submission) {
    let unsent = UnsentOrder {
        submission: submission.clone(),
        clicked_at_ms: wall_ms(),
    };
    write(Shelf::Device, &key(&submission.receipt), &unsent.to_text());
    CHANGES.update(|changes| *changes += 1);
}

/// The store has it, or refused it, or the customer does not want it any more.
pub fn forget(receipt: &str) {
    remove(Shelf::Device, &key(receipt));
    CHANGES.update(|changes| *changes += 1);
}

/// What is kept, and not too old.
pub fn kept() -> Vec<UnsentOrder> {
    let now_ms = wall_ms();
    let mut fresh = Vec::new();
    for key in keys(Shelf::Device, PREFIX) {
        let unsent = read(Shelf::Device, &key).and_then(|text| UnsentOrder::from_text(&text));
        match unsent.filter(|unsent| unsent.is_fresh(now_ms)) {
            Some(unsent) => fresh.push(unsent),
            None => remove(Shelf::Device, &key),
        }
    }
    fresh
}

fn key(receipt: &str) -> String {
    format!("{PREFIX}{receipt}")
}
