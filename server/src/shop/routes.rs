//! The merchant's logo and colours over HTTP. Their addresses change with them, so browsers keep them.

use super::{ShopFile, sheet_version};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

const KEPT: &str = "public, max-age=31536000, immutable";

/// `/shop-logo` and `/shop-colours.css`.
pub fn router(shop: ShopFile) -> Router {
    Router::new()
        .route("/shop-logo", get(logo))
        .route("/shop-colours.css", get(colours))
        .with_state(shop)
}

/// What the address was made for.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    v: String,
}

async fn logo(State(shop): State<ShopFile>, Query(wanted): Query<Wanted>) -> Response {
    match &shop.now().logo {
        Some(logo) if logo.version() == wanted.v => file(logo.media_type, logo.bytes.clone()),
        Some(_) | None => missing(),
    }
}

async fn colours(State(shop): State<ShopFile>, Query(wanted): Query<Wanted>) -> Response {
    match &shop.now().colours {
        Some(sheet) if sheet_version(sheet) == wanted.v => {
            file("text/css; charset=utf-8", sheet.clone().into_bytes())
        }
        Some(_) | None => missing(),
    }
}

fn file(media_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, KEPT),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, bytes).into_response()
}

fn missing() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CACHE_CONTROL, "no-store")],
        "There is none.",
    )
        .into_response()
}
