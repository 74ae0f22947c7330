//! What a back office works with, for programs: products, stock, orders, stores. Needs the scope
//! `admin`, and sees the orders of all stores.

pub(super) mod orders;
pub(super) mod products;
pub(super) mod stock;
pub(super) mod stores;

use super::Api;
use super::body;
use super::refusal::Refusal;
use super::request::{header, malformed};
use crate::clock::rfc3339;
use axum::Router;
use axum::extract::Path;
use axum::extract::Request;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;

/// Everything below `/entmine/v1/admin`.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .route("/products", get(products::list).post(products::create))
        .route("/products/{sku}", get(products::show).put(products::edit))
        .route("/products/{sku}/receipts", post(stock::receive))
        .route("/products/{sku}/counts", post(stock::count))
        .route("/orders", get(orders::list))
        .route("/orders/{number}", get(orders::show))
        .route("/orders/{number}/steps", post(orders::step))
        .route("/stores", get(stores::list))
}

/// The body of a request, as JSON.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let (parts, body) = request.into_parts();
    let bytes = body::read(&parts.headers, body).await?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(&error.to_string()))
}

/// The longest name of a request, in bytes.
const MAX_REQUEST_KEY: usize = 255;

/// The caller's own name of a request, in quotation marks or without: the draft of the HTTP working
/// group has a quoted string, and most programs send it bare.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(text) = header(headers, "Idempotency-Key")? else {
        return Ok(None);
    };
    let text = text.trim();
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > MAX_REQUEST_KEY || !visible {
        return Err(malformed(
            "the header Idempotency-Key is not 1 to 255 visible ASCII characters",
        ));
    }
    Ok(Some(key.to_owned()))
}

/// The last part of a path that names something.
fn named(path: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    let Path(name) = path.map_err(|_| malformed("the path cannot be read"))?;
    Ok(name)
}

fn time(ms: Option<i64>) -> Option<String> {
    ms.map(rfc3339)
}
