//! What the API says when EntMine itself is in trouble: never more than is known.

use super::ENGINE;
use crate::api::{Api, JSON, OTHER, SHOP, path, serve};
use crate::shop::{START_MS, Shop, body, new_key, order};
use database::{Action, Clock};
use entmine::http::MOST_UNDER_WAY;
use entmine::{EntMine, Options, Points};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// An API with products, whose next order meets `action` at `point`.
async fn failing_at(point: &'static str, action: Action) -> Api {
    let armed = AtomicBool::new(true);
    let points = Points::new(move |name| {
        if name == point && armed.swap(false, Ordering::SeqCst) {
            action
        } else {
            Action::Go
        }
    });
    let shop = Shop::failing(ENGINE, points).await;
    shop.import_more("").await;
    Api::of(shop).await
}

#[tokio::test]
async fn what_provably_was_not_written_is_503_and_can_be_sent_again() {
    let api = failing_at("entmine.place.begin", Action::Fail).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 1, 1299)])));
    let failed = api.put(key, &sent).await;
    failed.assert_problem(503, "unavailable");
    assert_eq!(failed.headers["retry-after"], "1");
    api.assert_free(key).await;
    let stored = api.put(key, &sent).await.done(201);
    assert_eq!(stored["number"], "SO-2026-000001");
}

#[tokio::test]
async fn a_commit_that_was_not_confirmed_is_unclear_although_nothing_was_written() {
    let api = failing_at("entmine.place.commit", Action::Fail).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 1, 1299)])));
    api.put(key, &sent).await.assert_problem(500, "unclear");
    api.assert_free(key).await;
    api.put(key, &sent).await.done(201);
}

#[tokio::test]
async fn a_commit_whose_confirmation_was_lost_is_unclear_and_the_number_is_told_later() {
    let api = failing_at("entmine.place.committed", Action::Fail).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 1, 1299)])));
    api.put(key, &sent).await.assert_problem(500, "unclear");
    let found = api.get(&path(key)).await.done(200);
    let again = api.put(key, &sent).await.done(200);
    assert_eq!(found["number"], again["number"]);
    assert_eq!(api.shop.count().await, 1);
}

#[tokio::test]
async fn what_was_done_is_never_told_as_nothing_was_done() {
    let wait = Action::Delay(Duration::from_secs(1));
    for (method, path, body, done) in [
        (
            "POST",
            "/admin/products",
            json!({"sku": "LAMP", "name": "Lamp", "category": "Light", "price_minor": 1250,
                   "published": true}),
            "SELECT COUNT(*) FROM products WHERE sku = 'LAMP'",
        ),
        (
            "PUT",
            "/admin/products/WAND",
            json!({"name": "Better wand", "category": "Wands", "price_minor": 1299,
                   "published": true}),
            "SELECT COUNT(*) FROM products WHERE name = 'Better wand'",
        ),
    ] {
        let api = Arc::new(failing_at("entmine.product.committed", wait).await);
        let wand = api.shop.entmine.product("WAND").await.unwrap().unwrap();
        let edition = format!("\"{}\"", wand.edition());
        let changing = {
            let (api, body) = (Arc::clone(&api), body.to_string());
            tokio::spawn(async move {
                let headers = [
                    ("Authorization", "Bearer only-admin"),
                    JSON,
                    ("If-Match", edition.as_str()),
                ];
                crate::api::send(api.addr, method, path, &headers, body.as_bytes()).await
            })
        };
        // It is committed, the answer is on its way, and from now on nothing can be read of prices.
        while api.shop.ask(done).await == 0 {
            tokio::task::yield_now().await;
        }
        api.shop.alter("ALTER TABLE prices RENAME TO gone").await;
        let answer = changing.await.unwrap();
        assert!(
            matches!(answer.status, 200 | 201),
            "{method} {path}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_void_that_was_not_confirmed_is_unclear() {
    let api = failing_at("entmine.void.committed", Action::Fail).await;
    let key = new_key();
    api.void(key, &[SHOP]).await.assert_problem(500, "unclear");
    api.void(key, &[SHOP]).await.done(200);
}

#[tokio::test]
async fn a_store_with_too_much_under_way_is_429_and_no_other_store_is() {
    let wait = Action::Delay(Duration::from_secs(2));
    let api = Arc::new(failing_at("entmine.place.begin", wait).await);
    api.shop.entmine.set_stock("WAND", 1_000).await.unwrap();
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let placing: Vec<_> = (0..MOST_UNDER_WAY + 20)
        .map(|_| {
            let (api, sent, key) = (Arc::clone(&api), sent.clone(), new_key());
            tokio::spawn(async move { (key, api.put(key, &sent).await) })
        })
        .collect();
    let other = api.put_with(new_key(), &[OTHER, JSON], &sent).await;
    other.done(201);
    let (mut stored, mut refused) = (0, Vec::new());
    for one in placing {
        let (key, answer) = one.await.unwrap();
        if answer.status == 429 {
            answer.assert_problem(429, "too-many-requests");
            refused.push(key);
        } else {
            answer.done(201);
            stored += 1;
        }
    }
    assert!(!refused.is_empty());
    assert_eq!(api.shop.count().await, stored + 1);
    for key in refused {
        api.assert_free(key).await;
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_503_and_no_order_is_claimed() {
    let api = Api::open(ENGINE).await;
    api.shop.entmine.close().await;
    let key = new_key();
    let sent = body(&order(&[("WAND", 1, 1299)]));
    api.put(key, &sent).await.assert_problem(503, "unavailable");
    for path in [
        path(key).as_str(),
        "/orders",
        "/orders/changes",
        "/stock?sku=A",
        "/catalog",
    ] {
        api.get(path).await.assert_problem(503, "unavailable");
    }
    api.void(key, &[SHOP])
        .await
        .assert_problem(503, "unavailable");
}

/// A clock that is there until it is not.
struct Breaking(AtomicBool);

impl Clock for Breaking {
    fn now_ms(&self) -> i64 {
        assert!(!self.0.load(Ordering::SeqCst), "the clock broke");
        START_MS
    }
}

#[tokio::test]
async fn a_panic_is_answered_as_unclear_and_the_next_request_is_served() {
    let Shop { entmine, home, .. } = Shop::open(ENGINE).await;
    entmine.close().await;
    drop(entmine);
    let clock = Arc::new(Breaking(AtomicBool::new(false)));
    let options = Options {
        clock: Some(clock.clone()),
        ..Options::default()
    };
    let entmine = EntMine::open(home.url(), options).await.unwrap();
    let addr = serve(&entmine).await;
    let (target, sent) = (path(new_key()), body(&order(&[("WAND", 1, 1299)])));
    let put = async || crate::api::send(addr, "PUT", &target, &[SHOP, JSON], &sent).await;
    clock.0.store(true, Ordering::SeqCst);
    put().await.assert_problem(500, "unclear");
    clock.0.store(false, Ordering::SeqCst);
    put().await.done(201);
}
