//! Answers that are not what was asked for, as problem documents (RFC 9457).

use super::token::Scope;
use crate::StorageError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{PROBLEM_URN, Problem, Reason};

/// Seconds after which asking again makes sense: a commit takes far less.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Why a request was not done as asked. No text in it holds customer data or a secret.
#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    // Not processed, the key stays free.
    Malformed(String),
    Unauthorized,
    Forbidden(Scope),
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    TooMany,
    TooManyGuesses,
    Unavailable(&'static str),
    // What EntMine decided.
    Voided,
    KeyReused {
        number: Option<String>,
    },
    Rejected(Vec<Reason>),
    NumberTaken,
    UnknownKey,
    AlreadyAccepted {
        number: String,
    },
    UnknownProduct,
    UnknownOrder,
    SkuTaken,
    /// The Idempotency-Key belongs to another request.
    RequestReused,
    /// Values that cannot be; which and why.
    Invalid(String),
    /// Somebody else was faster, or the order is not where this step begins.
    Changed(String),
    /// It may have been done or not.
    Unclear,
}

impl Refusal {
    /// A failure of the database while it wrote, by what that proves.
    pub fn writing(error: &StorageError) -> Self {
        if matches!(error, StorageError::Overdue) {
            return Self::Unavailable("too little time was left");
        }
        tracing::error!(%error, "EntMine's HTTP API could not write");
        if error.may_be_written() {
            Self::Unclear
        } else {
            Self::Unavailable("the database did not do it")
        }
    }

    /// A failure of the database while it read: whatever it was, nothing was done.
    pub fn reading(error: &StorageError) -> Self {
        tracing::error!(%error, "EntMine's HTTP API could not read");
        Self::Unavailable("the database did not answer")
    }

    /// Status, code and title.
    fn about(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Malformed(_) => (S::BAD_REQUEST, "malformed", "The request is malformed"),
            Self::Unauthorized => (
                S::UNAUTHORIZED,
                "unauthorized",
                "A token that is known here is needed",
            ),
            Self::Forbidden(_) => (
                S::FORBIDDEN,
                "forbidden",
                "The token does not have the scope for this",
            ),
            Self::NotFound => (S::NOT_FOUND, "not-found", "There is nothing here"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This cannot be done here",
            ),
            Self::TooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "too-large",
                "The body is larger than 64 KiB",
            ),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body has to be application/json, not encoded",
            ),
            Self::TooMany => (
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests of this store are under way",
            ),
            Self::TooManyGuesses => (
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many wrong tokens came from this address; wait a minute",
            ),
            Self::Unavailable(_) => (
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "Nothing was done; ask again",
            ),
            Self::Voided => (S::GONE, "order-voided", "The order key was voided"),
            Self::KeyReused { .. } => (
                S::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The order key belongs to another order",
            ),
            Self::Rejected(_) => (S::CONFLICT, "order-rejected", "The order was rejected"),
            Self::NumberTaken => (
                S::CONFLICT,
                "number-taken",
                "The order number belongs to another order",
            ),
            Self::UnknownKey => (S::NOT_FOUND, "unknown-key", "The order key is unknown"),
            Self::AlreadyAccepted { .. } => (
                S::CONFLICT,
                "already-accepted",
                "The order was accepted before",
            ),
            Self::UnknownProduct => (
                S::NOT_FOUND,
                "unknown-product",
                "There is no product with this SKU",
            ),
            Self::UnknownOrder => (
                S::NOT_FOUND,
                "unknown-order",
                "There is no order with this number",
            ),
            Self::SkuTaken => (
                S::CONFLICT,
                "sku-taken",
                "There is already a product with this SKU",
            ),
            Self::RequestReused => (
                S::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The Idempotency-Key belongs to another request; nothing was changed",
            ),
            Self::Invalid(_) => (
                S::UNPROCESSABLE_ENTITY,
                "invalid",
                "Some values cannot be; nothing was changed",
            ),
            Self::Changed(_) => (
                S::CONFLICT,
                "changed-meanwhile",
                "It is not as it was when you looked; nothing was changed",
            ),
            Self::Unclear => (
                S::INTERNAL_SERVER_ERROR,
                "unclear",
                "It may have been done or not; ask by key, or again under the same Idempotency-Key",
            ),
        }
    }

    fn problem(self) -> Problem {
        let (status, code, title) = self.about();
        let mut problem = Problem {
            kind: format!("{PROBLEM_URN}{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            reasons: None,
            number: None,
        };
        match self {
            Self::Malformed(detail) | Self::Invalid(detail) | Self::Changed(detail) => {
                problem.detail = Some(detail);
            }
            Self::Forbidden(scope) => {
                problem.detail = Some(format!("the scope '{}' is missing", scope.as_str()));
            }
            Self::Unavailable(detail) => problem.detail = Some(detail.to_owned()),
            Self::KeyReused { number } => problem.number = number,
            Self::Rejected(reasons) => problem.reasons = Some(reasons),
            Self::AlreadyAccepted { number } => problem.number = Some(number),
            Self::Unauthorized
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::UnsupportedMediaType
            | Self::TooMany
            | Self::TooManyGuesses
            | Self::Voided
            | Self::NumberTaken
            | Self::UnknownKey
            | Self::UnknownProduct
            | Self::UnknownOrder
            | Self::SkuTaken
            | Self::RequestReused
            | Self::Unclear => {}
        }
        problem
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, _, _) = self.about();
        let problem = axum::Json(self.problem());
        let mut response = (status, problem).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
