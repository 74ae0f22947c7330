//! For whoever watches the process.

use super::Shop;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entmine::EntMine;
use wizastore::Ledger;

/// The shop's, with EntMine's where it is in the same process.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(shop_ready))
        .route("/metrics", get(shop_metrics))
        .with_state(shop)
}

/// Those of an EntMine that runs alone.
pub fn entmine_health(entmine: EntMine) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(entmine_ready))
        .route("/metrics", get(entmine_metrics))
        .with_state(entmine)
}

/// Ready when the databases of this process answer. An EntMine that fails its callers, or one that
/// runs elsewhere and is down, does not make the store unready: orders are taken all the same.
async fn shop_ready(State(shop): State<Shop>) -> Response {
    let store = shop.store.ping().await.is_ok();
    let entmine = match &shop.entmine {
        Some(entmine) => entmine.ping().await.is_ok(),
        None => true,
    };
    if store && entmine {
        return "ready\n".into_response();
    }
    let text = format!("store database: {store}, EntMine database: {entmine}\n");
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

async fn entmine_ready(State(entmine): State<EntMine>) -> Response {
    match entmine.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "EntMine database: false\n").into_response(),
    }
}

/// The ledger in Prometheus' text format, counted in the databases at this moment.
async fn shop_metrics(State(shop): State<Shop>) -> Response {
    let (Ok(ledger), Ok(paused)) = (shop.store.ledger().await, shop.store.paused().await) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut text = ledger_text(&ledger, paused.is_some());
    if let Some(entmine) = &shop.entmine {
        match entmine.count_orders().await {
            Ok(accepted) => text += &entmine_text(accepted, entmine.epoch()),
            Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
    prometheus(text)
}

async fn entmine_metrics(State(entmine): State<EntMine>) -> Response {
    match entmine.count_orders().await {
        Ok(accepted) => prometheus(entmine_text(accepted, entmine.epoch())),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn ledger_text(ledger: &Ledger, paused: bool) -> String {
    format!(
        "# HELP wizastore_orders Orders in the journal by how they stand.\n\
         # TYPE wizastore_orders gauge\n\
         wizastore_orders{{state=\"confirmed\"}} {}\n\
         wizastore_orders{{state=\"rejected\"}} {}\n\
         wizastore_orders{{state=\"cancelled\"}} {}\n\
         wizastore_orders{{state=\"settled\"}} {}\n\
         wizastore_orders{{state=\"open\"}} {}\n\
         # HELP wizastore_orders_attention Orders that need a person.\n\
         # TYPE wizastore_orders_attention gauge\n\
         wizastore_orders_attention {}\n\
         # HELP wizastore_orders_overdue Orders that are open for longer than 72 hours.\n\
         # TYPE wizastore_orders_overdue gauge\n\
         wizastore_orders_overdue {}\n\
         # HELP wizastore_push_paused Whether nothing is pushed until EntMine is reconciled with.\n\
         # TYPE wizastore_push_paused gauge\n\
         wizastore_push_paused {}\n",
        ledger.confirmed,
        ledger.rejected,
        ledger.cancelled,
        ledger.settled,
        ledger.open,
        ledger.attention,
        ledger.overdue,
        i32::from(paused),
    )
}

fn entmine_text(accepted: i64, epoch: i64) -> String {
    format!(
        "# HELP entmine_orders Orders in EntMine's database.\n\
         # TYPE entmine_orders gauge\n\
         entmine_orders {accepted}\n\
         # HELP entmine_epoch Raised with each restore from a backup.\n\
         # TYPE entmine_epoch gauge\n\
         entmine_epoch {epoch}\n"
    )
}

fn prometheus(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
