//! EntMine over HTTP against peers that do everything wrong that a peer can do.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod answers;
mod class;
mod cuts;
mod good;
mod kept;
mod mutants;
mod once;
mod peer;
mod tls;
mod toxics;
mod unsent;
