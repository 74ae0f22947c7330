//! Commands for a running server, over a Unix socket: who may open its folder may give commands.
//!
//! A connection carries one command. Either a line of JSON, `{"control":1,"command":"audit", …}`,
//! answered by one line, `{"ok":…}` or `{"error":…}`; or `import {"size":…,"request":…}` followed by
//! the file, answered by a line of JSON for each step and one for the end.
//!
//! The store's socket takes [`StoreCommand`]s, EntMine's [`EntMineCommand`]s and imports. A server
//! says which version of this it speaks when it does not know a command.
//!
//! A command finds them by the data folder ([`reach`]).

mod client;
mod entmine;
mod import;
mod listen;
mod reach;
mod record;
mod reply;
mod socket;
mod store;
mod system;

pub use client::{ask, ask_import};
pub use entmine::{
    EntMineAnswer, EntMineCommand, FollowingStore, NewEpoch, Secret, User, perform_entmine,
};
pub use listen::{Serves, listen};
pub use reach::{Missing, Reached, Unreached, reach, running};
pub use reply::{Fault, VERSION};
use socket::Socket;
pub use store::{StoreAnswer, StoreCommand, perform};
pub use system::{DatabasePlace, System};
