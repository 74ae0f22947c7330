//! Orders: one key, one verdict, for ever.

mod book;
mod browse;
mod cursor;
mod detail;
mod facts;
mod find;
mod judge;
mod limits;
mod list;
mod number;
mod place;
mod placing;
mod request;
mod status;
mod stock;
mod verdict;
mod void;
mod words;

pub use browse::{OrderQuery, OrderRow, OrderRows, OrderText};
pub use detail::{OrderDetail, OrderedLine, TimelineEntry};
pub use limits::OrderLimits;
pub(crate) use number::OrderNumber;
pub(crate) use placing::Placing;
pub use request::MAX_BODY_BYTES;
pub(crate) use status::record_erasure;
pub use status::{OrderStep, StatusRefused, Stepped, needs_reason, next_steps};
pub(crate) use verdict::status_of;
pub(crate) use words::erase_words;

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
    /// The wanted number belongs to another order. Nothing was recorded, the key stays free.
    NumberTaken,
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

/// What became of a void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voided {
    /// Voided now or before, or never seen: nothing is or will be ordered under the key.
    Done,
    /// Too late: the order has this number.
    AlreadyAccepted { number: String },
    /// The order was rejected before.
    AlreadyRejected { reasons: Vec<Reason> },
    /// The key belongs to another store.
    Unknown,
}

/// A cursor that this EntMine never gave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor that EntMine gave out")]
pub struct BadCursor;

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
