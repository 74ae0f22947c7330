//! The whole program from outside: the real binary, real HTTP, real databases.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod command_line;
mod doors;
mod kill;
mod pages;
mod program;
