//! WizAStore's own half: the catalogue cache, sessions and carts, the journal of orders, and the
//! push that brings them to EntMine. No web framework and no pages here.
//!
//! One order's way: [`Visit::submit`] → `checkout` → `journal` → `push` → [`erp::EntMine`] →
//! order number → [`model::Outcome`].

mod cache;
mod cart;
mod catalogue;
mod checkout;
mod clock;
mod db;
mod dice;
pub mod erp;
mod journal;
mod keys;
mod knobs;
mod mail;
mod operator;
mod push;
mod reconcile;
mod session;
mod store;
mod sweep;
mod visit;

// Files that the simulation shares with the tests outside call this crate by its name.
#[cfg(test)]
extern crate self as wizastore;

#[cfg(test)]
#[path = "../tests/sim/mod.rs"]
mod sim;

pub use catalogue::{
    CatalogueGap, CatalogueState, Heard, Held, NotHeard, Origin, Smaller, Taken, digest_of,
};
pub use checkout::SubmitFields;
pub use clock::is_time_zone;
pub use database::{Action, Clock, DatabaseError, ManualClock, OpenError, Points, SystemClock};
pub use dice::{Dice, RandomBytes};
pub use journal::{Event, Ledger, Refused, State, next};
pub use keys::{OrderKey, fingerprint};
pub use knobs::Knobs;
pub use mail::{Mail, MailError, Mailer};
pub use operator::{
    Audit, Erased, OperatorError, OrderBrief, OrderQuery, OrderRecord, TimelineEntry, Whose,
};
pub use reconcile::{ReconcileError, Reconciled};
pub use store::{Store, StoreConfig};
pub use visit::{Reply, Trouble, Visit};
