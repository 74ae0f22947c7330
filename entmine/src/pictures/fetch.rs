//! Fetching one picture from somebody else's server.

use super::PictureError;
use futures::FutureExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, Url, header, redirect, retry};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The largest picture that is copied. A photograph for a shop's page is a tenth of it.
pub const MAX_PICTURE: usize = 10 * 1024 * 1024;
/// To connect, from wherever a merchant's pictures are.
const CONNECT: Duration = Duration::from_secs(5);
/// One picture in all: 10 MiB at 2 Mbit/s.
const WHOLE: Duration = Duration::from_secs(45);
/// Shops' picture servers redirect once or twice.
const MOST_REDIRECTS: usize = 5;

/// Which addresses may be asked.
pub(super) type Allowed = fn(IpAddr) -> bool;

/// A client that only ever connects to allowed addresses, also after a redirect and whatever a
/// name resolves to.
pub(super) fn client(allowed: Allowed) -> Result<Client, PictureError> {
    let follow = redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MOST_REDIRECTS {
            return attempt.error(PictureError::Redirects);
        }
        match check(attempt.url(), allowed) {
            Ok(()) => attempt.follow(),
            Err(error) => attempt.error(error),
        }
    });
    Client::builder()
        .user_agent(concat!("entmine/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(follow)
        .retry(retry::never())
        // A proxy would resolve names by itself.
        .no_proxy()
        .referer(false)
        .dns_resolver(Arc::new(Resolver(allowed)))
        .build()
        .map_err(|error| PictureError::Network(error.to_string()))
}

/// The bytes of a picture.
pub(super) async fn fetch(
    client: &Client,
    address: &str,
    allowed: Allowed,
) -> Result<Vec<u8>, PictureError> {
    let url = Url::parse(address).map_err(|_| PictureError::Address)?;
    check(&url, allowed)?;
    let request = client.get(url).header(header::ACCEPT, "image/*");
    let response = request.send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(PictureError::Status(response.status().as_u16()));
    }
    read(response).await
}

/// An address is `http` or `https`, and where its host is written as a number, that one is allowed.
fn check(url: &Url, allowed: Allowed) -> Result<(), PictureError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(PictureError::Address);
    }
    let host = url.host_str().ok_or(PictureError::Address)?;
    let number = host.trim_start_matches('[').trim_end_matches(']');
    match number.parse::<IpAddr>() {
        Ok(address) if !allowed(address) => Err(PictureError::Forbidden),
        // A name is looked at when it is resolved.
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, PictureError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > MAX_PICTURE as u64 {
        return Err(PictureError::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > MAX_PICTURE {
            return Err(PictureError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What a client's error says, in the words of its last cause.
fn failed(error: reqwest::Error) -> PictureError {
    if error.is_timeout() {
        return PictureError::TimedOut;
    }
    let mut cause: &dyn Error = &error;
    loop {
        if let Some(ours) = cause.downcast_ref::<PictureError>() {
            return ours.clone();
        }
        match cause.source() {
            Some(next) => cause = next,
            None => return PictureError::Network(cause.to_string()),
        }
    }
}

/// Resolves names as the system does, and leaves out every address that may not be asked.
struct Resolver(Allowed);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0;
        async move {
            // The port is the connector's business.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|found| allowed(found.ip())).collect();
            if allowed.is_empty() {
                return Err(Box::new(PictureError::Forbidden) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        }
        .boxed()
    }
}
