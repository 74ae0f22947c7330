//! A model of EntMine: its books as the contract has them, in memory, with everything that ever
//! happened to them written down for the checks.

use model::{Acceptance, OrderPage, OrderRequest, OrderStatus, Product, Reason, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use wizastore::erp::{Found, Identity, Placed, Voided};
use wizastore::{OrderKey, fingerprint};

/// What EntMine is asked.
#[derive(Clone, Debug)]
pub enum Ask {
    Place {
        key: OrderKey,
        body: Vec<u8>,
        number: Option<String>,
    },
    Find(OrderKey),
    Void(OrderKey),
    Orders(Option<String>, i64),
    Changes(Option<String>, i64),
}

impl Ask {
    /// For the story.
    pub fn brief(&self) -> String {
        match self {
            Self::Place { key, number, .. } => format!("place {key} {number:?}"),
            Self::Find(key) => format!("find {key}"),
            Self::Void(key) => format!("void {key}"),
            Self::Orders(after, _) => format!("orders after {after:?}"),
            Self::Changes(after, _) => format!("changes after {after:?}"),
        }
    }

    pub fn key(&self) -> Option<OrderKey> {
        match self {
            Self::Place { key, .. } | Self::Find(key) | Self::Void(key) => Some(*key),
            Self::Orders(..) | Self::Changes(..) => None,
        }
    }
}

/// What it says.
#[derive(Clone, Debug)]
pub enum Said {
    Placed(Placed),
    Found(Found),
    Voided(Voided),
    Page(OrderPage),
}

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
    /// Keys of orders whose status changed, in the order of the changes.
    changed: Vec<OrderKey>,
    /// Prices by SKU, oldest first: since when, and how much. The version is the place, from 1.
    prices: BTreeMap<String, Vec<(i64, i64)>>,
    stock: BTreeMap<String, i64>,
    discontinued: BTreeSet<String>,
}

pub struct Books {
    now: Pages,
    backup: Option<Pages>,
    pub identity: Identity,
    /// The last number that was given out; a restore does not turn it back.
    count: usize,
    flaw: Option<Flaw>,
    /// Every order that was ever stored, in order.
    pub commits: Vec<Commit>,
    /// Keys whose verdict a restore lost.
    pub lost: BTreeSet<OrderKey>,
}

/// Prices that changed are honoured so long.
const HONOURED_MS: i64 = 72 * 3_600_000;

