//! Stores, and how far each has followed the catalogue.

use crate::clock::rfc3339;
use crate::delivery::StoreRecord;
use crate::http::Api;
use crate::http::caller::{Admin, Caller};
use crate::http::refusal::Refusal;
use axum::Json;
use axum::extract::State;
use model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A store that EntMine sends its catalogue to.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminStore {
    name: String,
    /// `here`, or its address.
    address: String,
    epoch: i64,
    /// The last change that it has.
    applied: i64,
    /// Changes that it has not taken yet.
    lag: i64,
    /// When it last took a message, RFC 3339 UTC.
    heard_at: Option<String>,
    /// Whether its catalogue was EntMine's when it last compared.
    matches: Option<bool>,
    matched_at: Option<String>,
    /// Messages in a row that it did not take, and why not the last one.
    failures: i64,
    failure: Option<String>,
}

/// The stores, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminStores {
    stores: Vec<AdminStore>,
}

/// Every store that the catalogue is sent to.
#[utoipa::path(
    get, path = "/entmine/v1/admin/stores", tag = "admin", operation_id = "admin_list_stores",
    responses(
        (status = 200, body = AdminStores),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller<Admin>,
) -> Result<Json<AdminStores>, Refusal> {
    let _place = api.begin(&caller.store)?;
    let newest = api.entmine().changed().borrow().seq;
    let stores = api.entmine().stores().await;
    let stores = stores.map_err(|error| Refusal::reading(&error))?;
    let one = |store: StoreRecord| AdminStore {
        lag: (newest - store.applied).max(0),
        heard_at: store.heard_at_ms.map(rfc3339),
        matched_at: store.matched_at_ms.map(rfc3339),
        name: store.name,
        address: store.address,
        epoch: store.epoch,
        applied: store.applied,
        matches: store.matches,
        failures: store.failures,
        failure: store.failure,
    };
    Ok(Json(AdminStores {
        stores: stores.into_iter().map(one).collect(),
    }))
}
