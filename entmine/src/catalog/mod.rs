//! The catalogue: products, prices and stock, and the stream of their changes.

mod digest;
mod edit;
mod price;
mod product;
mod read;
mod record;
mod stock;

pub(crate) use price::{NewPrice, record_prices};
pub(crate) use product::ProductRow;
pub(crate) use read::epoch;
pub(crate) use record::record_changes;
