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

pub use model::{Found, Placed, Voided};

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
