//! One request and its answer, on the wire.

use super::answer::{Answer, Body, plain};
use super::limits::HttpLimits;
use crate::erp::CallError;
use database::{Clock, SystemClock};
use reqwest::{Client, Request, Response, Version};
use std::error::Error;

/// Sends a request once, and hears the answer out to its last byte.
///
/// # Errors
///
/// [`CallError::NotApplied`] where there was never a connection, or EntMine refused the request before it
/// looked at it; [`CallError::Ambiguous`] where the connection broke, or time ran out, at any later point.
pub(super) async fn exchange(
    client: &Client,
    request: Request,
    max_bytes: usize,
    limits: &HttpLimits,
) -> Result<Answer, CallError> {
    let has_body = request.body().is_some();
    let whole = async {
        let response = client.execute(request).await;
        let response = response.map_err(|error| unsent_or_unclear(error, has_body))?;
        hear(response, max_bytes, limits.max_depth).await
    };
    match tokio::time::timeout(limits.attempt, whole).await {
        Ok(result) => result,
        Err(_) => Err(CallError::Ambiguous {
            detail: format!("no whole answer within {} ms", limits.attempt.as_millis()),
        }),
    }
}

async fn hear(
    mut response: Response,
    max_bytes: usize,
    max_depth: usize,
) -> Result<Answer, CallError> {
    let status = response.status();
    let is_multiplexed = response.version() == Version::HTTP_2;
    let mut bytes = Vec::new();
    let mut too_large = false;
    // A redirect is one whatever it carries.
    while !status.is_redirection() && !too_large {
        let Some(chunk) = response.chunk().await.map_err(broken_off)? else {
            break;
        };
        too_large = bytes.len() + chunk.len() > max_bytes;
        if !too_large {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(Answer {
        status: status.as_u16(),
        headers: std::mem::take(response.headers_mut()),
        body: if too_large {
            Body::TooLarge
        } else {
            Body::Whole(bytes)
        },
        is_multiplexed,
        max_depth,
        arrived_s: SystemClock.now_ms() / 1_000,
    })
}

/// A request that got no answer. It is provably not applied only where there was no connection to
/// send it on (name, TCP or TLS), where it could not even be written down, or where it was refused.
fn unsent_or_unclear(error: reqwest::Error, has_body: bool) -> CallError {
    let detail = told(&error);
    if error.is_connect() || error.is_builder() || is_refused(&error, has_body) {
        CallError::NotApplied {
            retry_after: None,
            from: None,
            detail,
        }
    } else {
        CallError::Ambiguous { detail }
    }
}

/// Whether the peer said over HTTP/2 that it did nothing with this request (RFC 9113 §8.7): it reset the
/// stream with REFUSED_STREAM, or its GOAWAY named an earlier stream as the last one that it looks at
/// (§6.8; h2 lets the streams up to that one go on). A GOAWAY may also come while h2 begins a stream: then
/// the head may still go out, but no body, so that only a request with one is provably not applied.
fn is_refused(error: &reqwest::Error, has_body: bool) -> bool {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let mut from_peer = causes
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .filter(|error| error.is_remote());
    from_peer.any(|error| match error.is_reset() {
        true => error.reason() == Some(h2::Reason::REFUSED_STREAM),
        false => error.is_go_away() && has_body,
    })
}

fn broken_off(error: reqwest::Error) -> CallError {
    CallError::Ambiguous {
        detail: told(&error),
    }
}

/// The error and what lies behind it. reqwest's own text would name the address.
fn told(error: &reqwest::Error) -> String {
    let mut text = match error.url() {
        Some(url) => error.to_string().replace(url.as_str(), "EntMine"),
        None => error.to_string(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    plain(&text)
}
