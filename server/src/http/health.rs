//! For whoever watches the process.

use super::Shop;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(shop)
}

/// Ready when both databases answer. An EntMine that fails its callers does not make the store
/// unready: orders are taken all the same.
async fn ready(State(shop): State<Shop>) -> Response {
    let store = shop.store.ping().await.is_ok();
    let entmine = shop.entmine.ping().await.is_ok();
    if store && entmine {
        "ready\n".into_response()
    } else {
        let text = format!("store database: {store}, EntMine database: {entmine}\n");
        (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
    }
}

/// The ledger in Prometheus' text format, counted in both databases at this moment.
async fn metrics(State(shop): State<Shop>) -> Response {
    let (Ok(ledger), Ok(accepted)) = (shop.store.ledger().await, shop.entmine.count_orders().await)
    else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let text = format!(
        "# HELP wizastore_orders Orders in the journal by how they stand.\n\
         # TYPE wizastore_orders gauge\n\
         wizastore_orders{{state=\"confirmed\"}} {}\n\
         wizastore_orders{{state=\"rejected\"}} {}\n\
         wizastore_orders{{state=\"open\"}} {}\n\
         # HELP wizastore_orders_attention Orders that need a person.\n\
         # TYPE wizastore_orders_attention gauge\n\
         wizastore_orders_attention {}\n\
         # HELP entmine_orders Orders in EntMine's database.\n\
         # TYPE entmine_orders gauge\n\
         entmine_orders {accepted}\n",
        ledger.confirmed, ledger.rejected, ledger.open, ledger.attention
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
