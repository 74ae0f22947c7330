//! The whole program from outside: the real binary, real HTTP, real databases.

mod command_line;
mod doors;
mod kill;
mod pages;
mod program;
