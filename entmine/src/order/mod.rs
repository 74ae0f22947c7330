//! Orders: one key, one verdict, for ever.

mod book;
mod facts;
mod find;
mod judge;
mod place;
mod request;
mod verdict;

pub use request::MAX_BODY_BYTES;

use model::{Acceptance, Reason};

/// What became of an order that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// Stored now, under a new order number.
    Stored(Acceptance),
    /// This key and body were accepted before: the same number, with the order's status of today.
    Replayed(Acceptance),
    /// The business verdict on this key, made now or before. A corrected order needs a new key.
    Rejected(Vec<Reason>),
    /// The key was voided: nothing will ever be ordered under it.
    Voided,
    /// The key has a verdict about another body, or belongs to another store (then no number is
    /// told).
    KeyReused { number: Option<String> },
    /// Not an order. Nothing was recorded, the key stays free. `detail` holds no customer data.
    Malformed { detail: String },
    /// Too little time was left to answer. Not processed, the key stays free.
    Overdue,
}

/// What EntMine knows about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Accepted(Acceptance),
    Rejected {
        fingerprint: String,
        reasons: Vec<Reason>,
    },
    Voided,
    /// No verdict, or another store's.
    Unknown,
}

/// The rehearsal's conditions: EntMine decides as if its stock and prices were these. They touch
/// only new verdicts, never what is stored about products. The default is none: decide as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// At most so many pieces of everything are available.
    pub at_most_available: Option<i64>,
    /// Every price is so many percent higher, one price version later, and no earlier price is
    /// honoured. A line that names exactly that price is accepted.
    pub price_percent: Option<i64>,
}
