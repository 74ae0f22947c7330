//! What pages share; rendered on the server.

mod banner;
mod footer;
mod header;
mod loaded;
mod pager;
mod product_grid;
mod search_form;
mod stock_line;
mod trouble;

pub use banner::Banner;
pub use footer::Footer;
pub use header::Header;
pub use loaded::{loaded, loaded_below};
pub use pager::Pager;
pub use product_grid::ProductGrid;
pub use search_form::SearchForm;
pub use stock_line::StockLine;
pub use trouble::{Missing, Trouble};
