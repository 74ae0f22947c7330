//! Stock: goods come in, or what is there is counted.

use super::{idempotency_key, named, read};
use crate::http::Api;
use crate::http::caller::{Admin, Caller};
use crate::http::refusal::Refusal;
use crate::{Count, Receipt, StockRefused};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use model::{Problem, StockLevel};
use serde::Deserialize;
use utoipa::ToSchema;

/// Goods that came in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptBody {
    /// 1 or more.
    pieces: i64,
    /// A delivery note's number, for example.
    #[serde(default)]
    reason: String,
}

/// What was counted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountBody {
    /// What EntMine said was on hand when it was counted.
    seen: i64,
    /// What was there, reserved pieces among them.
    counted: i64,
    /// Why it differs.
    reason: String,
}

/// Adds pieces that came in; gives the stock afterwards.
#[utoipa::path(
    post, path = "/entmine/v1/admin/products/{sku}/receipts", tag = "admin", operation_id = "admin_receive_stock",
    params(
        ("sku" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name of this request, such as a UUID: sent again, the pieces are added once and the answer is the first one's"),
    ),
    request_body = ReceiptBody,
    responses(
        (status = 200, body = StockLevel),
        (status = 422, description = "invalid, or key-reused: the Idempotency-Key belongs to another change", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receive(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<StockLevel>, Refusal> {
    let sku = named(path)?;
    let key = idempotency_key(request.headers())?;
    let body: ReceiptBody = read(request).await?;
    let _place = api.begin(&caller.store)?;
    let receipt = Receipt {
        sku,
        pieces: body.pieces,
        reason: body.reason,
        actor: caller.actor(),
        request: key,
    };
    let level = api.entmine().receive_stock(receipt).await;
    after(level.map_err(|error| Refusal::writing(&error))?)
}

/// Corrects what is on hand to what was counted; gives the stock afterwards.
#[utoipa::path(
    post, path = "/entmine/v1/admin/products/{sku}/counts", tag = "admin", operation_id = "admin_count_stock",
    params(
        ("sku" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "As of a receipt"),
    ),
    request_body = CountBody,
    responses(
        (status = 200, body = StockLevel),
        (status = 422, description = "invalid, or key-reused: the Idempotency-Key belongs to another change", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn count(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<StockLevel>, Refusal> {
    let sku = named(path)?;
    let key = idempotency_key(request.headers())?;
    let body: CountBody = read(request).await?;
    let _place = api.begin(&caller.store)?;
    let count = Count {
        sku,
        seen: body.seen,
        counted: body.counted,
        reason: body.reason,
        actor: caller.actor(),
        request: key,
    };
    let level = api.entmine().count_stock(count).await;
    after(level.map_err(|error| Refusal::writing(&error))?)
}

fn after(level: Result<StockLevel, StockRefused>) -> Result<Json<StockLevel>, Refusal> {
    level.map(Json).map_err(|refused| match refused {
        StockRefused::UnknownProduct => Refusal::UnknownProduct,
        StockRefused::Moved { .. } => Refusal::Changed(refused.to_string()),
        StockRefused::RequestReused => Refusal::RequestReused,
        StockRefused::OutOfRange | StockRefused::NoReason => Refusal::Invalid(refused.to_string()),
    })
}
