//! Parts of a server that may have addresses of their own.

use clap::Args;
use std::net::SocketAddr;

#[derive(Clone, Debug, Default, Args)]
pub struct Apart {
    /// Address where /healthz, /readyz and /metrics are, and nothing else
    ///
    /// For the machines that watch this one. Without it they are beside everything else, where
    /// /metrics is told to this machine only, and no proxy passes it or /readyz on.
    #[arg(long, env = "WIZASTORE_OPS_ADDR", value_name = "ADDR")]
    pub ops_addr: Option<SocketAddr>,
    /// Address where the back office is, and nothing else
    ///
    /// For the networks of staff. Without it /entmine is beside everything else.
    #[arg(long, env = "WIZASTORE_OFFICE_ADDR", value_name = "ADDR")]
    pub office_addr: Option<SocketAddr>,
}
