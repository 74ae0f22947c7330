//! Carts: read, changed, and kept in step with EntMine's prices.

mod change;
mod read;

pub(crate) use change::{
    ReturnedLine, add, begin, ensure, follow_prices, put_back, rekey, rekey_all, set, touch,
};
pub(crate) use read::{
    CartRow, LineRow, by_key, by_receipt, by_session, lines, on_the_wire, refusal,
};

/// More lines than anyone orders; keeps an order's body well below the 64 KiB that EntMine takes.
pub(crate) const MAX_LINES: i64 = 100;
