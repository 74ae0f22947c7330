//! Listings of a store's orders, for reconciliation.

use super::Api;
use super::caller::{Caller, Orders};
use super::refusal::Refusal;
use super::request::{Parameters, malformed};
use crate::{BadCursor, StorageError};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use model::OrderPage;

/// Orders in one answer where the store names no limit: about 30 KB of text.
const USUAL_LIMIT: i64 = 100;

/// `GET /orders?after=<cursor>&limit=<n>`
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

/// `GET /orders/changes?after=<cursor>&limit=<n>`
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
