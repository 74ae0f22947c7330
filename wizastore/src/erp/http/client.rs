//! The HTTP clients. Everything that a client likes to do by itself is off.

use super::base::{BadEntMineUrl, Base};
use super::limits::HttpLimits;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, redirect, retry};
use std::time::Duration;

/// How long a connection may lie idle. Servers that close idle connections do so after 5 s (the shortest
/// in common use; our own EntMine after 30 s) or later; one that closes just when the next order is sent
/// would bring that order to *Checking*.
const IDLE: Duration = Duration::from_secs(4);

/// Every call on a connection of its own.
pub(super) fn fresh(base: &Base, limits: &HttpLimits) -> Result<Client, BadEntMineUrl> {
    build(plain(base, limits).pool_max_idle_per_host(0))
}

/// Connections are kept for a while. One that turns out to be closed before a byte was written is
/// replaced by the pool; the request still goes out once. Over TLS they are HTTP/2 where EntMine offers it.
pub(super) fn kept(base: &Base, limits: &HttpLimits) -> Result<Client, BadEntMineUrl> {
    build(plain(base, limits).pool_idle_timeout(IDLE))
}

/// The same without HTTP/2, where a call that is given up tells nothing of a connection that is dead.
pub(super) fn kept_http1(base: &Base, limits: &HttpLimits) -> Result<Client, BadEntMineUrl> {
    build(plain(base, limits).pool_idle_timeout(IDLE).http1_only())
}

fn plain(base: &Base, limits: &HttpLimits) -> ClientBuilder {
    // reqwest brings no cryptography of its own here. Whoever installed one first is right too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let json = HeaderValue::from_static("application/json, application/problem+json");
    let client = Client::builder()
        .user_agent(concat!("wizastore/", env!("CARGO_PKG_VERSION")))
        // Who does not say so takes any encoding (RFC 9110 §12.5.3), and nothing here unpacks one.
        .default_headers(HeaderMap::from_iter([
            (ACCEPT, json),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ]))
        .connect_timeout(limits.connect)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        // Another crate of the build may switch these features on.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate();
    if base.is_tls() {
        client
    } else {
        // Or a machine without CA certificates could not even talk plain HTTP.
        client.tls_certs_only([])
    }
}

fn build(client: ClientBuilder) -> Result<Client, BadEntMineUrl> {
    client.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        BadEntMineUrl::NoClient(cause.unwrap_or_else(|| error.to_string()))
    })
}
