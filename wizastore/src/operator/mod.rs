//! What an operator sees of the journal, and the ways out of quarantine.

mod act;
mod audit;
mod erase;
mod list;

use database::DatabaseError;
use serde::{Deserialize, Serialize};

/// Which orders to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OrderQuery {
    /// A state's word, as in the journal; `cancelled` are also confirmed ones that the shop cancelled.
    pub state: Option<String>,
    /// Only those that wait for a person.
    pub attention: bool,
    /// Go on after this key (orders are listed newest first).
    pub after: Option<String>,
    /// At most so many, 1 to 1,000.
    pub limit: i64,
}

/// An order in an operator's list. Nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBrief {
    pub key: String,
    pub state: String,
    pub number: Option<String>,
    /// EntMine's status of the order.
    pub status: Option<String>,
    /// RFC 3339 UTC.
    pub placed_at: String,
    /// Seconds since then.
    pub age_s: i64,
    pub total_minor: i64,
    pub currency: String,
    pub attempts: i64,
    /// RFC 3339 UTC; none where nothing is due.
    pub next_try_at: Option<String>,
    /// Why it waits for a person.
    pub attention: Option<String>,
}

/// One try, or one thing that an operator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// RFC 3339 UTC.
    pub at: String,
    /// RFC 3339 UTC; none while it runs, or when the process died.
    pub ended_at: Option<String>,
    /// `push 3`, `void 4`, `customer`, `operator`, `reconciled`, `over`, `status` or `erased`.
    pub what: String,
    /// For example `accepted` or `ambiguous`.
    pub result: Option<String>,
    pub detail: Option<String>,
}

/// An order with everything that was tried for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRecord {
    #[serde(flatten)]
    pub brief: OrderBrief,
    pub fingerprint: String,
    /// The order that this one replaces.
    pub follows: Option<String>,
    pub timeline: Vec<TimelineEntry>,
}

/// Whose data are to be erased.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// One order, by its key or the reference that its customer reads.
    Order(String),
    /// Every order with this e-mail address, in small or large letters.
    Email(String),
}

/// What an erasure did, by the keys of orders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub erased: Vec<String>,
    /// They are still under way to EntMine, which gets the data with them.
    pub open: Vec<String>,
}

/// Why an operator's wish was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error("no order has this key or number")]
    Unknown,
    #[error("{0}")]
    Refused(String),
    /// The order was made due, and is not tried yet.
    #[error("the order is due, and not tried yet: {0}")]
    NotNow(String),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for OperatorError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The ledger and everything that does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    pub journalled: i64,
    pub confirmed: i64,
    pub rejected: i64,
    pub cancelled: i64,
    /// Of the confirmed: those that the shop's staff cancelled afterwards.
    #[serde(default)]
    pub cancelled_by_shop: i64,
    pub settled: i64,
    pub open: i64,
    /// Open orders by age: (words such as "under 1 minute", how many).
    pub open_by_age: Vec<(String, i64)>,
    /// Orders that EntMine accepted from this store, where EntMine could be asked.
    pub entmine_orders: Option<i64>,
    /// Orders adopted from EntMine after the store was restored from a backup.
    pub adopted: i64,
    /// The highest order number of each year, for `wizastore entmine restored`.
    pub highest_numbers: Vec<String>,
    /// Invariants that do not hold, each a sentence. Empty: all is well.
    pub broken: Vec<String>,
}
