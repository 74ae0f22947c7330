//! One order by its key: placing, finding and voiding it.

use super::caller::{Caller, Orders};
use super::refusal::Refusal;
use super::request::{header, key, number};
use super::{Api, body};
use crate::{Conditions, Found, Placed, Voided};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::{Acceptance, OrderRequest, Problem, Verdict};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The number that an order had before EntMine lost it with a restored backup.
const NUMBER: &str = "EntMine-Number";
/// Milliseconds until the sender stops waiting.
const DEADLINE: &str = "EntMine-Deadline-Ms";

/// Places an order. The fingerprint is of the body's bytes exactly as sent; asking again with the
/// same key and bytes gives the same answer.
#[utoipa::path(
    put, path = "/entmine/v1/orders/{key}", tag = "orders", operation_id = "place_order",
    params(
        ("key" = String, Path, description = "The order key: a UUID in lower case"),
        ("EntMine-Deadline-Ms" = Option<i64>, Header, description = "Milliseconds until the sender stops waiting; with less than 200 left nothing is begun"),
        ("EntMine-Number" = Option<String>, Header, description = "The number that the order had before EntMine lost it with a restored backup"),
    ),
    request_body = OrderRequest,
    responses(
        (status = 201, description = "Stored now", body = Acceptance),
        (status = 200, description = "This key and body were accepted before", body = Acceptance),
        (status = 409, description = "order-rejected with `reasons`, or number-taken", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "order-voided", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "key-reused", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "Not processed, the key stays free", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "unavailable: not processed, with Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn place(
    State(api): State<Api>,
    caller: Caller<Orders>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let entmine = api.entmine();
    // The time runs from here: reading the body is part of it.
    let arrived_ms = entmine.now_ms();
    let key = key(path)?;
    let (parts, body) = request.into_parts();
    let wanted = header(&parts.headers, NUMBER)?;
    let deadline_ms = match header(&parts.headers, DEADLINE)? {
        Some(text) => Some(arrived_ms.saturating_add(number(text, DEADLINE)?)),
        None => None,
    };
    let body = body::read(&parts.headers, body).await?;
    let _place = api.begin(&caller.store)?;
    let conditions = Conditions::default();
    let placed = entmine
        .place(&caller.store, key, &body, wanted, deadline_ms, conditions)
        .await
        .map_err(|error| Refusal::writing(&error))?;
    match placed {
        Placed::Accepted(acceptance) if acceptance.replayed => Ok(Json(acceptance).into_response()),
        Placed::Accepted(acceptance) => Ok((StatusCode::CREATED, Json(acceptance)).into_response()),
        Placed::Rejected(reasons) => Err(Refusal::Rejected(reasons)),
        Placed::Voided => Err(Refusal::Voided),
        Placed::KeyReused => Err(match found(&api, &caller.store, key).await? {
            Found::Accepted(acceptance) => Refusal::KeyReused {
                number: Some(acceptance.number),
            },
            _ => Refusal::KeyReused { number: None },
        }),
        Placed::Malformed { detail } => Err(Refusal::Malformed(detail)),
        Placed::NumberTaken => Err(Refusal::NumberTaken),
    }
}

/// What was decided about an order key.
#[utoipa::path(
    get, path = "/entmine/v1/orders/{key}", tag = "orders", operation_id = "find_order",
    params(
        ("key" = String, Path, description = "The order key: a UUID in lower case"),
    ),
    responses(
        (status = 200, body = Verdict),
        (status = 404, description = "unknown-key", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "order-voided", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find(
    State(api): State<Api>,
    caller: Caller<Orders>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Verdict>, Refusal> {
    let key = key(path)?;
    let _place = api.begin(&caller.store)?;
    match found(&api, &caller.store, key).await? {
        Found::Accepted(acceptance) => Ok(Json(Verdict::Accepted(acceptance.into()))),
        Found::Rejected {
            fingerprint,
            reasons,
        } => Ok(Json(Verdict::Rejected {
            key: key.to_string(),
            fingerprint,
            reasons,
        })),
        Found::Voided => Err(Refusal::Voided),
        Found::Unknown => Err(Refusal::UnknownKey),
    }
}

/// The body of a void that was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    voided: bool,
}

/// Nothing will ever be ordered under the key, unless it was accepted before.
#[utoipa::path(
    post, path = "/entmine/v1/orders/{key}/void", tag = "orders", operation_id = "void_order",
    params(
        ("key" = String, Path, description = "The order key: a UUID in lower case"),
    ),
    responses(
        (status = 200, body = Done),
        (status = 404, description = "unknown-key", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "already-accepted with `number`, or order-rejected", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn void(
    State(api): State<Api>,
    caller: Caller<Orders>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Done>, Refusal> {
    let key = key(path)?;
    let _place = api.begin(&caller.store)?;
    let voided = api.entmine().void(&caller.store, key).await;
    match voided.map_err(|error| Refusal::writing(&error))? {
        Some(Voided::Done) => Ok(Json(Done { voided: true })),
        // What was decided stays so.
        Some(Voided::AlreadyAccepted | Voided::AlreadyRejected) => {
            Err(match found(&api, &caller.store, key).await? {
                Found::Accepted(Acceptance { number, .. }) => Refusal::AlreadyAccepted { number },
                Found::Rejected { reasons, .. } => Refusal::Rejected(reasons),
                Found::Voided | Found::Unknown => Refusal::UnknownKey,
            })
        }
        None => Err(Refusal::UnknownKey),
    }
}

async fn found(api: &Api, store: &str, key: Uuid) -> Result<Found, Refusal> {
    let found = api.entmine().find(store, key).await;
    found.map_err(|error| Refusal::reading(&error))
}
