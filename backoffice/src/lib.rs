//! What staff see, rendered on the server without wasm, so that the customers' bundle stays small:
//! EntMine's back office, and the rehearsal's page.

pub mod office;
mod rehearsal;

pub use rehearsal::rehearsal_page;
