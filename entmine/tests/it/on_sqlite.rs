//! The promises on SQLite.

use database::Engine;

const ENGINE: Engine = Engine::Sqlite;

#[path = "accepting.rs"]
mod accepting;
#[path = "catalogue.rs"]
mod catalogue;
#[path = "importing.rs"]
mod importing;
#[path = "keys.rs"]
mod keys;
#[path = "rehearsing.rs"]
mod rehearsing;
#[path = "rejecting.rs"]
mod rejecting;
#[path = "seed.rs"]
mod seed;
#[path = "starting.rs"]
mod starting;
#[path = "waiting.rs"]
mod waiting;
