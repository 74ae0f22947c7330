//! The catalogue on its way to the stores: the push of orders in the other direction.
//!
//! Each store has a [`Sender`]. It hands over what changed after the last change that the store said
//! it has (`sender`), as one message after another over a [`StoreLink`], and keeps a book of how that
//! goes (`book`). Whatever is lost on the way, the store notices and fetches by itself.

mod ask;
mod book;
mod forget;
mod http;
mod lease;
mod link;
mod sender;
mod senders;

pub use ask::Ask;
pub(crate) use ask::Asked;
pub use book::StoreRecord;
pub use forget::ForgetRefused;
pub use http::{BadStore, HookSecret, HttpStore};
pub use link::{Delivered, StoreLink};
pub use sender::{Sender, Sent};
pub(crate) use senders::Senders;
