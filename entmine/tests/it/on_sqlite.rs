//! The promises on SQLite.

use database::Engine;

const ENGINE: Engine = Engine::Sqlite;

#[path = "accepting.rs"]
mod accepting;
#[path = "catalogue.rs"]
mod catalogue;
#[path = "delivering.rs"]
mod delivering;
#[path = "editing.rs"]
mod editing;
#[path = "flags.rs"]
mod flags;
#[path = "free_client.rs"]
mod free_client;
#[path = "guarding.rs"]
mod guarding;
#[path = "holding.rs"]
mod holding;
#[path = "http_admin.rs"]
mod http_admin;
#[path = "http_catalogue.rs"]
mod http_catalogue;
#[path = "http_failures.rs"]
mod http_failures;
#[path = "http_listing.rs"]
mod http_listing;
#[path = "http_orders.rs"]
mod http_orders;
#[path = "http_refusals.rs"]
mod http_refusals;
#[path = "importing.rs"]
mod importing;
#[path = "keys.rs"]
mod keys;
#[path = "ledger.rs"]
mod ledger;
#[path = "listing.rs"]
mod listing;
#[path = "merchant_files.rs"]
mod merchant_files;
#[path = "orders_at_work.rs"]
mod orders_at_work;
#[path = "product_files.rs"]
mod product_files;
#[path = "rehearsing.rs"]
mod rehearsing;
#[path = "rejecting.rs"]
mod rejecting;
#[path = "restoring.rs"]
mod restoring;
#[path = "searching.rs"]
mod searching;
#[path = "seed.rs"]
mod seed;
#[path = "staff_accounts.rs"]
mod staff_accounts;
#[path = "staffing.rs"]
mod staffing;
#[path = "starting.rs"]
mod starting;
#[path = "together.rs"]
mod together;
#[path = "voiding.rs"]
mod voiding;
#[path = "waiting.rs"]
mod waiting;
