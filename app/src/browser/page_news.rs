//! News that go from one page to the next.

use super::storage::{Shelf, read, remove, write};

const PLACED: &str = "wizastore-placed";

/// The checkout leaves for an order's page. What it said last was cut off by that.
pub fn leave_for(receipt: &str) {
    write(Shelf::Tab, PLACED, receipt);
}

/// Whether the customer came to this order's page from placing the order, and not before.
pub fn has_come_from_placing(receipt: &str) -> bool {
    let came = read(Shelf::Tab, PLACED).is_some_and(|placed| placed == receipt);
    if came {
        remove(Shelf::Tab, PLACED);
    }
    came
}
