//! The server functions: in the browser each is a request; on the server each takes the request's [`Visit`](../../wizastore/struct.Visit.html) and makes one call.
//!
//! Every address is explicit, because old tabs outlive a deploy: what they send and are answered for the cart and for
//! orders stays as it is. The data of pages do not have to, for pages are rendered by the server that gives them. Every argument is a string, because
//! the store parses what customers typed (a typed argument would turn `quantity=abc` into a 500).
//! Expected answers are in `Ok`; [`DoorError`] is for the rest.

mod cart;
mod catalog;
mod error;
mod orders;

/// What a server function answers.
pub type Answer<T> = Result<T, DoorError>;

pub use cart::{CartAdd, CartSet, Pieces, cart_add, cart_page, cart_set, pieces};
pub use catalog::{categories, category, frame, home, not_found, product, search, stock};
pub use error::DoorError;
pub use orders::{
    Goods, OrdersCancel, OrdersRetry, OrdersStatus, OrdersSubmit, checkout_page, forget, goods,
    orders_cancel, orders_page, orders_retry, orders_status, orders_submit, receipt_page,
};
