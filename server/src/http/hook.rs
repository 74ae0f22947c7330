//! `POST /hooks/entmine/catalog`: where EntMine sends what changes in its catalogue (DESIGN.md §4).

use super::BODY_TIME;
use crate::secrets::HookSecrets;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use model::{CatalogueMessage, PROBLEM_URN};
use serde::Serialize;
use tower_http::timeout::RequestBodyTimeoutLayer;
use wizastore::{Heard, NotHeard, Store};

/// EntMine keeps its messages to a quarter of this, unless a single product has more text.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Whether the cache then was EntMine's catalogue, where that was compared.
const MATCHES: HeaderName = HeaderName::from_static("catalog-matches");

#[derive(Clone)]
struct Hook {
    store: Store,
    secrets: HookSecrets,
}

/// The hook, for whoever signs with one of the secrets.
pub fn router(store: Store, secrets: HookSecrets) -> Router {
    Router::new()
        .route("/hooks/entmine/catalog", post(take))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIME))
        .with_state(Hook { store, secrets })
}

async fn take(
    State(hook): State<Hook>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let body = body.map_err(|rejection| Refusal::Body(rejection.status()))?;
    if !hook.secrets.have_signed(&headers, &body) {
        return Err(Refusal::Signature);
    }
    let message: CatalogueMessage =
        serde_json::from_slice(&body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    match hook.store.hear_catalogue(message).await {
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

/// Why a message was not taken. Nothing of it was applied, except where the store is unavailable
/// and does not know.
enum Refusal {
    Body(StatusCode),
    Signature,
    Malformed(String),
    Gap(i64),
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
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The store cannot write just now; send it again",
            ),
        };
        let (detail, applied) = match self {
            Self::Malformed(detail) => (Some(detail), None),
            Self::Gap(applied) => (None, Some(applied)),
            Self::Body(_) | Self::Signature | Self::Unavailable => (None, None),
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
