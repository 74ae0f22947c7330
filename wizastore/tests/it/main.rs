//! The store against a scripted EntMine, on a real database.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod cart;
mod catalogue;
mod fake;
mod input;
mod order;
mod recovery;
mod shop;
