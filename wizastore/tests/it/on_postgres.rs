//! The promises on PostgreSQL.

use database::Engine;

const ENGINE: Engine = Engine::Postgres;

#[path = "breaking.rs"]
mod breaking;
#[path = "cancelling.rs"]
mod cancelling;
#[path = "cart.rs"]
mod cart;
#[path = "catalogue.rs"]
mod catalogue;
#[path = "erasing.rs"]
mod erasing;
#[path = "failing.rs"]
mod failing;
#[path = "flags.rs"]
mod flags;
#[path = "input.rs"]
mod input;
#[path = "keeping.rs"]
mod keeping;
#[path = "mailing.rs"]
mod mailing;
#[path = "operating.rs"]
mod operating;
#[path = "order.rs"]
mod order;
#[path = "reconciling.rs"]
mod reconciling;
#[path = "recovery.rs"]
mod recovery;
#[path = "searching.rs"]
mod searching;
#[path = "stock.rs"]
mod stock;
#[path = "typed.rs"]
mod typed;
