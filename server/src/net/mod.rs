//! What lies between the network and the routers: who is calling, how many may, and how long a call
//! may take.

mod accept;
mod client;
mod connections;
mod descriptors;
mod network;
mod watched;

pub use accept::{PAUSE, listen, serve};
pub use client::{ClientAddr, Proxies, identify};
pub use connections::Connections;
pub use descriptors::most_connections;
pub use network::{BadNetwork, Network};
