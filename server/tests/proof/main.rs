//! What is promised about orders, tried out where it hurts: at every named point of an order's way,
//! under SIGKILL, with a full disk, a busy database and connections that break.
//!
//! `make test` runs the short version, `make proof` the long one (`PROOF=long`).

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod faults;
mod history;
mod hostile;
mod kill;
mod last_piece;
mod matrix;
mod points;
mod settings;
mod sync;
mod world;
