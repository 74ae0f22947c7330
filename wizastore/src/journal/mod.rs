//! The journal: the durable table of orders, written before the first byte goes to EntMine.
//!
//! Every function that writes is one step inside the caller's transaction. A new order is written by
//! [`insert`]; after that [`transition`] alone changes its state, as [`next`] allows.

mod cancel;
mod claim;
mod entmine;
mod erase;
mod insert;
mod lease;
mod notes;
mod read;
mod return_to_cart;
mod settle;
mod standing;
mod state;
mod transition;

pub use state::{Event, Refused, State, next};

pub(crate) use cancel::{Cancelled, cancel};
pub(crate) use claim::{Claim, Kind, claim, may_begin};
pub(crate) use entmine::{
    Comparison, Following, Listing, Ours, compare, count_page, following, let_go, move_cursor,
    pause, resume, set_comparison, set_tail, settle_on,
};
pub(crate) use erase::{IN_ENTMINE, erase, erase_order};
pub(crate) use insert::{NewOrder, insert};
pub(crate) use lease::{expire_leases, free_leases, make_due};
pub(crate) use notes::{mark, note, seen, unmark, unmark_of};
pub(crate) use read::{
    CartToOrder, ForAttempt, Order, WholeOrder, add_open, any_leased, ask_cart_to_order,
    ask_for_attempt, by_key, by_keys, by_receipt, due, ended, ended_as, for_attempt, known,
    of_session, open_of_session, placed_again, session_of, under_way, unplaced, whole_by_key,
    whole_by_receipt,
};
pub(crate) use settle::{Settlement, settle};
pub(crate) use standing::{Happened, Standing, Waits};
pub(crate) use transition::transition;
