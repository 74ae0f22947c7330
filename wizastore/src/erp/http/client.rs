//! The HTTP clients. Everything that a client likes to do by itself is off.

use super::base::{BadEntMineUrl, Base};
use super::limits::HttpLimits;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, redirect, retry};
use std::time::Duration;

/// How long a connection of the stock pull may lie idle. Servers that close idle connections do so
/// after 5 s (the shortest in common use) or later; one that closes just when the next question is
/// sent would cost that page its stock.
const IDLE: Duration = Duration::from_secs(4);

/// Every call on a connection of its own.
pub(super) fn fresh(base: &Base, limits: &HttpLimits) -> Result<Client, BadEntMineUrl> {
    build(plain(base, limits).pool_max_idle_per_host(0))
}

/// Connections are kept for a while. A kept one that turns out to be closed before a byte was
/// written is replaced by the pool; the request still goes out once.
pub(super) fn kept(base: &Base, limits: &HttpLimits) -> Result<Client, BadEntMineUrl> {
    build(plain(base, limits).pool_idle_timeout(IDLE))
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
        .http1_only()
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
