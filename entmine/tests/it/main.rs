//! EntMine's promises, each proved on a SQLite file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accepting;
mod catalogue;
mod importing;
mod keys;
mod opening;
mod rehearsing;
mod rejecting;
mod seed;
mod shop;
mod waiting;
