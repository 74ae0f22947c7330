//! EntMine's books as docs/contract.md has them, in memory. The EntMine of the simulation and the scripted one of the
//! integration tests both keep these. What ever happened to them is written down for the checks.

#![allow(dead_code, reason = "each of those who share it uses a part")]

pub mod goods;

use goods::Goods;
use model::{Acceptance, AcceptedOrder, OrderPage, OrderRequest, OrderStatus, Reason, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use wizastore::erp::{Found, Identity, Placed, Voided};
use wizastore::{OrderKey, fingerprint};

/// Known-wrong EntMines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A key does not make an order unique.
    KeyNotUnique,
    /// A void of a key never seen leaves no tombstone.
    NoTombstone,
}

/// An order was stored.
#[derive(Clone, Debug)]
pub struct Commit {
    pub key: OrderKey,
    pub number: String,
    pub body: Vec<u8>,
}

/// What a backup holds, and a restore brings back.
#[derive(Clone, Default)]
struct Pages {
    verdicts: BTreeMap<OrderKey, Found>,
    /// Keys of accepted orders in the order of commit.
    accepted: Vec<OrderKey>,
    /// Keys of orders whose status changed or whose customer was erased, in the order of the changes.
    changed: Vec<OrderKey>,
    /// Keys of orders whose customer was erased.
    erased: BTreeSet<OrderKey>,
    goods: Goods,
}

pub struct Books {
    now: Pages,
    backup: Option<Pages>,
    pub identity: Identity,
    /// The last number that was given out; a restore does not turn it back.
    pub count: usize,
    flaw: Option<Flaw>,
    /// Every order that was ever stored, in order.
    pub commits: Vec<Commit>,
    /// Keys whose verdict a restore lost.
    pub lost: BTreeSet<OrderKey>,
}

/// Without goods nothing is judged.
impl Default for Books {
    fn default() -> Self {
        Self::new(Goods::default(), None)
    }
}

impl Books {
    pub fn new(goods: Goods, flaw: Option<Flaw>) -> Self {
        let now = Pages {
            goods,
            ..Pages::default()
        };
        Self {
            now,
            backup: None,
            identity: Identity {
                instance: "0192f3c0-0000-7000-8000-000000000001".into(),
                epoch: 1,
            },
            count: 0,
            flaw,
            commits: Vec::new(),
            lost: BTreeSet::new(),
        }
    }

    pub fn goods(&mut self) -> &mut Goods {
        &mut self.now.goods
    }

    /// `number` is for an order that was lost; `now_ms` counts only where there are goods.
    pub fn place(
        &mut self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        now_ms: i64,
    ) -> Placed {
        let malformed = Placed::Malformed {
            detail: "no order, or of a time that cannot be".into(),
        };
        let Some((order, placed_ms)) = read(body) else {
            return malformed;
        };
        if let Some(placed) = self.placed_before(key, body) {
            return placed;
        }
        let number = match number {
            Some(number) if self.orders().any(|order| order.number == number) => {
                return Placed::NumberTaken;
            }
            // What a restore lost is stored again whatever became of prices and stock.
            Some(number) => number.to_owned(),
            None if !self.now.goods.is_timely(placed_ms, now_ms) => return malformed,
            None => {
                let reasons = self.now.goods.judge(&order, placed_ms, now_ms);
                if !reasons.is_empty() {
                    return self.reject(key, body, reasons);
                }
                self.count += 1;
                format!("SO-2026-{:06}", self.count)
            }
        };
        let acceptance = Acceptance {
            key: key.to_string(),
            number: number.clone(),
            fingerprint: fingerprint(body),
            total_minor: order.total_minor,
            status: self.now.goods.promise(&order),
            currency: order.currency,
            accepted_at: "2026-11-22T21:00:00Z".into(),
            replayed: false,
        };
        let verdict = Found::Accepted(acceptance.clone());
        self.now.verdicts.insert(key, verdict);
        self.now.accepted.push(key);
        self.commits.push(Commit {
            key,
            number,
            body: body.to_vec(),
        });
        Placed::Accepted(acceptance)
    }

    /// Rejects an order for these reasons, unless its key has a verdict.
    pub fn reject(&mut self, key: OrderKey, body: &[u8], reasons: Vec<Reason>) -> Placed {
        if let Some(placed) = self.placed_before(key, body) {
            return placed;
        }
        let verdict = Found::Rejected {
            fingerprint: fingerprint(body),
            reasons: reasons.clone(),
        };
        self.now.verdicts.insert(key, verdict);
        Placed::Rejected(reasons)
    }

    /// The answer to an order whose key has a verdict.
    fn placed_before(&self, key: OrderKey, body: &[u8]) -> Option<Placed> {
        let sent = fingerprint(body);
        Some(match self.find(key) {
            Found::Unknown => return None,
            Found::Voided => Placed::Voided,
            Found::Accepted(_) if self.flaw == Some(Flaw::KeyNotUnique) => return None,
            Found::Accepted(before) if before.fingerprint == sent => Placed::Accepted(Acceptance {
                replayed: true,
                ..before
            }),
            Found::Rejected {
                fingerprint,
                reasons,
            } if fingerprint == sent => Placed::Rejected(reasons),
            Found::Accepted(_) | Found::Rejected { .. } => Placed::KeyReused,
        })
    }

