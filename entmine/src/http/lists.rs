//! Listings of a store's orders, for reconciliation.

use super::Api;
use super::caller::{Caller, Orders};
use super::refusal::Refusal;
use super::request::{Parameters, malformed};
use crate::{BadCursor, StorageError};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use model::{OrderPage, Problem};

/// Orders in one answer where the store names no limit: about 30 KB of text.
const USUAL_LIMIT: i64 = 100;

/// The store's accepted orders, in the order of commit.
#[utoipa::path(
    get, path = "/entmine/v1/orders", tag = "orders", operation_id = "list_orders",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "At most so many; 100 where it is missing"),
    ),
    responses(
        (status = 200, body = OrderPage),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn orders(
    State(api): State<Api>,
    caller: Caller<Orders>,
    uri: Uri,
) -> Result<Json<OrderPage>, Refusal> {
    let parameters = Parameters::of(&uri)?;
    let limit = parameters.limit(USUAL_LIMIT)?;
    let after = parameters.one("after")?;
    let _place = api.begin(&caller.store)?;
    let entmine = api.entmine();
    listed(entmine.orders_after(&caller.store, after, limit).await)
}

/// The store's orders whose status changed or whose customer was erased, in the order of the changes,
/// each as it is now.
#[utoipa::path(
    get, path = "/entmine/v1/orders/changes", tag = "orders", operation_id = "list_status_changes",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "At most so many; 100 where it is missing"),
    ),
    responses(
        (status = 200, body = OrderPage),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn changes(
    State(api): State<Api>,
    caller: Caller<Orders>,
    uri: Uri,
) -> Result<Json<OrderPage>, Refusal> {
    let parameters = Parameters::of(&uri)?;
    let limit = parameters.limit(USUAL_LIMIT)?;
    let after = parameters.one("after")?;
    let _place = api.begin(&caller.store)?;
    let entmine = api.entmine();
    let page = entmine.status_changes_after(&caller.store, after, limit);
    listed(page.await)
}

fn listed(
    page: Result<Result<OrderPage, BadCursor>, StorageError>,
) -> Result<Json<OrderPage>, Refusal> {
    match page.map_err(|error| Refusal::reading(&error))? {
        Ok(page) => Ok(Json(page)),
        Err(bad) => Err(malformed(&bad.to_string())),
    }
}
