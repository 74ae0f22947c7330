//! Reconciliation over HTTP.

use super::ENGINE;
use crate::api::{Api, OTHER};
use crate::shop::{body, new_key, order};
use model::OrderStatus;
use serde_json::{Value, json};

async fn with_orders(count: usize) -> Api {
    let api = Api::open(ENGINE).await;
    api.shop.entmine.set_stock("WAND", 1_000).await.unwrap();
    for _ in 0..count {
        api.put(new_key(), &body(&order(&[("WAND", 1, 1299)])))
            .await
            .done(201);
    }
    api
}

fn numbers(page: &Value) -> Vec<&str> {
    let orders = page["orders"].as_array().unwrap().iter();
    orders
        .map(|order| order["number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_store_reads_its_orders_page_by_page() {
    let api = with_orders(3).await;
    let first = api.get("/orders?limit=2").await.done(200);
    assert_eq!(numbers(&first), ["SO-2026-000001", "SO-2026-000002"]);
    let order = &first["orders"][0];
    assert_eq!(
        *order,
        json!({
            "verdict": "accepted",
            "key": order["key"],
            "number": "SO-2026-000001",
            "fingerprint": order["fingerprint"],
            "total_minor": 1299,
            "currency": "GBP",
            "accepted_at": "2026-11-22T21:00:00Z",
            "status": "new",
        })
    );
    let next = first["next"].as_str().unwrap();
    let second = api
        .get(&format!("/orders?after={next}&limit=2"))
        .await
        .done(200);
    assert_eq!(numbers(&second), ["SO-2026-000003"]);
    assert_eq!(second["next"], Value::Null);
    let others = api.get_with("/orders", &[OTHER]).await.done(200);
    assert_eq!(others, json!({"orders": [], "next": null}));
}

#[tokio::test]
async fn changes_of_status_are_read_the_same_way() {
    let api = with_orders(2).await;
    api.shop
        .change("SO-2026-000002", OrderStatus::Cancelled)
        .await;
    api.shop.change("SO-2026-000001", OrderStatus::OnHold).await;
    let first = api.get("/orders/changes?limit=1").await.done(200);
    assert_eq!(numbers(&first), ["SO-2026-000002"]);
    assert_eq!(first["orders"][0]["status"], "cancelled");
    let next = first["next"].as_str().unwrap();
    let second = api
        .get(&format!("/orders/changes?after={next}"))
        .await
        .done(200);
    assert_eq!(numbers(&second), ["SO-2026-000001"]);
    assert_eq!(second["orders"][0]["status"], "on_hold");
    assert_eq!(second["next"], Value::Null);
    let wrong = api.get(&format!("/orders?after={next}")).await;
    wrong.assert_problem(400, "malformed");
}

#[tokio::test]
async fn a_page_has_100_orders_unless_asked_otherwise_and_limits_are_clamped() {
    let api = with_orders(101).await;
    for (query, length) in [
        ("", 100),
        ("?limit=0", 1),
        ("?limit=-5", 1),
        ("?limit=9999", 101),
    ] {
        let page = api.get(&format!("/orders{query}")).await.done(200);
        assert_eq!(numbers(&page).len(), length, "{query}");
    }
}

#[tokio::test]
async fn what_is_no_cursor_and_no_limit_is_malformed() {
    let api = with_orders(1).await;
    for query in [
        "after=",
        "after=7",
        "after=o1.9",
        "after=%00",
        "after=o1.1&after=o1.1",
        "limit=many",
        "limit=",
        "limit=1&limit=2",
        "limit=99999999999999999999",
    ] {
        for path in ["/orders", "/orders/changes"] {
            let answer = api.get(&format!("{path}?{query}")).await;
            answer.assert_problem(400, "malformed");
        }
    }
}
