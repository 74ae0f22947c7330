//! An order's outcomes as server-sent events, so that its page follows it live.

use super::Shop;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Tabs that follow one order: more than anybody has open.
const OF_ONE: usize = 20;
/// And of all orders in this process: each is an open connection, and looks now and then.
const OF_ALL: usize = 5_000;

pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/orders/{receipt}/events", get(follow))
        // Where pages come from elsewhere, only /api is passed on.
        .route("/api/orders/{receipt}/events", get(follow))
        .with_state((shop, Followers::default()))
}

/// Who follows which order.
#[derive(Clone, Default)]
struct Followers(Arc<Mutex<HashMap<String, usize>>>);

/// Somebody who follows one, until it is dropped.
struct Follower {
    all: Followers,
    receipt: String,
}

impl Followers {
    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None: there are too many.
    fn join(&self, receipt: &str) -> Option<Follower> {
        let mut counts = self.counts();
        let all: usize = counts.values().sum();
        let of_one = counts.get(receipt).copied().unwrap_or_default();
        if all >= OF_ALL || of_one >= OF_ONE {
            return None;
        }
        counts.insert(receipt.to_owned(), of_one + 1);
        Some(Follower {
            all: self.clone(),
            receipt: receipt.to_owned(),
        })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut counts = self.all.counts();
        match counts.get_mut(&self.receipt) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => {
                counts.remove(&self.receipt);
            }
        }
    }
}

/// How often a connection without news says that it is alive. Often enough that a page notices within
/// half a minute when a proxy holds a connection that is dead.
const ALIVE_EVERY: Duration = Duration::from_secs(8);

/// Each message is named `outcome` and holds an outcome as JSON; between them come messages named
/// `alive`, so that silence means that something is wrong (a comment would not reach the page). The
/// stream ends with a final outcome, and when the server stops. A browser that comes back after a final
/// one is told not to (204).
async fn follow(
    State((shop, followers)): State<(Shop, Followers)>,
    Path(receipt): Path<String>,
    headers: HeaderMap,
) -> Response {
    // Without a session: events tell what the receipt opens, and a cart is none of it.
    let visit = shop.store.visit(None, None);
    if headers.contains_key("last-event-id") && matches!(visit.is_over(&receipt).await, Ok(true)) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Some(follower) = followers.join(&receipt) else {
        let later = [(header::RETRY_AFTER, "10")];
        return (StatusCode::TOO_MANY_REQUESTS, later).into_response();
    };
    match visit.follow(&receipt).await {
        Ok(Some(outcomes)) => {
            let events = outcomes
                .filter_map(move |outcome| {
                    // It goes when the stream does.
                    let _follower = &follower;
                    let event = Event::default().id("1").event("outcome");
                    let event = event.json_data(&outcome).ok();
                    std::future::ready(event.map(Ok::<_, Infallible>))
                })
                .take_until(shop.stop.clone().cancelled_owned());
            (
                [(header::CACHE_CONTROL, "no-store")],
                Sse::new(events).keep_alive(
                    KeepAlive::new()
                        .interval(ALIVE_EVERY)
                        .event(Event::default().event("alive").data("1")),
                ),
            )
                .into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_follow_an_order_and_no_more_until_one_goes() {
        let followers = Followers::default();
        let mut there: Vec<_> = (0..OF_ONE).map(|_| followers.join("a")).collect();
        assert!(there.iter().all(Option::is_some));
        assert!(followers.join("a").is_none());
        assert!(followers.join("b").is_some(), "another order's");
        there.pop();
        assert!(followers.join("a").is_some());
        drop(there);
        assert!(followers.counts().is_empty(), "nothing is remembered");
    }

    #[test]
    fn all_orders_together_have_a_limit() {
        let followers = Followers::default();
        let there: Vec<_> = (0..OF_ALL)
            .map(|n| followers.join(&n.to_string()))
            .collect();
        assert!(there.iter().all(Option::is_some));
        assert!(followers.join("one more").is_none());
    }
}
