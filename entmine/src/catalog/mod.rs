//! The catalogue: products, prices and stock, and the stream of their changes.

mod browse;
mod bulk;
mod digest;
mod edit;
mod entry;
mod price;
mod product;
mod read;
mod record;
mod stock;
mod stocked;
mod write;

pub use browse::{PastPrice, ProductQuery, Products, SHORT_STOCK};
pub use bulk::{PlanRefused, PlannedPrice, PricePlan, PriceRise};
pub use entry::{FieldError, ProductEntry, ProductFields};
pub(crate) use price::{NewPrice, record_prices};
pub(crate) use product::ProductRow;
pub(crate) use read::epoch;
pub(crate) use record::record_changes;
pub use stocked::StockedProduct;
pub use write::{EditRefused, Edited, SkuTaken};

use model::Product;
use serde::{Deserialize, Serialize};

/// The whole catalogue at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Raised when EntMine is restored from a backup: a cache of an earlier epoch is worth nothing.
    pub epoch: i64,
    /// The newest change that is in it; go on with [`crate::EntMine::changes_after`] from here.
    pub seq: i64,
    /// By SKU (its bytes), unpublished ones included.
    pub products: Vec<Product>,
}

/// A stretch of the stream of changes, without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    pub epoch: i64,
    /// The seq that was asked for: the one just before the first change.
    pub from: i64,
    /// The seq of the last change, and where to go on. `from` where there is none; less than `from`
    /// where EntMine has not even got so far, which only an earlier backup explains.
    pub to: i64,
    /// There are later ones.
    pub more: bool,
    pub changes: Vec<Change>,
}

/// One change of one product. The product is given as it is now, not as it was after the change, so
/// a later change in the stream can bring the same version once more, never an older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub seq: i64,
    pub sku: String,
    pub version: i64,
    pub deleted: bool,
    /// None where deleted.
    pub product: Option<Product>,
}
