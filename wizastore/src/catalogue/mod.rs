//! The catalogue cache: the store's copy of EntMine's products.
//!
//! Messages from EntMine are applied in their order (`hear`, `apply`; of its stock `stock`), with the
//! watermark in one transaction. What was lost on the way shows as a gap or as another digest (`digest`), and is
//! repaired by fetching: changes where they follow on, else a whole snapshot (`stage`). Pages read
//! through `read` and `search`, which finds what `words` wrote down.

mod apply;
mod categories;
mod digest;
mod hear;
mod origins;
mod read;
mod rows;
mod search;
mod slug;
mod stage;
mod state;
mod stock;
mod words;

pub use apply::CatalogueGap;
pub use digest::digest_of;
pub use hear::{Heard, NotHeard};
pub(crate) use read::{categories, featured, in_category, is_untracked, named_categories, product};
pub(crate) use search::matching;
pub use stage::{Origin, Smaller, Taken};
pub(crate) use state::watermark;
pub use state::{CatalogueState, Held};
