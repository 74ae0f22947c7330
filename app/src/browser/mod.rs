//! The browser's side: time, connection, forms, live news. Called from event handlers and effects
//! only, which never run on the server.

pub mod announce;
pub mod ask;
pub mod badge;
pub mod cart_editor;
pub mod clock;
pub mod draft;
pub mod effect;
pub mod focus;
pub mod follow;
pub mod form;
pub mod leave;
pub mod lock;
pub mod order_desk;
pub mod order_watch;
pub mod outbox;
pub mod page_news;
pub mod page_notice;
pub mod page_show;
pub mod post;
pub mod ready;
pub mod storage;
pub mod task;
pub mod unsent;
pub mod woken;
