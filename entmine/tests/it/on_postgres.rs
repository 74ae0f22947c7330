//! The promises on PostgreSQL.

use database::Engine;

const ENGINE: Engine = Engine::Postgres;

#[path = "accepting.rs"]
mod accepting;
#[path = "catalogue.rs"]
mod catalogue;
#[path = "guarding.rs"]
mod guarding;
#[path = "importing.rs"]
mod importing;
#[path = "keys.rs"]
mod keys;
#[path = "listing.rs"]
mod listing;
#[path = "rehearsing.rs"]
mod rehearsing;
#[path = "rejecting.rs"]
mod rejecting;
#[path = "restoring.rs"]
mod restoring;
#[path = "seed.rs"]
mod seed;
#[path = "staffing.rs"]
mod staffing;
#[path = "starting.rs"]
mod starting;
#[path = "voiding.rs"]
mod voiding;
#[path = "waiting.rs"]
mod waiting;
