//! EntMine's catalogue on its way into the store's cache, wherever EntMine runs.

mod away;
mod feed;
mod here;
mod source;

pub use away::HttpCatalogue;
pub use feed::{FeedError, catch_up, follow};
pub use here::Here;
pub use source::{CatalogueSource, SourceError};
