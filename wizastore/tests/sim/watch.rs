//! What was seen on the network: every body that was sent, and calls that should not have been made.

use super::ask::Ask;
use crate::OrderKey;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
pub struct Watch {
    /// The first body that was sent under a key.
    pub bodies: BTreeMap<OrderKey, Vec<u8>>,
    calls: BTreeMap<u64, Call>,
    finds: BTreeMap<OrderKey, Instant>,
    /// Orders sent whose sender got no answer that decides anything.
    open: BTreeMap<OrderKey, Vec<Instant>>,
    last: u64,
    /// Keys about which something contradictory was answered on purpose.
    pub contradicted: BTreeSet<OrderKey>,
    pub broken: Vec<(&'static str, String)>,
    pub sent: u64,
}

struct Call {
    /// Of the process that waits for it.
    died: CancellationToken,
    key: OrderKey,
    begun: Instant,
    place: bool,
}

impl Watch {
    /// A call begins; `strict`: nothing but a dead process may make a lease run out.
    pub fn begin(&mut self, ask: &Ask, died: &CancellationToken, strict: bool) -> u64 {
        self.last += 1;
        let Some(key) = ask.key() else {
            return self.last;
        };
        let now = Instant::now();
        let place = match ask {
            Ask::Place { body, number, .. } => {
                self.sent += 1;
                let first = self.bodies.entry(key).or_insert_with(|| body.clone());
                if first != body {
                    let what = format!("{key}: two attempts sent different bytes");
                    self.broken.push(("bytes", what));
                }
                // Bringing back what EntMine lost is no attempt.
                if number.is_some() {
                    return self.last;
                }
                let asked = self.finds.get(&key).copied();
                let unasked = self
                    .open
                    .get(&key)
                    .is_some_and(|open| open.iter().any(|sent| asked.is_none_or(|at| at < *sent)));
                if strict && unasked {
                    let what = format!("{key}: sent again without asking first");
                    self.broken.push(("asked-first", what));
                }
                true
            }
            Ask::Find(_) => {
                self.finds.insert(key, now);
                false
            }
            Ask::Void(_) => true,
            Ask::Orders(..) | Ask::Changes(..) => false,
        };
        let lives = |call: &Call| call.key == key && !call.died.is_cancelled();
        if strict && self.calls.values().any(lives) {
            let what = format!("{key}: two attempts at once although the first one lives");
            self.broken.push(("overlap", what));
        }
        let call = Call {
            died: died.clone(),
            key,
            begun: now,
            place: place && matches!(ask, Ask::Place { .. }),
        };
        self.calls.insert(self.last, call);
        self.last
    }

    /// A call ended; `clear`: its caller knows what became of it.
    pub fn end(&mut self, id: u64, clear: bool) {
        if let Some(call) = self.calls.remove(&id)
            && call.place
        {
            let open = self.open.entry(call.key).or_default();
            if clear {
                open.clear();
            } else {
                open.push(call.begun);
            }
        }
    }
}
