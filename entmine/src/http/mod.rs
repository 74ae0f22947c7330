//! EntMine's HTTP API, version 1: orders, stock and catalogue for stores (docs/contract.md), and what a
//! back office works with (`admin`). It describes itself at `openapi.json`, and for people at `docs`.
//!
//! From outside to inside: what every answer carries (`answer`) → who asks and whether they may
//! (`caller`, `token`) → the request itself (`request`, `body`) → one call of [`EntMine`]
//! (`orders`, `lists`, `catalogue`). What is refused is a `Refusal`.

mod admin;
mod answer;
mod body;
mod caller;
mod catalogue;
mod guesses;
mod lists;
mod openapi;
mod orders;
mod reader;
mod refusal;
mod request;
mod token;

pub use guesses::Client;
pub use openapi::json as openapi_json;
pub use token::{TokenError, Tokens};

use crate::EntMine;
use axum::routing::{any, get, post, put};
use axum::{Router, middleware};
use guesses::Guesses;
use refusal::Refusal;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one store that are worked on at once. A store's process pushes 32 at a
/// time, so this is for four of them; what is beyond it would only wait for the database.
pub const MOST_UNDER_WAY: usize = 128;

/// What the handlers share.
#[derive(Clone)]
struct Api(Arc<Inner>);

struct Inner {
    entmine: EntMine,
    tokens: Tokens,
    guesses: Guesses,
    under_way: HashMap<String, Arc<Semaphore>>,
}

/// `/entmine/v1` and everything under it, for the stores that have a token. It can be merged into
/// another router; limits on headers and connections are the listener's matter.
pub fn router(entmine: EntMine, tokens: Tokens) -> Router {
    let places = || Arc::new(Semaphore::new(MOST_UNDER_WAY));
    let under_way = tokens.stores().map(|store| (store.to_owned(), places()));
    let api = Api(Arc::new(Inner {
        under_way: under_way.collect(),
        entmine,
        tokens,
        guesses: Guesses::default(),
    }));
    let v1 = Router::new()
        .route("/orders", get(lists::orders))
        .route("/orders/changes", get(lists::changes))
        .route("/orders/{key}", put(orders::place).get(orders::find))
        .route("/orders/{key}/void", post(orders::void))
        .route("/stock", get(catalogue::stock))
        .route("/stock/changes", get(catalogue::stock_changes))
        .route("/catalog", get(catalogue::snapshot))
        .route("/catalog/changes", get(catalogue::changes))
        .route("/catalog/digest", get(catalogue::digest))
        .nest("/admin", admin::router())
        .route("/openapi.json", get(openapi::document))
        .route("/docs", get(reader::page))
        .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
        .fallback(async || Refusal::NotFound);
    Router::new()
        .nest("/entmine/v1", v1)
        // The one address below it that nesting leaves out.
        .route("/entmine/v1/", any(async || Refusal::NotFound))
        .layer(middleware::from_fn_with_state(
            api.clone(),
            answer::every_answer,
        ))
        .with_state(api)
}

impl Api {
    fn entmine(&self) -> &EntMine {
        &self.0.entmine
    }

    /// A place among the store's requests under way, to be kept until its answer is known.
    fn begin(&self, store: &str) -> Result<OwnedSemaphorePermit, Refusal> {
        let places = self.0.under_way.get(store);
        // Every store that has a token has places.
        let places = places.ok_or(Refusal::Unauthorized)?;
        Arc::clone(places)
            .try_acquire_owned()
            .map_err(|_| Refusal::TooMany)
    }
}
