//! The lists that work adds to: the audit, the ledger of stock, the catalogue's stream of changes. What one
//! piece of work has for them is gathered and written together, so that it costs four statements however
//! much it is.

use crate::audit;
use crate::catalog;
use crate::stock::{self, Moved};
use database::Change;
use std::collections::HashMap;

/// What waits to be written, each in its order.
#[derive(Default)]
pub(crate) struct Lists {
    pub audit: Vec<audit::Noted>,
    /// With who did it.
    pub moved: Vec<(String, Moved)>,
    /// SKUs with their new versions.
    pub changed: Vec<(String, i64)>,
}

/// How much is added to each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub audit: i64,
    pub moved: i64,
    pub changed: i64,
}

/// The numbers that belong to it: of each list the one just before the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub counts: Counts,
    before: Counts,
}

/// Where the streams that stores follow are after they were written; none of those that did not move.
#[derive(Clone, Copy, Default)]
pub(crate) struct Streams {
    pub catalog: Option<i64>,
    pub stock: Option<i64>,
}

impl Streams {
    pub fn or(self, before: Self) -> Self {
        Self {
            catalog: self.catalog.or(before.catalog),
            stock: self.stock.or(before.stock),
        }
    }
}

const AUDIT: &str = "audit";
const STOCK: &str = "stock";
const CATALOG: &str = "catalog";

impl Counts {
    /// What has to be taken of each sequence, where anything has.
    pub fn wanted(self) -> impl Iterator<Item = (&'static str, i64)> {
        let all = [
            (AUDIT, self.audit),
            (STOCK, self.moved),
            (CATALOG, self.changed),
        ];
        all.into_iter().filter(|(_, count)| *count > 0)
    }
}

impl Numbered {
    /// From the last numbers that were taken.
    pub fn of(counts: Counts, last: &HashMap<String, i64>) -> Self {
        let before = |name: &str, count| last.get(name).map_or(0, |last| last - count);
        Self {
            counts,
            before: Counts {
                audit: before(AUDIT, counts.audit),
                moved: before(STOCK, counts.moved),
                changed: before(CATALOG, counts.changed),
            },
        }
    }

    pub fn streams(self) -> Streams {
        let last = |before: i64, count: i64| (count > 0).then_some(before + count);
        Streams {
            catalog: last(self.before.changed, self.counts.changed),
            stock: last(self.before.moved, self.counts.moved),
        }
    }
}

impl Lists {
    pub fn counts(&self) -> Counts {
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        Counts {
            audit: count(self.audit.len()),
            moved: count(self.moved.len()),
            changed: count(self.changed.len()),
        }
    }

    /// The statements that write it under these numbers, each made when it is its turn: a transaction must not stand
    /// still while those of 50,000 products are.
    pub(super) fn inserts(
        &self,
        numbered: Numbered,
        now_ms: i64,
    ) -> impl Iterator<Item = Change<'static>> {
        let before = numbered.before;
        audit::inserts(before.audit, now_ms, &self.audit)
            .chain(stock::movement_inserts(before.moved, now_ms, &self.moved))
            .chain(catalog::change_inserts(
                before.changed,
                now_ms,
                &self.changed,
            ))
    }
}
