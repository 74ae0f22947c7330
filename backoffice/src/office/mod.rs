//! EntMine's back office: what its staff see. Pages are pure functions of what they show, work without
//! JavaScript, and have none.
//!
//! One file a screen. What surrounds every page is in `frame.rs`.

mod audit;
mod conflict;
mod customers;
mod frame;
mod import;
mod message;
mod order;
mod orders;
mod parts;
mod picking;
mod prices;
mod product;
mod products;
mod shop;
mod sign_in;
mod staff;
mod step;
mod stock;
mod stores;
mod words;

pub use audit::audit_page;
pub use conflict::{Conflict, conflict_page};
pub use customers::{CustomerSearch, customers_page};
pub use frame::{Desk, STYLESHEET, stylesheet_address};
pub use import::{ImportStep, Imported, Look, import_page};
pub use message::message_page;
pub use order::order_page;
pub use orders::{AGES, OrderSearch, orders_page};
pub use picking::picking_page;
pub use prices::{PriceForm, prices_page};
pub use product::{ProductView, StockForm, new_product_page, product_page};
pub use products::products_page;
pub use shop::{Face, ShopForm, ShopView, shop_elsewhere_page, shop_page};
pub use sign_in::{password_page, sign_in_page};
pub use staff::staff_page;
pub use step::{Step, step_page};
pub use stock::stock_page;
pub use stores::stores_page;
pub use words::encoded;
