//! What customers type and paste: cleaned the same way wherever it comes in, held to one set of
//! limits by both systems.
//!
//! The store's checkout cleans ([`line`], [`note`], [`phone`], [`postcode`], [`email`]) and sends what
//! is left. EntMine reads what any store sends by [`sent`], for the columns that staff see; the bytes of the
//! order stay as they came.

mod character;
mod email;
mod fault;
mod field;
mod phone;
mod sent;
mod text;

pub use character::is_invisible;
pub use email::{EmailFault, EmailFaultKind, email, mail_address};
pub use fault::TextFault;
pub use field::OrderField;
pub use phone::phone;
pub use sent::{is_unseen, sent};
pub use text::{line, note, postcode};
