//! Whose request it is: the peer's address, or the one that a trusted proxy names.

use super::Network;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The address of a request's sender, in its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// The proxies whose `X-Forwarded-For` is believed. Clones are one.
#[derive(Clone, Default)]
pub struct Proxies {
    trusted: Arc<[Network]>,
    warned: Arc<AtomicBool>,
}

impl Proxies {
    pub fn new(trusted: &[Network]) -> Self {
        Self {
            trusted: trusted.into(),
            warned: Arc::default(),
        }
    }

    /// The header is read from its end, where the nearest proxy wrote, back to the first address
    /// that is no proxy of ours: what stands before it was sent by that one, who may lie.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            self.warn_once(client, headers);
            return client;
        }
        let named = headers.get_all("x-forwarded-for").iter().rev();
        let hops = named.flat_map(|line| line.to_str().unwrap_or("").rsplit(','));
        for hop in hops {
            // Some proxies add the port.
            let hop = hop.trim();
            let address = hop
                .parse::<IpAddr>()
                .or_else(|_| hop.parse::<SocketAddr>().map(|pair| pair.ip()));
            // An entry that is no address breaks the chain: the last proxy stands for its sender.
            let Ok(address) = address else { break };
            client = address.to_canonical();
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    /// Whether this address is one of them.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// A proxy that nobody declared makes all its customers look like one.
    fn warn_once(&self, peer: IpAddr, headers: &HeaderMap) {
        if headers.contains_key("x-forwarded-for") && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a request with X-Forwarded-For came from an address that is not trusted; \
                 if it is your proxy, name it with --trusted-proxy"
            );
        }
    }
}

/// Notes the sender's address in the request.
pub async fn identify(
    State(proxies): State<Proxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    if let Some(peer) = peer {
        let client = proxies.client(peer, request.headers());
        request.extensions_mut().insert(ClientAddr(client));
    }
    next.run(request).await
}

/// What an address counts as. A household has a /64 of IPv6, any address of which it may use. The
/// machine itself is not counted: it is a tool, or a proxy that nobody declared, whose customers must
/// not be held up all together.
pub(crate) fn counted(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.into()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        Proxies::new(&trusted)
            .client(peer.parse().unwrap(), &headers)
            .to_string()
    }

    #[test]
    fn nobody_is_believed_unless_named() {
        assert_eq!(client(&[], "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(
            client(&["10.0.0.1"], "203.0.113.9", &["198.51.100.1"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_trusted_proxy_names_its_client() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(
            client(&proxies, "10.0.0.1", &["198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(client(&proxies, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(
            client(&proxies, "::ffff:10.0.0.1", &["[2001:db8::7]:4711"]),
            "2001:db8::7"
        );
    }

    #[test]
    fn what_a_client_wrote_itself_does_not_count() {
        let proxies = ["10.0.0.0/8"];
        // The client claims 1.2.3.4; the outer proxy adds the client, the inner one the outer.
        let chain = ["1.2.3.4, 198.51.100.1", "10.0.0.2"];
        assert_eq!(client(&proxies, "10.0.0.1", &chain), "198.51.100.1");
        assert_eq!(client(&proxies, "10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(
            client(&proxies, "10.0.0.1", &["1.2.3.4, nonsense, 10.0.0.2"]),
            "10.0.0.2"
        );
    }
}
