//! The doors: server functions, one a file. In the browser each is a request; on the server each
//! takes the request's [`Visit`](../../wizastore/struct.Visit.html) and makes one call.
//!
//! Every address is explicit, because old tabs outlive a deploy. Every argument is a string, because
//! the store parses what customers typed (a typed argument would turn `quantity=abc` into a 500).
//! Expected answers are in `Ok`; [`DoorError`] is for the rest.

mod cart_add;
mod cart_page;
mod cart_set;
mod categories;
mod category;
mod checkout_page;
mod error;
mod forget;
mod frame;
mod goods;
mod home;
mod not_found;
mod orders_cancel;
mod orders_page;
mod orders_retry;
mod orders_status;
mod orders_submit;
mod pieces;
mod product;
mod receipt_page;
mod search;
mod stock;

pub use cart_add::{CartAdd, cart_add};
pub use cart_page::{CartPage, cart_page};
pub use cart_set::{CartSet, cart_set};
pub use categories::{Categories, categories};
pub use category::{Category, category};
pub use checkout_page::{CheckoutPage, checkout_page};
pub use error::DoorError;
pub use forget::{Forget, forget};
pub use frame::{Frame, frame};
pub use goods::{Goods, goods};
pub use home::{Home, home};
pub use not_found::{NotFound, not_found};
pub use orders_cancel::{OrdersCancel, orders_cancel};
pub use orders_page::{OrdersPage, orders_page};
pub use orders_retry::{OrdersRetry, orders_retry};
pub use orders_status::{OrdersStatus, orders_status};
pub use orders_submit::{OrdersSubmit, orders_submit};
pub use pieces::{Pieces, pieces};
pub use product::{Product, product};
pub use receipt_page::{ReceiptPage, receipt_page};
pub use search::{Search, search};
pub use stock::{Stock, stock};
