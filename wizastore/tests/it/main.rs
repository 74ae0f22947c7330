//! The store against a scripted EntMine, on real databases: `on_sqlite` and `on_postgres` hold the
//! same promises; `with_a_foreign_entmine` holds them over HTTP. What concerns one engine only is outside of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::duplicate_mod,
    reason = "the same promises, once for each engine"
)]

mod beside;
mod books;
mod fake;
mod foreign;
mod messages;
mod on_postgres;
mod on_sqlite;
mod opening;
mod properties;
mod replicas;
mod shop;
mod silent;
mod with_a_foreign_entmine;
