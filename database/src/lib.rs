//! What the store's and EntMine's databases have in common: one address that chooses the engine,
//! opening and migrating it, commits that are shared, the time, and named points for tests.
//!
//! Both engines behave alike on purpose: **one writer at a time**. SQLite has one by nature;
//! PostgreSQL gets one by an advisory lock that each writing transaction takes first, so that
//! several processes on one database see what one process on SQLite sees, and no code has to know
//! about serialization failures. What waits for the writer shares its next commit. Work that says
//! what it is about may run beside other such work there ([`Database::write_beside`]).

mod address;
mod batch;
mod beside;
mod checkpoint;
mod clock;
mod conn;
mod counts;
mod error;
mod handle;
mod lock;
mod look;
mod migrate;
mod notices;
mod open;
mod point;
mod postgres;
mod private;
mod read;
mod reader;
mod readers;
mod ready;
pub mod rows;
mod server;
mod sqlite;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod together;
mod write;

pub use address::{Engine, canonical, named};
pub use clock::{Clock, ManualClock, SystemClock};
pub use conn::Conn;
pub use error::{DatabaseError, OpenError};
pub use handle::Database;
pub use look::{Found, look};
pub use notices::Notice;
pub use open::Plan;
pub use point::{Action, Injected, Points};
pub use readers::{Readers, Reading};
pub use statement::{Answers, Change, Questions};
pub use together::Together;

/// What a piece of work is: it borrows its connection and ends with a result.
pub type Work<'c, T, E> = futures::future::BoxFuture<'c, Result<T, E>>;
