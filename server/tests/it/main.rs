//! The whole program from outside: the real binary, real HTTP, real databases.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod addresses;
mod apart;
mod catalogue;
mod command_line;
mod crowded;
mod doors;
mod first_products;
mod following;
mod kill;
mod mail_addresses;
mod mailing;
mod office;
mod operating;
mod pages;
mod private;
mod program;
mod proxied;
mod quiet;
mod reaching;
mod refusals;
mod replicas;
mod secrets;
mod shop_settings;
mod signing_in;
mod silent;
mod watching;
