//! What staff see, rendered on the server without wasm, so that the customers' bundle stays small.
//! Now the rehearsal's page; EntMine's back office has its place here.

mod rehearsal;

pub use rehearsal::rehearsal_page;
