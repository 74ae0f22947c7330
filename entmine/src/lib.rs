//! EntMine, the ERP: it owns products, prices, stock and orders, and it alone gives out order
//! numbers.
//!
//! [`EntMine`] is the whole system behind one handle. Placing an order is [`EntMine::place`]
//! (`order/`), the catalogue's snapshot and stream of changes are in `catalog/`, their way to the
//! stores in [`delivery`], a merchant's product file is read and written in `import/`, and [`http`]
//! is what stores see over the network. EntMine never depends on the store: the two meet in
//! `server`, or over HTTP.

mod audit;
mod catalog;
mod clock;
pub mod delivery;
mod error;
pub mod http;
mod import;
mod order;
mod sequence;
mod storage;

use database::rows as batch;
pub use database::{Action, Clock, Durability, ManualClock, OpenError, Points, SystemClock};
pub use error::StorageError;
pub use http::{TokenError, Tokens};
pub use import::{ImportReport, ProductFile, RowError};
pub use order::{BadCursor, Conditions, Found, MAX_BODY_BYTES, Placed, StatusRefused, Voided};
pub use storage::{EntMine, News, Options, RestoreError, Restored};

/// The seed catalogue in the columns of a Shopify product export, prices in GBP. A first start
/// imports it, so that a newcomer finds a shop worth looking at.
pub const SEED: &[u8] = include_bytes!("../seed/products.csv");
