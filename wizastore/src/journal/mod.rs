//! The journal: the durable table of orders, written before the first byte goes to EntMine.
//!
//! Every function that writes is one step inside the caller's transaction. Every change of state
//! goes through [`next`] and is a compare-and-set on the state that it began from.

mod cancel;
mod claim;
mod entmine;
mod erase;
mod insert;
mod lease;
mod notes;
mod read;
mod settle;
mod state;

pub use state::{Event, Refused, State, next};

pub(crate) use cancel::{Cancelled, cancel, carry_out_wish};
pub(crate) use claim::{Claim, Claimed, Kind, claim};
pub(crate) use entmine::{
    Comparison, Following, Listing, compare, count_page, following, let_go, move_cursor, pause,
    resume, set_comparison, set_tail, settle_on,
};
pub(crate) use erase::erase;
pub(crate) use insert::{NewOrder, insert};
pub(crate) use lease::{expire_leases, free_leases, make_due};
pub(crate) use notes::{mark, note};
pub(crate) use read::{
    Order, attention, by_key, by_receipt, counts, due, of_session, open_of_session, placed_again,
};
pub(crate) use settle::{Settlement, Waits, settle};
