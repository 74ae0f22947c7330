//! An order's outcomes as server-sent events, so that its page follows it live.

use super::Shop;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use std::convert::Infallible;

pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/orders/{receipt}/events", get(follow))
        // Where pages come from elsewhere, only /api is passed on.
        .route("/api/orders/{receipt}/events", get(follow))
        .with_state(shop)
}

/// Each message is named `outcome` and holds an outcome as JSON. The stream ends with a final
/// outcome, and when the server stops.
async fn follow(State(shop): State<Shop>, Path(receipt): Path<String>) -> Response {
    // Without a session: events tell what the receipt opens, and a cart is none of it.
    match shop.store.visit(None, None).follow(&receipt).await {
        Ok(Some(outcomes)) => {
            let events = outcomes
                .filter_map(|outcome| {
                    let event = Event::default().event("outcome").json_data(&outcome).ok();
                    std::future::ready(event.map(Ok::<_, Infallible>))
                })
                .take_until(shop.stop.clone().cancelled_owned());
            (
                [(header::CACHE_CONTROL, "no-store")],
                Sse::new(events).keep_alive(KeepAlive::default()),
            )
                .into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
