//! The addresses of a server: its own, and those that parts of it have apart.

use crate::cli::Apart;
use crate::net::{self, Connections, Proxies, most_connections};
use crate::process::DRAIN;
use axum::Router;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Connections of those who watch: there are few of them.
const MOST_WATCHING: usize = 16;
/// Connections of staff.
const MOST_STAFF: usize = 64;

/// Open ports; a second start gets no further than here.
pub struct Listeners {
    main: TcpListener,
    ops: Option<TcpListener>,
    office: Option<TcpListener>,
}

/// What is answered where.
pub struct Routers {
    pub main: Router,
    pub ops: Router,
    pub office: Router,
}

impl Listeners {
    /// Opens all ports.
    ///
    /// # Errors
    /// One sentence for the person who starts the program.
    pub async fn open(addr: SocketAddr, apart: &Apart) -> Result<Self, String> {
        Ok(Self {
            main: net::listen(addr, "--addr").await?,
            ops: also(apart.ops_addr, "--ops-addr").await?,
            office: also(apart.office_addr, "--office-addr").await?,
        })
    }

    /// The server's own address.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.main.local_addr()
    }

    /// Where everything is, a line each, for the person who started the program. `what` is at the
    /// server's own address.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn greeting(&self, what: &str) -> std::io::Result<String> {
        let mut lines = format!("{what} is open at http://{}", self.addr()?);
        if let Some(ops) = &self.ops {
            lines += &format!("\nFigures are at http://{}/metrics", ops.local_addr()?);
        }
        if let Some(office) = &self.office {
            lines += &format!(
                "\nThe back office is at http://{}/entmine",
                office.local_addr()?
            );
        }
        Ok(lines)
    }

    /// Serves until `stop`, and then what is under way.
    pub async fn serve(self, routers: Routers, proxies: &Proxies, stop: &CancellationToken) {
        let room = |most| Connections::new(most, proxies.clone());
        let also = async |listener: Option<TcpListener>, router, most| {
            if let Some(listener) = listener {
                net::serve(listener, router, room(most), stop.clone(), DRAIN).await;
            }
        };
        tokio::join!(
            net::serve(
                self.main,
                routers.main,
                room(most_connections()),
                stop.clone(),
                DRAIN
            ),
            also(self.ops, routers.ops, MOST_WATCHING),
            also(self.office, routers.office, MOST_STAFF),
        );
    }
}

async fn also(
    addr: Option<SocketAddr>,
    option: &'static str,
) -> Result<Option<TcpListener>, String> {
    match addr {
        Some(addr) => Ok(Some(net::listen(addr, option).await?)),
        None => Ok(None),
    }
}
