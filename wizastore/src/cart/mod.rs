//! Carts: read, changed, and kept in step with EntMine's prices.

mod change;
mod read;

pub(crate) use change::{
    ReturnedLine, add, begin, ensure, follow_prices, of_visitor, put_back, rekey, rekey_all, set,
    touch,
};
pub(crate) use read::{
    CartRow, JoinedRow, LineRow, ShownCart, by_key, by_receipt, joined, of_session, on_the_wire,
    pieces, refusal, select_cart, shown,
};

/// More lines than anyone orders; keeps an order's body well below the 64 KiB that EntMine takes.
pub(crate) const MAX_LINES: i64 = 100;
