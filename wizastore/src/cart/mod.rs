//! Carts: read, changed, and kept in step with EntMine's prices.

mod change;
mod read;

pub(crate) use change::{
    ReturnedLine, add, create, ensure, follow_prices, put_back, rekey, rekey_all, set, touch,
};
pub(crate) use read::{
    CartRow, LineRow, by_key, by_receipt, by_session, lines, not_ordered, on_the_wire, refusal,
};

/// More lines than anyone orders; keeps an order's body well below the 64 KiB that EntMine takes.
pub(crate) const MAX_LINES: i64 = 100;
