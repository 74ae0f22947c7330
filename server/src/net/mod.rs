//! What lies between the network and the routers: who is calling, how many may, and how long a call
//! may take.

mod accept;
pub(crate) mod addresses;
mod client;
mod connections;
mod descriptors;
mod network;
mod watched;

pub use accept::{PAUSE, listen, serve};
pub(crate) use client::counted;
pub use client::{ClientAddr, Proxies, identify};
pub use connections::Connections;
pub use descriptors::most_connections;
pub use network::{BadNetwork, Network};

use std::time::Duration;

/// A body that is not here as a whole in this time will not come: a form is a packet or two.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(10);
