//! The catalogue cache: the store's copy of EntMine's products.

mod apply;
mod read;
mod slug;

pub use apply::{CatalogueBatch, CatalogueChange, CatalogueGap};
pub(crate) use apply::{apply, replace};
pub(crate) use read::{categories, featured, in_category, matching, product, watermark};
