//! What customers see: pages and what they are made of, and the doors to the store.
//!
//! The same code is rendered on the server, hydrated in the browser and, with Trunk, rendered in
//! the browser alone; the crate that depends on this one chooses. Nothing here is gated by a
//! feature: a door's body exists on the server only, event handlers and effects run in the browser
//! only.

#![recursion_limit = "256"]

mod app;
mod browser;
mod islands;
mod pages;
mod parts;
pub mod server_fns;
mod shell;
mod shop;
mod state;
mod text;
mod widgets;

pub use app::App;
pub use browser::{
    page_notice::{is_out_of_date, page_broke},
    ready::wake,
};
pub use islands::cart_link;
pub use shell::shell;
pub use state::refused::Refused;
