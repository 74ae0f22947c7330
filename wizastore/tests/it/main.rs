//! The store against a scripted EntMine, on a real database.

mod cart;
mod catalogue;
mod fake;
mod input;
mod order;
mod recovery;
mod shop;
