//! The invariants, checked from what both sides' books and the customers recorded.

use super::rows::Rows;
use super::told::{Door, Tale};
use super::world::World;
use crate::{Ledger, OrderKey};
use model::{Outcome, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// Something that must not be: which invariant, and what happened.
pub type Broken = (&'static str, String);

/// Everything that is wrong with a simulation that has come to rest.
pub fn check(world: &World, rows: &Rows, ledger: &Ledger) -> Vec<Broken> {
    let mut broken = check_so_far(world, rows);
    let check = Check::new(world, rows);
    check.both_books(&mut broken);
    check.the_journal(ledger, &mut broken);
    check.the_tales(&mut broken);
    broken
}

/// What is wrong whatever comes after it.
pub fn check_so_far(world: &World, rows: &Rows) -> Vec<Broken> {
    let mut broken = std::mem::take(&mut world.told().broken);
    broken.append(&mut world.watch().broken);
    Check::new(world, rows).the_log(&mut broken);
    broken
}

struct Check<'a> {
    world: &'a World,
    rows: &'a Rows,
    by_key: BTreeMap<&'a str, usize>,
    restored: bool,
}

impl<'a> Check<'a> {
    fn new(world: &'a World, rows: &'a Rows) -> Self {
        let keys = rows.orders.iter().enumerate();
        Self {
            world,
            rows,
            by_key: keys.map(|(at, row)| (row.order_key.as_str(), at)).collect(),
            restored: world.books().identity.epoch > 1,
        }
    }

    fn row(&self, key: &str) -> Option<&'a super::rows::OrderRow> {
        self.by_key.get(key).map(|at| &self.rows.orders[*at])
    }

    /// A difference is excused only where a restore lost the key and a person was told.
    fn excused(&self, key: OrderKey) -> bool {
        let marked = self
            .row(&key.to_string())
            .is_some_and(|row| row.attention.is_some());
        marked && self.world.books().lost.contains(&key)
    }

    fn both_books(&self, broken: &mut Vec<Broken>) {
        let books = self.world.books();
        let (mut numbers, mut wishes, mut keys) =
            (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        let orders: Vec<_> = books.orders().cloned().collect();
        let commits = books.commits.clone();
        let lost = books.lost.clone();
        drop(books);
        for order in &orders {
            if !numbers.insert(order.number.clone()) {
                broken.push(("twice", format!("{} on two orders", order.number)));
            }
            let Some(row) = self.row(&order.key) else {
                let what = format!("{}: EntMine has it, the store does not know it", order.key);
                broken.push(("unknown", what));
                continue;
            };
            let key = OrderKey::parse(&order.key).expect("a key");
            let same = row.state == "confirmed" && row.number.as_ref() == Some(&order.number);
            let settled = row.state == "settled" || row.state == "quarantined";
            if !same && !settled && !self.excused(key) {
                let what = format!(
                    "{}: EntMine has it as {}, here it is {} {:?}",
                    order.key, order.number, row.state, row.number
                );
                let invariant = if row.state == "confirmed" {
                    "number"
                } else {
                    "untruth"
                };
                broken.push((invariant, what));
            }
        }
        let books_have: BTreeSet<_> = orders
            .iter()
            .filter_map(|o| OrderKey::parse(&o.key))
            .collect();
        for commit in &commits {
            if let Some(before) = keys.insert(commit.key, commit.number.clone())
                && before != commit.number
                && !lost.contains(&commit.key)
            {
                let what = format!(
                    "{}: stored as {before} and as {}",
                    commit.key, commit.number
                );
                broken.push(("twice", what));
            }
            let request: model::OrderRequest =
                serde_json::from_slice(&commit.body).expect("an order");
            let wish = request.note.unwrap_or_default();
            // What a restore lost and nobody has now is no order.
            let is_there = books_have.contains(&commit.key) || !lost.contains(&commit.key);
            let is_there = is_there && !self.excused(commit.key);
            if is_there
                && let Some(before) = wishes.insert(wish.clone(), commit.key)
                && before != commit.key
            {
                let what = format!("what was wanted once ({wish}): {before} and {}", commit.key);
                broken.push(("twice", what));
            }
        }
        let there: BTreeMap<_, _> = orders.iter().map(|o| (o.key.as_str(), &o.number)).collect();
        for row in self
            .rows
            .orders
            .iter()
            .filter(|row| row.state == "confirmed")
        {
            let key = OrderKey::parse(&row.order_key).expect("a key");
            if !there.contains_key(row.order_key.as_str()) && !self.excused(key) {
                let what = format!("{}: confirmed here, EntMine has it not", row.order_key);
                broken.push(("lost", what));
            }
        }
    }

    fn the_journal(&self, ledger: &Ledger, broken: &mut Vec<Broken>) {
        let watch = self.world.watch();
        for (key, body) in &watch.bodies {
            match self.row(&key.to_string()) {
                None => broken.push(("unknown", format!("{key}: sent, and not in the journal"))),
                Some(row) if row.body != *body => {
                    broken.push(("bytes", format!("{key}: sent other bytes than it keeps")));
                }
                Some(_) => {}
            }
        }
        let told = self.world.told();
        for row in &self.rows.orders {
            let key = OrderKey::parse(&row.order_key).expect("a key");
            if !row.is_final() {
                let what = format!("{key}: still {}", row.state);
                broken.push(("stuck", what));
            }
            let explained = self.restored || watch.contradicted.contains(&key);
            if let (Some(why), false) = (&row.attention, explained) {
                let what = format!("{key}: needs a person without a reason: {why}");
                broken.push(("unexplained", what));
            }
            let request = row.request();
            let wished = told.sent.iter().any(|sent| {
                sent.key == key
                    && sent.receipt == row.receipt
                    && sent.total_minor == request.total_minor
                    && request.note == Some(sent.wish.to_string())
            });
            if !wished {
                let what = format!("{key}: nobody submitted this order");
                broken.push(("untruth", what));
            }
        }
        if let Some(why) = &self.rows.paused {
            broken.push(("stuck", format!("still paused: {why}")));
        }
        if self.rows.shared_keys > 0 {
            let what = format!("{} keys are a cart's and an order's", self.rows.shared_keys);
            broken.push(("cart", what));
        }
        let count = |state: &str| {
            let rows = self.rows.orders.iter().filter(|row| row.state == state);
            rows.count() as i64
        };
        let ends = ["confirmed", "rejected", "cancelled", "settled"].map(count);
        let said = [
            ledger.confirmed,
            ledger.rejected,
            ledger.cancelled,
            ledger.settled,
        ];
        let all = self.rows.orders.len() as i64;
        if said != ends || ledger.journalled != all || all != ends.iter().sum::<i64>() + ledger.open
        {
            broken.push((
                "conservation",
                format!("{ledger:?}, counted {all}: {ends:?}"),
            ));
        }
    }

    fn the_log(&self, broken: &mut Vec<Broken>) {
        for entry in &self.rows.log {
            let (key, was, became) = (
                &entry.order_key,
                entry.was.as_deref().unwrap_or_default(),
                entry.became.as_deref().unwrap_or_default(),
            );
            let mut say = |invariant, what: &str| {
                broken.push((invariant, format!("{key}: {what} ({was} → {became})")));
            };
            match entry.what.as_str() {
                "number" => say("number", "a number changed"),
                "patience" => say("patience", "taken although EntMine asked for patience"),
                "paused" => say("paused", "taken although EntMine has to be reconciled"),
                "cancelled" => say("cancel", "pushed after its customer cancelled it"),
                "state" => {
                    if ["confirmed", "rejected", "cancelled", "settled"].contains(&was) {
                        say("final", "an end changed");
                    }
                    let attempted = was == "sending" || was == "voiding";
                    if entry.owned == Some(1) && attempted && became != "confirmed" {
                        say("fence", "moved while an attempt owned it");
                    }
                }
                _ => {}
            }
        }
    }

    fn the_tales(&self, broken: &mut Vec<Broken>) {
        let told = self.world.told();
        // When each key had been acknowledged for certain.
        let mut known_ms: BTreeMap<OrderKey, i64> = BTreeMap::new();
        let mut ended: BTreeMap<OrderKey, (i64, Outcome)> = BTreeMap::new();
        for tale in &told.tales {
            let sent = &told.sent[tale.sent];
            let key = sent.key;
            let row = self.row(&key.to_string());
            let mut say = |invariant, what: &str| {
                let outcome = &tale.outcome;
                broken.push((invariant, format!("{key}: {what}; told {outcome:?}")));
            };
            if acknowledges(tale) {
                known_ms.entry(key).or_insert(tale.told_ms);
                match row {
                    None => say("lost", "acknowledged, and not in the journal"),
                    Some(row) if row.receipt != sent.receipt => {
                        say("lost", "its receipt opens nothing");
                    }
                    Some(_) => {}
                }
            }
            let state = row.map(|row| row.state.as_str());
            match &tale.outcome {
                Outcome::Confirmed { number, .. } => {
                    let number = Some(number.as_str());
                    if row.and_then(|row| row.number.as_deref()) != number {
                        say("number", "not its number");
                    }
                }
                Outcome::Cancelled { .. } if state != Some("cancelled") => {
                    say("untruth", "it is not cancelled");
                }
                Outcome::NotPlaced { reasons, .. } => {
                    if reasons.contains(&Reason::UnknownOrder) {
                        if known_ms.get(&key).is_some_and(|at| *at <= tale.began_ms) {
                            say("lost", "it was acknowledged before");
                        }
                    } else if tale.door == Door::Look && state != Some("rejected") {
                        say("untruth", "it was placed");
                    }
                }
                _ => {}
            }
            let is_end = matches!(
                tale.outcome,
                Outcome::Confirmed { .. } | Outcome::Cancelled { .. }
            );
            match ended.get(&key) {
                Some((at, end)) if *at <= tale.began_ms && !same_end(end, &tale.outcome) => {
                    say("final", &format!("after {end:?}"));
                }
                Some(_) => {}
                None if is_end => {
                    ended.insert(key, (tale.told_ms, tale.outcome.clone()));
                }
                None => {}
            }
        }
        self.not_placed(&told, broken);
    }

    /// A key whose every submission was answered with *Not placed* is in nobody's books.
    fn not_placed(&self, told: &super::told::Told, broken: &mut Vec<Broken>) {
        let mut all: BTreeMap<OrderKey, bool> = BTreeMap::new();
        for sent in &told.sent {
            *all.entry(sent.key).or_insert(true) &= sent.requests == sent.answers;
        }
        for tale in &told.tales {
            let refused =
                tale.door == Door::Submit && matches!(tale.outcome, Outcome::NotPlaced { .. });
            if tale.door == Door::Submit && !refused {
                all.insert(told.sent[tale.sent].key, false);
            }
        }
        for (key, _) in all.iter().filter(|(_, refused)| **refused) {
            if let Some(row) = self.row(&key.to_string())
                && row.state != "rejected"
            {
                let what = format!("{key}: told as not placed, and it is {}", row.state);
                broken.push(("untruth", what));
            }
        }
    }
}

/// Says that the order is safe here. Only *Checking* after a submission may mean that nobody knows.
fn acknowledges(tale: &Tale) -> bool {
    let unclear = tale.door == Door::Submit && matches!(tale.outcome, Outcome::Checking { .. });
    tale.outcome.receipt().is_some() && !unclear
}

fn same_end(end: &Outcome, now: &Outcome) -> bool {
    match (end, now) {
        (Outcome::Confirmed { number: a, .. }, Outcome::Confirmed { number: b, .. }) => a == b,
        (Outcome::Cancelled { .. }, Outcome::Cancelled { .. }) => true,
        _ => false,
    }
}
