//! What an operator can have a store do, whether it runs or is opened for this alone.

use super::Fault;
use crate::catalogue::{self, CatalogueReport, CatalogueSource, Comparison, FollowError, Followed};
use serde::{Deserialize, Serialize};
use wizastore::{
    Audit, DatabaseError, Erased, OperatorError, OrderBrief, OrderQuery, OrderRecord, Store, Whose,
};

/// A command to a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum StoreCommand {
    List { query: OrderQuery },
    Show { order: String },
    Retry { order: String, reason: String },
    Void { order: String, reason: String },
    Settle { order: String, note: String },
    Erase { whose: Whose, reason: String },
    Audit,
    CatalogueStatus,
    CatalogueCompare,
    CatalogueRepair { take_smaller: bool },
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreAnswer {
    Orders(Vec<OrderBrief>),
    Order(Box<OrderRecord>),
    Erased(Erased),
    Audit(Audit),
    Catalogue(CatalogueReport),
    Compared(Comparison),
    /// The catalogue was taken, or is held back because it is so much smaller.
    Repaired {
        held: bool,
    },
}

/// Carries a command out. `source` is EntMine's catalogue, where it can be asked.
///
/// # Errors
/// A [`Fault`]; nothing was changed then.
pub async fn perform(
    store: &Store,
    source: Option<&dyn CatalogueSource>,
    command: StoreCommand,
) -> Result<StoreAnswer, Fault> {
    let asked = || source.ok_or_else(|| Fault::Failed("EntMine cannot be asked".to_owned()));
    Ok(match command {
        StoreCommand::List { query } => StoreAnswer::Orders(store.list_orders(&query).await?),
        StoreCommand::Show { order } => {
            let found = store.show_order(&order).await?;
            return found.map(one).ok_or(Fault::UnknownOrder);
        }
        StoreCommand::Retry { order, reason } => one(store.retry_order(&order, &reason).await?),
        StoreCommand::Void { order, reason } => one(store.void_order(&order, &reason).await?),
        StoreCommand::Settle { order, note } => one(store.settle_order(&order, &note).await?),
        StoreCommand::Erase { whose, reason } => {
            StoreAnswer::Erased(store.erase(&whose, &reason).await?)
        }
        StoreCommand::Audit => StoreAnswer::Audit(store.audit().await?),
        StoreCommand::CatalogueStatus => {
            StoreAnswer::Catalogue(catalogue::report(store, source).await?)
        }
        StoreCommand::CatalogueCompare => {
            StoreAnswer::Compared(catalogue::compare(store, asked()?).await?)
        }
        StoreCommand::CatalogueRepair { take_smaller } => {
            let end = catalogue::repair(store, asked()?, take_smaller).await?;
            StoreAnswer::Repaired {
                held: end == Followed::Held,
            }
        }
    })
}

fn one(order: OrderRecord) -> StoreAnswer {
    StoreAnswer::Order(Box::new(order))
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<FollowError> for Fault {
    fn from(error: FollowError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<OperatorError> for Fault {
    fn from(error: OperatorError) -> Self {
        match error {
            OperatorError::Unknown => Self::UnknownOrder,
            OperatorError::Refused(why) => Self::Refused(why),
            not_now @ OperatorError::NotNow(_) => Self::Refused(not_now.to_string()),
            OperatorError::Database(error) => error.into(),
        }
    }
}
