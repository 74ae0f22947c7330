//! What the customers sent and what they were told, and whether that was true at that moment.

use super::books::Books;
use crate::OrderKey;
use model::{Cart, Outcome, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// By which door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Submit,
    /// Status, *Try now*, *Cancel*, the live page.
    Look,
}

/// Known-wrong words to customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// *Unknown* is told of an order that was submitted before.
    KnownIsUnknown,
    /// *Not placed* is told while the database is out of order, whatever became of the submission.
    UnclearIsNotPlaced,
    /// *Safe with us* is told of what is not in the journal.
    UnclearIsSafe,
    /// An order still under way when its customer stops waiting is told as not placed.
    SlowIsNotPlaced,
    /// An order in doubt is told as safe.
    DoubtIsSafe,
}

/// What is so when somebody is answered.
pub struct Situation {
    pub door: Door,
    /// The customer was answered about it before.
    pub answered_before: bool,
    /// No write to the store's database succeeds.
    pub database_is_out: bool,
    /// The order's state; none where it is not in the journal.
    pub state: Option<String>,
}

impl Lie {
    /// What is told instead.
    pub fn instead(self, now: &Situation, truth: Outcome) -> Outcome {
        // Of a changed cart nobody expects that the lines are there.
        let not_placed = |reason| Outcome::NotPlaced {
            reasons: vec![reason],
            cart: None,
        };
        let safe = |receipt| Outcome::Safe {
            receipt,
            next_try_in_ms: 0,
            asked_ms_ago: None,
        };
        let submitted = now.door == Door::Submit;
        match (self, truth) {
            (Self::KnownIsUnknown, truth) if submitted && now.answered_before => match truth {
                Outcome::NotPlaced { .. } => truth,
                _ => not_placed(Reason::UnknownOrder),
            },
            (Self::UnclearIsNotPlaced, Outcome::Checking { .. })
                if submitted && now.database_is_out =>
            {
                not_placed(Reason::CartChanged)
            }
            (Self::SlowIsNotPlaced, Outcome::Checking { .. })
                if submitted && now.state.as_deref() == Some("sending") =>
            {
                not_placed(Reason::CartChanged)
            }
            (Self::UnclearIsSafe, Outcome::Checking { receipt, .. })
                if submitted && now.state.is_none() =>
            {
                safe(receipt)
            }
            (Self::DoubtIsSafe, Outcome::Checking { receipt, .. }) if !submitted => safe(receipt),
            (_, truth) => truth,
        }
    }
}

/// A submission as it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub key: OrderKey,
    pub receipt: String,
    /// What the customer wants, once: it stands in the order's note.
    pub wish: u64,
    pub total_minor: i64,
    pub lines: BTreeMap<String, i64>,
    /// How often it was sent, and how often an answer was given.
    pub requests: u64,
    pub answers: u64,
}

/// What was told about it.
#[derive(Clone, Debug)]
pub struct Tale {
    pub door: Door,
    /// The store knew whose browser asked, so that it can show a cart.
    pub has_session: bool,
    /// The place of the submission.
    pub sent: usize,
    pub began_ms: i64,
    pub told_ms: i64,
    pub outcome: Outcome,
}

#[derive(Default)]
pub struct Told {
    pub sent: Vec<Sent>,
    pub tales: Vec<Tale>,
    pub broken: Vec<(&'static str, String)>,
}

/// EntMine's acceptances at the moment at which a request began.
pub struct Before(BTreeSet<OrderKey>);

impl Before {
    pub fn of(books: &Books, key: OrderKey) -> Self {
        Self(books.accepted(key).map(|_| key).into_iter().collect())
    }
}

impl Told {
    pub fn send(&mut self, sent: Sent) -> usize {
        self.sent.push(sent);
        self.sent.len() - 1
    }

    /// A number that the customer of another order was told.
    pub fn number_of_another(&self, key: OrderKey) -> Option<String> {
        let mut tales = self.tales.iter();
        tales.find_map(|tale| match &tale.outcome {
            Outcome::Confirmed { number, .. } if self.sent[tale.sent].key != key => {
                Some(number.clone())
            }
            _ => None,
        })
    }

    /// Writes down what was told, and checks what can only be checked now.
    pub fn tell(&mut self, tale: Tale, before: &Before, books: &Books) {
        if tale.door == Door::Submit {
            self.sent[tale.sent].answers += 1;
        }
        let key = self.sent[tale.sent].key;
        let accepted = books.accepted(key);
        let mut untrue = |what: &str| {
            let told = &tale.outcome;
            self.broken
                .push(("untruth", format!("{key}: {what}; told {told:?}")));
        };
        match &tale.outcome {
            Outcome::Confirmed { number, .. } => {
                let once = books.lost.contains(&key);
                if !once && accepted.map(|order| &order.number) != Some(number) {
                    untrue("EntMine has no such order");
                }
            }
            Outcome::NotPlaced { reasons, cart } => {
                let own_doubt = reasons.iter().any(|reason| {
                    matches!(
                        reason,
                        Reason::UnknownOrder | Reason::CartChanged | Reason::CartEmpty
                    )
                });
                if accepted.is_some() && !books.lost.contains(&key) {
                    untrue("EntMine has it");
                } else if !own_doubt {
                    self.lines_are_there(&tale, cart.as_ref());
                }
            }
            Outcome::Safe { .. } => {
                if before.0.contains(&key) && accepted.is_some() {
                    untrue("EntMine had it before the question");
                }
            }
            Outcome::Cancelled { .. } => {
                if accepted.is_some() && !books.lost.contains(&key) {
                    untrue("EntMine has it");
                }
            }
            Outcome::Sending { .. }
            | Outcome::Checking { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. } => {}
        }
        self.tales.push(tale);
    }

    /// After *Not placed* the cart has what was in the order.
    fn lines_are_there(&mut self, tale: &Tale, cart: Option<&Cart>) {
        // A look may come long after, when the customer has changed or ordered it.
        if tale.door != Door::Submit || cart.is_none() && !tale.has_session {
            return;
        }
        let lines = cart.map_or(&[][..], |cart| &cart.lines);
        let sent = &self.sent[tale.sent];
        for (sku, wanted) in &sent.lines {
            let line = lines.iter().find(|line| line.sku == *sku);
            if line.map_or(0, |line| line.quantity) < *wanted {
                let what = format!("{}: {sku} did not come back into the cart", sent.key);
                self.broken.push(("cart", what));
            }
        }
    }
}
