//! Commands that work through a running server where there is one, and on the database where there is none.

pub mod import;
pub mod restored;
pub mod users;
