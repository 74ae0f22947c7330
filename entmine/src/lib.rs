//! EntMine, the ERP: it owns products, prices, stock and orders, and it alone gives out order
//! numbers.
//!
//! [`EntMine`] is the whole system behind one handle. Placing an order is [`EntMine::place`]
//! (`order/`), the catalogue's snapshot and stream of changes are in `catalog/`, their way to the
//! stores in [`delivery`], the ledger of stock in `stock/`, a merchant's product file is read and
//! written in `import/`, and [`http`] is what stores see over the network. `staff/` are the people
//! who work with it, `customer/` is what is done with a customer's data. EntMine never depends on
//! the store: the two meet in `server`, or over HTTP.

mod audit;
mod catalog;
mod clock;
mod customer;
pub mod delivery;
mod error;
pub mod http;
mod import;
mod order;
pub mod pictures;
mod search;
mod sequence;
mod staff;
mod stock;
mod storage;

use database::rows as batch;

pub use audit::{AuditEntry, AuditPage, AuditQuery};
pub use catalog::{
    EditRefused, Edited, FIELDS, Field, FieldError, FieldKind, FieldMarks, PastPrice, PlanRefused,
    PlannedPrice, PricePlan, PriceRise, ProductEntry, ProductFields, ProductQuery, ProductStatus,
    Products, SHORT_STOCK, Saved, Shelf, SkuTaken, StockedProduct,
};
pub use customer::{Erasure, OrderOfPerson, Person, PersonalData, PersonalOrder};
pub use database::{Action, Clock, ManualClock, OpenError, Points, SystemClock};
pub use error::StorageError;
pub use http::{TokenError, Tokens};
pub use import::{
    BadRows, ImportError, ImportReport, MOST_SHOWN, OnDuplicate, Problems, ProductFile,
    ReadOptions, RowError, export,
};
pub use order::{
    BadCursor, Conditions, Found, MAX_BODY_BYTES, OrderDetail, OrderLimits, OrderQuery, OrderRow,
    OrderRows, OrderStep, OrderText, OrderedLine, Placed, StatusRefused, Stepped, TimelineEntry,
    Voided, needs_reason, next_steps,
};
pub use search::{MOST_COUNTED, Paging};
pub use staff::{
    DEVICE_MS, Role, SESSION_IDLE_MS, SESSION_MS, Session, SignIn, StaffChange, StaffMember,
    StaffRefused,
};
pub use stock::{
    Count, MAX_ON_HAND, Movement, MovementKind, MovementQuery, Movements, Receipt, StockRefused,
};
pub use storage::{EntMine, News, Options, RestoreError, Restored};

/// The seed catalogue in the columns of a Shopify product export, prices in GBP. A first start
/// imports it, so that a newcomer finds a shop worth looking at.
pub const SEED: &[u8] = include_bytes!("../seed/products.csv");
