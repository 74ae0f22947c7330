//! The journal: the durable table of orders, written before the first byte goes to EntMine.
//!
//! Every function that writes is one step inside the caller's transaction. Every change of state
//! goes through [`next`] and is a compare-and-set on the state that it began from.

mod cancel;
mod claim;
mod entmine;
mod insert;
mod lease;
mod notes;
mod read;
mod settle;
mod state;

pub use state::{Event, Refused, State, next};

pub(crate) use cancel::{Cancelled, cancel};
pub(crate) use claim::{Claim, Claimed, Kind, claim};
pub(crate) use entmine::{
    Following, Listing, compare, following, move_cursor, pause, resume, set_tail, settle_on,
};
pub(crate) use insert::{NewOrder, insert};
pub(crate) use lease::{expire_leases, free_leases, make_due};
pub(crate) use notes::{mark, note};
pub(crate) use read::{
    Order, attention, by_key, by_receipt, counts, due, of_session, open_of_session, placed_again,
};
pub(crate) use settle::{Settlement, Waits, settle};
