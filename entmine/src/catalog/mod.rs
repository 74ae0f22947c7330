//! The catalogue: products, prices and stock, and the stream of their changes.

mod apply;
mod browse;
mod bulk;
mod digest;
mod edit;
mod entry;
mod fields;
mod marks;
mod price;
mod product;
mod read;
mod record;
mod status;
mod stock;
mod sweep;
mod write;

pub(crate) use apply::{
    ProductChange, StockChange, apply, apply_later, ask_for_products, products_of, read_products,
};
pub use browse::{PastPrice, ProductQuery, Products, SHORT_STOCK, Shelf};
pub use bulk::{PlanRefused, PlannedPrice, PricePlan, PriceRise};
pub use entry::{FieldError, ProductEntry};
pub(crate) use fields::differences;
pub use fields::{FIELDS, Field, FieldKind, ProductFields};
pub use marks::FieldMarks;
pub use product::StockedProduct;
pub(crate) use read::epoch;
pub(crate) use record::inserts as change_inserts;
pub use status::ProductStatus;
pub use write::{EditRefused, Edited, Saved, SkuTaken};
