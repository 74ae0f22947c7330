//! What many get is compressed once.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Names what a response holds, which does not change: responses with the same one have the same body.
#[derive(Clone)]
pub struct Content(pub Arc<str>);

/// Bodies that are compressed already, by content and by how they are compressed. Cheap to clone.
#[derive(Clone)]
pub struct Compressed(Cache<(Arc<str>, HeaderValue), Bytes>);

/// All bodies together, in bytes; a category page has some 5,000.
const ROOM: u64 = 8 * 1024 * 1024;
/// Until nobody has asked for one so long.
const KEPT: Duration = Duration::from_secs(60);

impl Default for Compressed {
    fn default() -> Self {
        let size = |_: &_, body: &Bytes| u32::try_from(body.len() + 256).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(ROOM).weigher(size);
        Self(kept.time_to_idle(KEPT).build())
    }
}

/// Stands outside the layer that compresses, which does so only when a body is read.
pub async fn layer(State(kept): State<Compressed>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let content = response.extensions().get::<Content>().cloned();
    let encoding = response.headers().get(header::CONTENT_ENCODING).cloned();
    let (Some(Content(content)), Some(encoding)) = (content, encoding) else {
        return response;
    };
    let name = (content, encoding);
    let (head, body) = response.into_parts();
    if let Some(body) = kept.0.get(&name) {
        return Response::from_parts(head, Body::from(body));
    }
    match to_bytes(body, usize::MAX).await {
        Ok(body) => {
            kept.0.insert(name, body.clone());
            Response::from_parts(head, Body::from(body))
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be compressed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
