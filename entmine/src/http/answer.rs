//! What every answer carries, also one about an error.

use super::Api;
use super::refusal::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

const INSTANCE: HeaderName = HeaderName::from_static("entmine-instance");
/// The caller's own word for its request, brought back as it is.
const REQUEST_ID: HeaderName = HeaderName::from_static("entmine-request-id");
const EPOCH: HeaderName = HeaderName::from_static("entmine-epoch");
/// Bytes of an id; a longer one is not brought back.
const LONGEST_ID: usize = 100;

/// Runs the handler; a panic in it is answered too, as something that may have been done.
pub(super) async fn every_answer(State(api): State<Api>, request: Request, next: Next) -> Response {
    let mut ids = request.headers().get_all(REQUEST_ID).into_iter();
    let id = match (ids.next(), ids.next()) {
        (Some(id), None) if id.len() <= LONGEST_ID => Some(id.clone()),
        (_, _) => None,
    };
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(|_| {
        tracing::error!("EntMine's HTTP API panicked; the request may have been done");
        Refusal::Unclear.into_response()
    });
    let entmine = api.entmine();
    let headers = response.headers_mut();
    // A UUID and a number are always a header's value.
    if let Ok(instance) = HeaderValue::from_str(&entmine.instance().to_string()) {
        headers.insert(INSTANCE, instance);
    }
    headers.insert(EPOCH, HeaderValue::from(entmine.epoch()));
    if let Some(id) = id {
        headers.insert(REQUEST_ID, id);
    }
    // Customers' orders are nothing for a cache on the way, nor is yesterday's stock.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
