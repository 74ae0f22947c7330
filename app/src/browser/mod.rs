//! The browser's side: time, connection, forms, live news. Called from event handlers and effects
//! only, which never run on the server.

pub mod badge;
pub mod clock;
pub mod focus;
pub mod follow;
pub mod form;
pub mod order_desk;
pub mod order_watch;
pub mod page_show;
pub mod ready;
pub mod task;
