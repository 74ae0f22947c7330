//! One request and its answer, on the wire.

use super::answer::{Answer, Body, plain};
use super::limits::HttpLimits;
use crate::erp::CallError;
use database::{Clock, SystemClock};
use reqwest::{Client, Request, Response};
use std::error::Error;

/// Sends a request once, and hears the answer out to its last byte.
///
/// # Errors
///
/// [`CallError::NotApplied`] where there was never a connection, [`CallError::Ambiguous`] where it
/// broke, or time ran out, at any later point.
pub(super) async fn exchange(
    client: &Client,
    request: Request,
    max_bytes: usize,
    limits: &HttpLimits,
) -> Result<Answer, CallError> {
    let whole = async {
        let response = client.execute(request).await.map_err(unsent_or_unclear)?;
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
        max_depth,
        arrived_s: SystemClock.now_ms() / 1_000,
    })
}

/// A request that got no answer. It is provably not applied only where there was no connection to
/// send it on (name, TCP or TLS), or where it could not even be written down.
fn unsent_or_unclear(error: reqwest::Error) -> CallError {
    let detail = told(&error);
    if error.is_connect() || error.is_builder() {
        CallError::NotApplied {
            retry_after: None,
            from: None,
            detail,
        }
    } else {
        CallError::Ambiguous { detail }
    }
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
