//! The journal: the durable table of orders, written before the first byte goes to EntMine.
//!
//! Every function that writes is one step inside the caller's transaction. A new order is written by
//! [`insert`]; after that [`transition`] alone changes its state, as [`next`] allows.

mod by_state;
mod cancel;
mod cart_to_order;
mod claim;
mod entmine;
mod erase;
mod for_attempt;
mod insert;
mod lease;
mod ledger;
mod notes;
mod order;
mod owed_mail;
mod read;
mod return_to_cart;
mod settle;
mod standing;
mod state;
mod transition;

pub use state::{Event, Refused, State, next};

pub(crate) use by_state::{any_leased, due, ended_as, under_way, unplaced};
pub(crate) use cancel::{Cancelled, cancel};
pub(crate) use cart_to_order::{CartToOrder, ask_cart_to_order};
pub(crate) use claim::{Claim, Kind, claim, may_begin};
pub(crate) use entmine::{
    Comparison, Following, Listing, Ours, compare, count_page, following, let_go, move_cursor,
    pause, resume, set_comparison, set_tail, settle_on,
};
pub(crate) use erase::{IN_ENTMINE, erase, erase_order};
pub(crate) use for_attempt::{ForAttempt, ask_for_attempt, for_attempt};
pub(crate) use insert::{NewOrder, insert};
pub(crate) use lease::{expire_leases, free_leases, make_due};
pub use ledger::Ledger;
pub(crate) use ledger::{add_open, ended};
pub(crate) use notes::{mark, note, seen, unmark, unmark_of};
pub(crate) use order::{Order, WholeOrder};
pub(crate) use owed_mail::owe;
pub(crate) use read::{
    by_key, by_keys, by_receipt, known, of_session, open_of_session, placed_again, session_of,
    whole_by_key, whole_by_receipt,
};
pub(crate) use settle::{Settlement, settle};
pub(crate) use standing::{Happened, Standing, Waits};
pub(crate) use transition::transition;
