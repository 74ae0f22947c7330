//! The catalogue and its stock, to pull.

use super::Api;
use super::caller::{Caller, Catalog};
use super::refusal::Refusal;
use super::request::{Parameters, malformed, number};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use model::{CatalogueDigest, Changes, Problem, Snapshot, StockAnswer, StockChanges};

/// SKUs in one question about stock. A page of products has fewer, and a cart hardly more.
const MOST_SKUS: usize = 200;

/// Changes in one answer where the store names no limit.
const USUAL_LIMIT: i64 = 100;

/// The stock of products, pulled live; unknown SKUs are absent.
#[utoipa::path(
    get, path = "/entmine/v1/stock", tag = "catalog", operation_id = "pull_stock",
    params(
        ("sku" = Vec<String>, Query, description = "May be given up to 200 times"),
    ),
    responses(
        (status = 200, body = StockAnswer),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stock(
    State(api): State<Api>,
    caller: Caller<Catalog>,
    uri: Uri,
) -> Result<Json<StockAnswer>, Refusal> {
    let skus = Parameters::of(&uri)?.all("sku");
    if skus.len() > MOST_SKUS {
        return Err(malformed("more than 200 SKUs are asked for"));
    }
    let _place = api.begin(&caller.store)?;
    let stock = api.entmine().stock(&skus).await;
    Ok(Json(stock.map_err(|error| Refusal::reading(&error))?))
}

/// The whole catalogue of one moment.
#[utoipa::path(
    get, path = "/entmine/v1/catalog", tag = "catalog", operation_id = "catalog_snapshot",
    responses(
        (status = 200, body = Snapshot),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn snapshot(
    State(api): State<Api>,
    caller: Caller<Catalog>,
) -> Result<Json<Snapshot>, Refusal> {
    let _place = api.begin(&caller.store)?;
    let snapshot = api.entmine().snapshot().await;
    Ok(Json(snapshot.map_err(|error| Refusal::reading(&error))?))
}

/// What changed after a seq, oldest first.
#[utoipa::path(
    get, path = "/entmine/v1/catalog/changes", tag = "catalog", operation_id = "catalog_changes",
    params(
        ("after" = Option<i64>, Query, description = "The seq that the caller has"),
        ("limit" = Option<i64>, Query, description = "At most so many; 100 where it is missing"),
    ),
    responses(
        (status = 200, body = Changes),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn changes(
    State(api): State<Api>,
    caller: Caller<Catalog>,
    uri: Uri,
) -> Result<Json<Changes>, Refusal> {
    let (after, limit) = stretch(&uri)?;
    let _place = api.begin(&caller.store)?;
    let changes = api.entmine().changes_after(after, limit).await;
    Ok(Json(changes.map_err(|error| Refusal::reading(&error))?))
}

/// What can be had of the products whose stock moved after a movement.
#[utoipa::path(
    get, path = "/entmine/v1/stock/changes", tag = "catalog", operation_id = "stock_changes",
    params(
        ("after" = Option<i64>, Query, description = "The movement that the caller has"),
        ("limit" = Option<i64>, Query, description = "By at most so many movements; 100 where it is missing"),
    ),
    responses(
        (status = 200, body = StockChanges),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stock_changes(
    State(api): State<Api>,
    caller: Caller<Catalog>,
    uri: Uri,
) -> Result<Json<StockChanges>, Refusal> {
    let (after, limit) = stretch(&uri)?;
    let _place = api.begin(&caller.store)?;
    let changes = api.entmine().stock_changes_after(after, limit).await;
    Ok(Json(changes.map_err(|error| Refusal::reading(&error))?))
}

/// Where a stream is asked to go on, and for how much of it.
fn stretch(uri: &Uri) -> Result<(i64, i64), Refusal> {
    let parameters = Parameters::of(uri)?;
    let after = match parameters.one("after")? {
        Some(text) => number(text, "after")?,
        None => 0,
    };
    Ok((after, parameters.limit(USUAL_LIMIT)?))
}

/// What the catalogue is, without the catalogue.
#[utoipa::path(
    get, path = "/entmine/v1/catalog/digest", tag = "catalog", operation_id = "catalog_digest",
    responses(
        (status = 200, body = CatalogueDigest),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn digest(
    State(api): State<Api>,
    caller: Caller<Catalog>,
) -> Result<Json<CatalogueDigest>, Refusal> {
    let _place = api.begin(&caller.store)?;
    let digest = api.entmine().digest().await;
    Ok(Json(digest.map_err(|error| Refusal::reading(&error))?))
}
