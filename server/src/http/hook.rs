//! `POST /hooks/entmine/catalog`: where EntMine sends what changes in its catalogue and stock
//! (docs/contract.md).

use crate::net::BODY_TIME;
use crate::secrets::HookSecrets;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use model::{HookMessage, HookMessageKind, PROBLEM_URN, StockMessage};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tower_http::timeout::RequestBodyDeadlineLayer;
use wizastore::erp::from_json;
use wizastore::{Heard, NotHeard, Store};

/// EntMine keeps its messages to a quarter of this, unless a single product has more text.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Messages that are read at once. One EntMine sends one after the other; a signature can only be
/// looked at when its message is here as a whole, so this is what strangers can make us keep.
const MOST_READ: usize = 8;

/// Whether the cache then was EntMine's catalogue, where that was compared.
const MATCHES: HeaderName = HeaderName::from_static("catalog-matches");

#[derive(Clone)]
struct Hook {
    store: Store,
    secrets: HookSecrets,
    readers: Arc<Semaphore>,
}

/// The hook, for whoever signs with one of the secrets.
pub fn router(store: Store, secrets: HookSecrets) -> Router {
    Router::new()
        .route("/hooks/entmine/catalog", post(take))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyDeadlineLayer::new(BODY_TIME))
        .with_state(Hook {
            store,
            secrets,
            readers: Arc::new(Semaphore::new(MOST_READ)),
        })
}

async fn take(State(hook): State<Hook>, request: Request) -> Result<Response, Refusal> {
    let headers = request.headers().clone();
    // Nobody's body is read who does not even look like a signer.
    if !hook.secrets.may_have_signed(&headers) {
        return Err(Refusal::Signature);
    }
    let reading = hook.readers.try_acquire().map_err(|_| Refusal::Busy)?;
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|rejection| Refusal::Body(rejection.status()))?;
    if !hook.secrets.have_signed(&headers, &body) {
        return Err(Refusal::Signature);
    }
    drop(reading);
    match hook.store.hear(message(&body)?).await {
        Ok(Heard::Applied { matches }) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            if let Some(matches) = matches {
                let value = HeaderValue::from_static(if matches { "true" } else { "false" });
                response.headers_mut().insert(MATCHES, value);
            }
            Ok(response)
        }
        Ok(Heard::Gap(gap)) => Err(Refusal::Gap(gap.applied)),
        Err(NotHeard::Malformed(detail)) => Err(Refusal::Malformed(detail.to_owned())),
        Err(NotHeard::Database(error)) => {
            tracing::error!(%error, "a message about the catalogue could not be written");
            Err(Refusal::Unavailable)
        }
    }
}

fn message(body: &[u8]) -> Result<HookMessage, Refusal> {
    let HookMessageKind { kind } = from_json(body).map_err(Refusal::Malformed)?;
    let message = match kind.as_str() {
        StockMessage::KIND => from_json(body).map(HookMessage::Stock),
        _ => from_json(body).map(HookMessage::Catalogue),
    };
    message.map_err(Refusal::Malformed)
}

/// Why a message was not taken. Nothing of it was applied, except where the store is unavailable
/// and does not know.
enum Refusal {
    Body(StatusCode),
    Signature,
    Malformed(String),
    Gap(i64),
    Busy,
    Unavailable,
}

#[derive(Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// What the cache has, where the message does not follow on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<i64>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, title) = match &self {
            Self::Body(status) => (*status, "body", "The body is too large or broke off"),
            Self::Signature => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "The signature is not one of this store's, or its time is past",
            ),
            Self::Malformed(_) => (
                StatusCode::BAD_REQUEST,
                "malformed",
                "This is no message about a catalogue; nothing was applied",
            ),
            Self::Gap(_) => (
                StatusCode::CONFLICT,
                "gap",
                "This does not follow on what the store has applied",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Many messages come at once; send it again",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The store cannot write just now; send it again",
            ),
        };
        let (detail, applied) = match self {
            Self::Malformed(detail) => (Some(detail), None),
            Self::Gap(applied) => (None, Some(applied)),
            Self::Body(_) | Self::Signature | Self::Busy | Self::Unavailable => (None, None),
        };
        let problem = Problem {
            kind: format!("{PROBLEM_URN}{code}"),
            title,
            status: status.as_u16(),
            detail,
            applied,
        };
        let mut response = (status, Json(problem)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
