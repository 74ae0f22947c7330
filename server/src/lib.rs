//! The process: configuration, wiring, middleware, the two systems joined. `main.rs` reads the
//! command line and calls one of the commands here.

// They panic where nobody reads any more; see `output`.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod control;
pub mod embedded;
pub mod end;
pub mod entmine_alone;
pub mod entmine_api;
pub mod following_stores;
pub mod http;
pub mod import;
mod listeners;
pub mod logging;
pub mod mail;
mod mail_folder;
pub mod net;
pub mod office;
pub mod operator;
pub mod output;
mod process;
pub mod rehearsal;
pub mod secrets;
pub mod serve;
pub mod shop;
