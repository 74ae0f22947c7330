//! What lies between the network and the routers: who is calling, and how long a call may take.

mod accept;
mod client;
mod network;

pub use accept::{listen, serve};
pub use client::{ClientAddr, Proxies, identify};
pub use network::{BadNetwork, Network};
