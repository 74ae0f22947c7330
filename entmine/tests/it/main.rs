//! EntMine's promises, each proved on SQLite and on PostgreSQL: `on_sqlite` and `on_postgres` hold
//! the same tests. What concerns one engine or none is outside of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::duplicate_mod,
    reason = "the same promises, once for each engine"
)]

mod api;
mod on_postgres;
mod on_sqlite;
mod opening;
mod pictures;
mod reading_files;
mod replicas;
mod shop;
