//! The journal: the durable table of orders, written before the first byte goes to EntMine.

mod read;
mod state;
mod write;

pub use state::{Event, Refused, State, next};

pub(crate) use read::{Order, by_key, by_receipt, counts, due, of_session, open_of_session};
pub(crate) use write::{
    Claim, NewOrder, Settlement, claim, expire_leases, free_leases, insert, make_due, settle,
};