    pub fn find(&self, key: OrderKey) -> Found {
        let verdict = self.now.verdicts.get(&key);
        verdict.cloned().unwrap_or(Found::Unknown)
    }

    pub fn void(&mut self, key: OrderKey) -> Voided {
        match self.find(key) {
            Found::Accepted(_) => Voided::AlreadyAccepted,
            Found::Rejected { .. } => Voided::AlreadyRejected,
            Found::Voided | Found::Unknown => {
                if self.flaw != Some(Flaw::NoTombstone) {
                    self.now.verdicts.insert(key, Found::Voided);
                }
                Voided::Done
            }
        }
    }

    /// Accepted orders after a cursor, in the order of commit; none where the cursor is not known.
    pub fn orders_after(&self, after: Option<&str>, limit: i64) -> Option<OrderPage> {
        self.page('o', &self.now.accepted, after, limit)
    }

    /// The same of changes of status and erasures, in the order of the changes.
    pub fn changes_after(&self, after: Option<&str>, limit: i64) -> Option<OrderPage> {
        self.page('s', &self.now.changed, after, limit)
    }

    /// A cursor is the listing, the epoch and how many were listed so far: one of another listing or epoch, or beyond
    /// the end, is not known.
    fn page(
        &self,
        listing: char,
        keys: &[OrderKey],
        after: Option<&str>,
        limit: i64,
    ) -> Option<OrderPage> {
        let here = format!("{listing}{}.", self.identity.epoch);
        let from: usize = match after {
            None => 0,
            Some(cursor) => cursor.strip_prefix(&here)?.parse().ok()?,
        };
        let rest = keys.get(from..)?;
        let shown = &rest[..rest.len().min(limit.max(1) as usize)];
        let verdict = |key: &OrderKey| {
            let order = self.accepted(*key)?.clone();
            Some(Verdict::Accepted(AcceptedOrder {
                erased: self.now.erased.contains(key),
                ..order.into()
            }))
        };
        let to = from + shown.len();
        Some(OrderPage {
            orders: shown.iter().filter_map(verdict).collect(),
            next: (to < keys.len()).then(|| format!("{here}{to}")),
        })
    }

    /// The acceptance of a key, if it has one now.
    pub fn accepted(&self, key: OrderKey) -> Option<&Acceptance> {
        match self.now.verdicts.get(&key)? {
            Found::Accepted(acceptance) => Some(acceptance),
            Found::Rejected { .. } | Found::Voided | Found::Unknown => None,
        }
    }

    /// The orders of now, in the order of commit.
    pub fn orders(&self) -> impl Iterator<Item = &Acceptance> {
        let keys = self.now.accepted.iter();
        keys.filter_map(|key| self.accepted(*key))
    }

    /// The newest number that it gave out to another key; its store may not know it yet.
    pub fn number_of_another(&self, key: OrderKey) -> Option<String> {
        let mut newest = self.commits.iter().rev();
        let another = newest.find(|commit| commit.key != key)?;
        Some(another.number.clone())
    }

    /// Staff change the status of the order at this place of the listing; false where there is none.
    pub fn change_status(&mut self, place: usize, status: OrderStatus) -> bool {
        let key = self.change(place);
        let verdict = key.and_then(|key| self.now.verdicts.get_mut(&key));
        if let Some(Found::Accepted(order)) = verdict {
            order.status = status;
        }
        key.is_some()
    }

    /// Staff erase the customer of the order at this place of the listing; false where there is none.
    pub fn erase(&mut self, place: usize) -> bool {
        let key = self.change(place);
        self.now.erased.extend(key);
        key.is_some()
    }

    fn change(&mut self, place: usize) -> Option<OrderKey> {
        let key = *self.now.accepted.get(place)?;
        self.now.changed.push(key);
        Some(key)
    }

    pub fn take_backup(&mut self) {
        self.backup = Some(self.now.clone());
    }

    /// Goes back to the backup, if there is one; numbers go on after the last one.
    pub fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.clone() else {
            return false;
        };
        self.go_back(backup, self.identity.epoch + 1);
        true
    }

    /// Goes back to a backup that was made when it had `kept` orders and nobody was erased.
    pub fn restore_to(&mut self, kept: usize, epoch: i64) {
        let mut backup = self.now.clone();
        for lost in backup.accepted.split_off(kept) {
            backup.verdicts.remove(&lost);
            backup.changed.retain(|changed| *changed != lost);
        }
        backup.erased.clear();
        self.go_back(backup, epoch);
    }

    fn go_back(&mut self, backup: Pages, epoch: i64) {
        let verdicts = std::mem::replace(&mut self.now, backup).verdicts;
        let lost = verdicts
            .into_keys()
            .filter(|key| !self.now.verdicts.contains_key(key));
        self.lost.extend(lost);
        self.identity.epoch = epoch;
    }
}

/// An order and when it was placed; none where the body is no order.
fn read(body: &[u8]) -> Option<(OrderRequest, i64)> {
    let order: OrderRequest = serde_json::from_slice(body).ok()?;
    let placed_at: jiff::Timestamp = order.placed_at.parse().ok()?;
    Some((order, placed_at.as_millisecond()))
}
