//! EntMine's catalogue on its way into the store's cache, wherever EntMine runs.
//!
//! EntMine's [`Sender`](entmine::delivery::Sender) sends what changes; `here` joins the two in one
//! process, `crate::http::hook` takes what comes over HTTP. What gets lost is fetched by `follow`.

mod away;
mod follow;
mod here;
mod report;
mod source;

pub use away::HttpCatalogue;
pub use follow::{FollowError, Followed, catch_up, follow, look_after, take};
pub use here::{EntMineHere, StoreHere};
pub use report::{CatalogueReport, Comparison, Difference, compare, repair, report};
pub use source::{CatalogueSource, SourceError};