impl Books {
    pub fn new(skus: &[&str], stock: i64, now_ms: i64, flaw: Option<Flaw>) -> Self {
        let mut now = Pages::default();
        for (place, sku) in skus.iter().enumerate() {
            let price = 500 + 799 * place as i64;
            now.prices.insert((*sku).to_owned(), vec![(now_ms, price)]);
            now.stock.insert((*sku).to_owned(), stock);
        }
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

    pub fn answer(&mut self, ask: &Ask, now_ms: i64) -> Said {
        match ask {
            Ask::Place { key, body, number } => {
                Said::Placed(self.place(*key, body, number.as_deref(), now_ms))
            }
            Ask::Find(key) => Said::Found(self.find(*key)),
            Ask::Void(key) => Said::Voided(self.void(*key)),
            Ask::Orders(after, limit) => {
                Said::Page(self.page(&self.now.accepted, after.as_deref(), *limit))
            }
            Ask::Changes(after, limit) => {
                Said::Page(self.page(&self.now.changed, after.as_deref(), *limit))
            }
        }
    }

    fn place(&mut self, key: OrderKey, body: &[u8], number: Option<&str>, now_ms: i64) -> Placed {
        match self.now.verdicts.get(&key) {
            Some(Found::Voided) => return Placed::Voided,
            Some(Found::Accepted(before)) if self.flaw != Some(Flaw::KeyNotUnique) => {
                return if before.fingerprint == fingerprint(body) {
                    Placed::Accepted(Acceptance {
                        replayed: true,
                        ..before.clone()
                    })
                } else {
                    Placed::KeyReused
                };
            }
            Some(Found::Rejected {
                fingerprint: before,
                reasons,
            }) => {
                return if *before == fingerprint(body) {
                    Placed::Rejected(reasons.clone())
                } else {
                    Placed::KeyReused
                };
            }
            Some(Found::Accepted(_) | Found::Unknown) | None => {}
        }
        let Ok(request) = serde_json::from_slice::<OrderRequest>(body) else {
            return Placed::Malformed {
                detail: "not an order".into(),
            };
        };
        let placed_ms = request
            .placed_at
            .parse::<jiff::Timestamp>()
            .map_or(now_ms, jiff::Timestamp::as_millisecond);
        // What a restore lost is stored again whatever became of prices and stock.
        let (reasons, short) = match number {
            Some(_) => (Vec::new(), false),
            None => self.judge(&request, placed_ms, now_ms),
        };
        if !reasons.is_empty() {
            let verdict = Found::Rejected {
                fingerprint: fingerprint(body),
                reasons: reasons.clone(),
            };
            self.now.verdicts.insert(key, verdict);
            return Placed::Rejected(reasons);
        }
        let number = match number {
            Some(number) if self.has_number(number) => return Placed::NumberTaken,
            Some(number) => number.to_owned(),
            None => {
                self.count += 1;
                format!("SO-2026-{:06}", self.count)
            }
        };
        for line in &request.lines {
            *self.now.stock.entry(line.sku.clone()).or_default() -= line.quantity;
        }
        let acceptance = Acceptance {
            key: key.to_string(),
            number: number.clone(),
            fingerprint: fingerprint(body),
            total_minor: request.total_minor,
            currency: request.currency,
            accepted_at: "2026-11-22T21:00:00Z".into(),
            status: if short {
                OrderStatus::OnHold
            } else {
                OrderStatus::New
            },
            replayed: false,
        };
        self.now
            .verdicts
            .insert(key, Found::Accepted(acceptance.clone()));
        self.now.accepted.push(key);
        self.commits.push(Commit {
            key,
            number,
            body: body.to_vec(),
        });
        Placed::Accepted(acceptance)
    }

    /// Why an order is refused, and whether stock is short for one that is not.
    fn judge(&self, request: &OrderRequest, placed_ms: i64, now_ms: i64) -> (Vec<Reason>, bool) {
        let (mut reasons, mut short) = (Vec::new(), false);
        let mut sum = 0;
        for line in &request.lines {
            sum += line.quantity * line.unit_price_minor;
            let sku = line.sku.clone();
            let prices = self.now.prices.get(&sku).map_or(&[][..], Vec::as_slice);
            let current = prices.last().map_or(0, |(_, price)| *price);
            let version = usize::try_from(line.price_version).unwrap_or(0);
            let until = prices.get(version).map_or(i64::MAX, |(since, _)| *since);
            let known = version > 0
                && prices.get(version - 1).map(|(_, price)| *price) == Some(line.unit_price_minor);
            let honoured = until > placed_ms && now_ms - placed_ms < HONOURED_MS;
            let available = self.now.stock.get(&sku).copied().unwrap_or(0);
            if self.now.discontinued.contains(&sku) {
                reasons.push(Reason::Discontinued { sku });
            } else if !known || (version < prices.len() && !honoured) {
                reasons.push(Reason::PriceChanged {
                    sku,
                    shown_minor: line.unit_price_minor,
                    current_minor: current,
                    price_version: prices.len() as i64,
                });
            } else if line.quantity > available {
                if now_ms - placed_ms > 60_000 {
                    short = true;
                } else {
                    reasons.push(Reason::OutOfStock {
                        sku,
                        requested: line.quantity,
                        available: available.max(0),
                    });
                }
            }
        }
        if reasons.is_empty() && sum != request.total_minor {
            reasons.push(Reason::TotalMismatch {
                shown_minor: request.total_minor,
                computed_minor: sum,
            });
        }
        (reasons, short)
    }

    fn find(&self, key: OrderKey) -> Found {
        match self.now.verdicts.get(&key) {
            Some(found) => found.clone(),
            None => Found::Unknown,
        }
    }

    fn void(&mut self, key: OrderKey) -> Voided {
        match self.now.verdicts.get(&key) {
            Some(Found::Accepted(_)) => Voided::AlreadyAccepted,
            Some(Found::Rejected { .. }) => Voided::AlreadyRejected,
            Some(Found::Voided | Found::Unknown) | None => {
                if self.flaw != Some(Flaw::NoTombstone) {
                    self.now.verdicts.insert(key, Found::Voided);
                }
                Voided::Done
            }
        }
    }

    fn page(&self, keys: &[OrderKey], after: Option<&str>, limit: i64) -> OrderPage {
        let from = after.map_or(0, |cursor| cursor.parse().unwrap_or(0));
        let to = keys.len().min(from + usize::try_from(limit).unwrap_or(1));
        let shown = keys.get(from..to).unwrap_or(&[]);
        OrderPage {
            orders: shown
                .iter()
                .filter_map(|key| self.accepted(*key))
                .map(|order| Verdict::Accepted(order.clone().into()))
                .collect(),
            next: (to < keys.len() && from < to).then(|| to.to_string()),
        }
    }

    /// The acceptance of a key, if it has one now.
    pub fn accepted(&self, key: OrderKey) -> Option<&Acceptance> {
        match self.now.verdicts.get(&key) {
            Some(Found::Accepted(acceptance)) => Some(acceptance),
            Some(Found::Rejected { .. } | Found::Voided | Found::Unknown) | None => None,
        }
    }

    /// The orders of now.
    pub fn orders(&self) -> impl Iterator<Item = &Acceptance> {
        self.now
            .accepted
            .iter()
            .filter_map(|key| self.accepted(*key))
    }

    fn has_number(&self, number: &str) -> bool {
        self.orders().any(|order| order.number == number)
    }

    /// The newest number that it gave out to another key; its store may not know it yet.
    pub fn number_of_another(&self, key: OrderKey) -> Option<String> {
        let mut newest = self.commits.iter().rev();
        newest
            .find(|commit| commit.key != key)
            .map(|commit| commit.number.clone())
    }

    /// Staff change a price.
    pub fn change_price(&mut self, sku: &str, price_minor: i64, now_ms: i64) {
        if let Some(prices) = self.now.prices.get_mut(sku) {
            prices.push((now_ms, price_minor));
        }
    }

    pub fn set_stock(&mut self, sku: &str, pieces: i64) {
        self.now.stock.insert(sku.to_owned(), pieces);
    }

    pub fn discontinue(&mut self, sku: &str) {
        self.now.discontinued.insert(sku.to_owned());
    }

    /// Staff change the status of one of the orders.
    pub fn change_status(&mut self, place: usize, status: OrderStatus) {
        let Some(key) = self.now.accepted.get(place).copied() else {
            return;
        };
        if let Some(Found::Accepted(order)) = self.now.verdicts.get_mut(&key) {
            order.status = status;
            self.now.changed.push(key);
        }
    }

    pub fn take_backup(&mut self) {
        self.backup = Some(self.now.clone());
    }

    /// Goes back to the backup, if there is one; numbers go on after the last one.
    pub fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.clone() else {
            return false;
        };
        let verdicts = std::mem::replace(&mut self.now, backup).verdicts;
        let lost = verdicts
            .into_keys()
            .filter(|key| !self.now.verdicts.contains_key(key));
        self.lost.extend(lost);
        self.identity.epoch += 1;
        true
    }

    /// The catalogue as the store would be sent it.
    pub fn catalogue(&self) -> Vec<Product> {
        let product = |(sku, prices): (&String, &Vec<(i64, i64)>)| Product {
            sku: sku.clone(),
            version: prices.len() as i64,
            name: format!("A fine {}", sku.to_lowercase()),
            slug: sku.to_lowercase(),
            category: "Things".into(),
            description: String::new(),
            image: String::new(),
            currency: "GBP".into(),
            price_minor: prices.last().map_or(0, |(_, price)| *price),
            price_version: prices.len() as i64,
            available: self.now.stock.get(sku).copied().unwrap_or(0),
            published: !self.now.discontinued.contains(sku),
            tracked: true,
            listed: true,
        };
        self.now.prices.iter().map(product).collect()
    }
}
