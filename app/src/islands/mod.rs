//! Everything that is WebAssembly starts here: what a page wakes up in the browser.

mod add_form;
mod cart_contents;
mod cart_link;
mod checkout_form;
mod live_order;
mod unsent_notice;

pub use add_form::AddForm;
pub use cart_contents::CartContents;
pub use cart_link::{CartLink, cart_link};
pub use checkout_form::CheckoutForm;
pub use live_order::LiveOrder;
pub use unsent_notice::UnsentNotice;
