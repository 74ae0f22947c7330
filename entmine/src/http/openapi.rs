//! The API's description of itself, made from its handlers.

use super::{admin, catalogue, lists, orders};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::sync::LazyLock;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "EntMine",
        version = "1",
        description = "Orders, stock and catalogue for stores, and what a back office works with. A \
                       token belongs to one store and has scopes: `orders`, `catalog`, `admin`. Every \
                       answer carries `EntMine-Instance` and `EntMine-Epoch`, and brings a request's \
                       `EntMine-Request-Id` back; errors are problem \
                       documents (RFC 9457). Money is an integer of minor units, times are RFC 3339 \
                       UTC.",
    ),
    tags(
        (name = "orders", description = "Scope `orders`: a store's own orders"),
        (name = "catalog", description = "Scope `catalog`: products and their stock"),
        (name = "admin", description = "Scope `admin`: products, stock, orders of all stores, stores"),
    ),
    paths(
        orders::place,
        orders::find,
        orders::void,
        lists::orders,
        lists::changes,
        catalogue::stock,
        catalogue::stock_changes,
        catalogue::snapshot,
        catalogue::changes,
        catalogue::digest,
        admin::products::list,
        admin::products::show,
        admin::products::create,
        admin::products::edit,
        admin::stock::receive,
        admin::stock::count,
        admin::orders::list,
        admin::orders::show,
        admin::orders::step,
        admin::stores::list,
    ),
    modifiers(&Bearer),
)]
struct Api;

/// Every request carries a store's token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        document.security = Some(vec![SecurityRequirement::new::<_, [String; 0], String>(
            "token",
            [],
        )]);
    }
}

/// The document as JSON, the same text each time.
static JSON: LazyLock<String> = LazyLock::new(|| {
    // Maps of strings always serialise.
    Api::openapi().to_pretty_json().unwrap_or_default() + "\n"
});

/// The document.
pub fn json() -> &'static str {
    &JSON
}

/// `GET /openapi.json`. It needs no token: it is the same for everybody.
pub(super) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], json())
}
