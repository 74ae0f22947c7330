//! Seeded simulation of the store: its real code and a real SQLite file, in virtual time, between
//! scripted customers and a model of EntMine, on a network that does its worst.
//!
//! `SIM_FROM=<seed> SIM_SEEDS=<count>` choose the seeds, `SIM_TRACE=1` tells a seed's story (run
//! one at a time).

mod ask;
#[path = "../entmine/books.rs"]
mod books;
mod careless;
mod chance;
mod check;
mod customer;
mod link;
mod many;
mod plan;
mod planted;
mod replica;
mod rows;
mod run;
mod seeds;
mod time;
mod told;
mod watch;
mod world;
mod wrong;
