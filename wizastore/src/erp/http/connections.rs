//! Which connection a call is made on, and whether what comes back on it is its answer.
//!
//! A connection that is kept saves a round trip, or three with TLS, and may be lost at any moment:
//!
//! - Before the first byte of a request was written, nothing was sent. hyper looks for the peer's hanging
//!   up before it begins a request; the pool then takes another connection. If none comes about, the call
//!   is not applied.
//! - From the first byte on, only the peer can say that nothing was done, and over HTTP/2 it can
//!   (`exchange::is_refused`). Everything else may have been applied.
//!
//! That the next bytes on an HTTP/1.1 connection are the answer to the last request is only an assumption: a
//! peer that answers twice is one answer ahead from then on. So each request has an id. While EntMine (or a
//! proxy before it) does not bring ids back, each call has a connection of its own, as answers on those
//! can be no other call's. Where it does, connections are kept, and an answer without the request's id
//! counts for nothing. Over HTTP/2 each answer names its request. An id and not the order's key, because
//! two calls may be about one order: an earlier call's 503 says nothing about this one.

use super::answer::Answer;
use super::base::{BadEntMineUrl, Base};
use super::client;
use super::exchange::exchange;
use super::limits::HttpLimits;
use crate::erp::CallError;
use reqwest::header::HeaderValue;
use reqwest::{Client, Request};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

const REQUEST_ID: &str = "entmine-request-id";

/// The connections for all calls about orders.
pub(super) struct Connections {
    base: Base,
    limits: HttpLimits,
    /// Keeps none.
    fresh: Client,
    /// Keeps them; there is none before an answer has shown whose it is.
    kept: Mutex<Option<Client>>,
}

impl Connections {
    pub(super) fn new(base: Base, limits: HttpLimits) -> Result<Self, BadEntMineUrl> {
        Ok(Self {
            fresh: client::fresh(&base, &limits)?,
            kept: Mutex::new(None),
            base,
            limits,
        })
    }

    /// Sends a request once, and receives its answer of at most `max` bytes.
    ///
    /// # Errors
    ///
    /// As [`exchange`]; and [`CallError::Ambiguous`] for an answer that may be another request's.
    pub(super) async fn ask(&self, mut request: Request, max: usize) -> Result<Answer, CallError> {
        let id = Uuid::now_v7().to_string();
        let header = HeaderValue::try_from(&id).map_err(|_| doubtful())?;
        request.headers_mut().insert(REQUEST_ID, header);
        let kept = self.kept().clone();
        let client = kept.as_ref().unwrap_or(&self.fresh);
        let in_doubt = InDoubt(Some(self));
        let answer = exchange(client, request, max, &self.limits).await?;
        let is_named = answer.headers.contains_key(REQUEST_ID);
        if answer.one(REQUEST_ID) == Some(id.as_str()) || (answer.is_multiplexed && !is_named) {
            in_doubt.dispel();
            self.keep();
            return Ok(answer);
        }
        match is_named || kept.is_some() {
            true => Err(doubtful()),
            false => Ok(answer),
        }
    }

    fn keep(&self) {
        if self.kept().is_some() {
            return;
        }
        // What could be built once can be built again; if not, nothing is kept. It reads certificates, so nobody is
        // to wait for it.
        let client = client::kept(&self.base, &self.limits).ok();
        let mut kept = self.kept();
        if kept.is_none() {
            *kept = client;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Client>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives up all kept connections unless a call on one of them ends well: the others may be as dead, or as
/// far ahead. So does a caller that stops waiting.
struct InDoubt<'a>(Option<&'a Connections>);

impl InDoubt<'_> {
    fn dispel(mut self) {
        self.0 = None;
    }
}

impl Drop for InDoubt<'_> {
    fn drop(&mut self) {
        if let Some(connections) = self.0 {
            *connections.kept() = None;
        }
    }
}

fn doubtful() -> CallError {
    CallError::Ambiguous {
        detail: "the answer does not say that it is to this request".into(),
    }
}
