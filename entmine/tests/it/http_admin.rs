//! What programs of a back office do over HTTP.

use super::ENGINE;
use crate::api::{Answer, Api, JSON, OTHER, SHOP, send};
use crate::shop::{MINUTE, body, new_key, order};
use serde_json::{Value, json};

const ADMIN: (&str, &str) = ("Authorization", "Bearer only-admin");

async fn get(api: &Api, path: &str) -> Answer {
    api.get_with(&format!("/admin{path}"), &[ADMIN]).await
}

async fn give(
    api: &Api,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let headers = [&[ADMIN, JSON], headers].concat();
    let path = format!("/admin{path}");
    send(
        api.addr,
        method,
        &path,
        &headers,
        body.to_string().as_bytes(),
    )
    .await
}

#[tokio::test]
async fn every_door_needs_the_scope_admin() {
    let api = Api::open(ENGINE).await;
    for (method, path) in [
        ("GET", "/admin/products"),
        ("POST", "/admin/products"),
        ("GET", "/admin/products/WAND"),
        ("PUT", "/admin/products/WAND"),
        ("POST", "/admin/products/WAND/receipts"),
        ("POST", "/admin/products/WAND/counts"),
        ("GET", "/admin/orders"),
        ("GET", "/admin/orders/SO-2026-000001"),
        ("POST", "/admin/orders/SO-2026-000001/steps"),
        ("GET", "/admin/stores"),
    ] {
        let none = send(api.addr, method, path, &[JSON], b"{}").await;
        none.assert_problem(401, "unauthorized");
        let other = send(api.addr, method, path, &[SHOP, JSON], b"{}").await;
        other.assert_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn products_are_listed_created_and_edited_without_overwriting() {
    let api = Api::open(ENGINE).await;
    let list = get(&api, "/products?text=wand&published=true")
        .await
        .done(200);
    assert_eq!((&list["total"], &list["page"]), (&json!(1), &json!(1)));
    assert_eq!(list["products"][0]["product"]["sku"], "WAND");
    assert_eq!(list["products"][0]["on_hand"], 10);
    get(&api, "/products?published=perhaps")
        .await
        .assert_problem(400, "malformed");

    let lamp = json!({
        "sku": "LAMP", "name": "Lamp", "category": "Light", "price_minor": 1250, "published": true,
    });
    let created = give(&api, "POST", "/products", &[], &lamp).await.done(201);
    assert_eq!(created["product"]["price_minor"], 1250);
    give(&api, "POST", "/products", &[], &lamp)
        .await
        .assert_problem(409, "sku-taken");
    let mut bad = lamp.clone();
    bad["sku"] = json!("");
    bad["price_minor"] = json!(-1);
    let problem = give(&api, "POST", "/products", &[], &bad).await;
    let problem = problem.assert_problem(422, "invalid");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("sku") && detail.contains("price"),
        "{detail}"
    );
    bad["colour"] = json!("red");
    give(&api, "POST", "/products", &[], &bad)
        .await
        .assert_problem(400, "malformed");

    let edition = created["edition"].as_str().unwrap();
    let new = json!({"name": "Lamp", "category": "Light", "price_minor": 1300, "published": true});
    give(&api, "PUT", "/products/LAMP", &[], &new)
        .await
        .assert_problem(400, "malformed");
    let quoted = format!("\"{edition}\"");
    let seen = [("If-Match", quoted.as_str())];
    let edited = give(&api, "PUT", "/products/LAMP", &seen, &new).await;
    assert_eq!(
        edited.headers["etag"],
        format!("\"{}\"", edited.done(200)["edition"].as_str().unwrap())
    );
    // Somebody who still looks at the first one.
    give(&api, "PUT", "/products/LAMP", &seen, &new)
        .await
        .assert_problem(409, "changed-meanwhile");
    let shown = get(&api, "/products/LAMP").await.done(200);
    let prices: Vec<_> = shown["prices"].as_array().unwrap().iter().collect();
    assert_eq!(prices.len(), 2);
    get(&api, "/products/NOPE")
        .await
        .assert_problem(404, "unknown-product");
}

#[tokio::test]
async fn stock_comes_in_and_is_counted() {
    let api = Api::open(ENGINE).await;
    let receipt = json!({"pieces": 5, "reason": "delivery 7"});
    let level = give(&api, "POST", "/products/WAND/receipts", &[], &receipt).await;
    assert_eq!(level.done(200)["on_hand"], 15);
    let count = json!({"seen": 15, "counted": 12, "reason": "three broken"});
    let level = give(&api, "POST", "/products/WAND/counts", &[], &count).await;
    assert_eq!(level.done(200)["on_hand"], 12);
    give(&api, "POST", "/products/WAND/counts", &[], &count)
        .await
        .assert_problem(409, "changed-meanwhile");
    let none = json!({"pieces": 0});
    give(&api, "POST", "/products/WAND/receipts", &[], &none)
        .await
        .assert_problem(422, "invalid");
}

#[tokio::test]
async fn a_receipt_under_an_idempotency_key_counts_once() {
    let api = Api::open(ENGINE).await;
    let receive = async |key: &str, pieces: i64| {
        let receipt = json!({"pieces": pieces});
        let headers = [("idempotency-key", key)];
        give(&api, "POST", "/products/WAND/receipts", &headers, &receipt).await
    };
    for key in ["\"8e03978e\"", "8e03978e", " \"8e03978e\" "] {
        assert_eq!(receive(key, 5).await.done(200)["on_hand"], 15, "{key}");
    }
    let reused = receive("8e03978e", 6).await;
    reused.assert_problem(422, "key-reused");
    for key in ["", "\"\"", "a b", &"x".repeat(256)] {
        receive(key, 5).await.assert_problem(400, "malformed");
    }
    assert_eq!(receive("other", 5).await.done(200)["on_hand"], 20);
}

#[tokio::test]
async fn programs_see_whose_an_order_is_and_why_it_is_held() {
    let api = Api::open(ENGINE).await;
    api.shop.turn_clock(7 * MINUTE);
    let sent = body(&order(&[("BROOM", 2, 8000)]));
    let number = api.put(new_key(), &sent).await.done(201)["number"].clone();
    api.put_with(
        new_key(),
        &[OTHER, JSON],
        &body(&order(&[("WAND", 1, 1299)])),
    )
    .await
    .done(201);
    // No store is any store.
    let all = get(&api, "/orders?store=").await.done(200);
    assert_eq!(all["orders"].as_array().unwrap().len(), 2);
    let list = get(&api, "/orders?store=shop").await.done(200);
    assert_eq!(list["orders"].as_array().unwrap().len(), 1);
    assert_eq!(list["orders"][0]["store"], "shop");
    // From the second newest on.
    let older = get(&api, "/orders?before=2").await.done(200);
    assert_eq!(older["orders"], list["orders"]);
    assert_eq!(older["next"], Value::Null);
    get(&api, "/orders?page=2")
        .await
        .assert_problem(400, "malformed");
    get(&api, "/orders?before=x")
        .await
        .assert_problem(400, "malformed");
    let number = number.as_str().unwrap();
    let shown = get(&api, &format!("/orders/{number}")).await.done(200);
    assert_eq!(shown["held_because"], "BROOM: 2 ordered, 1 there");
    assert_eq!(shown["lines"][0]["reserved"], 1);
}

#[tokio::test]
async fn orders_take_the_steps_that_they_can() {
    let api = Api::open(ENGINE).await;
    let sent = body(&order(&[("WAND", 2, 1299)]));
    let number = api.put(new_key(), &sent).await.done(201)["number"].clone();
    let number = number.as_str().unwrap();
    let list = get(&api, "/orders?status=new").await.done(200);
    assert_eq!(list["orders"][0]["number"], number);
    let shipped = get(&api, "/orders?status=shipped").await.done(200);
    assert_eq!(shipped["orders"], serde_json::json!([]));
    get(&api, "/orders?status=lost")
        .await
        .assert_problem(400, "malformed");

    let steps = format!("/orders/{number}/steps");
    let step = |to: &str, seen: &str| json!({"to": to, "seen": seen, "reason": "by hand"});
    give(&api, "POST", &steps, &[], &step("shipped", "new"))
        .await
        .assert_problem(409, "changed-meanwhile");
    let picked = give(&api, "POST", &steps, &[], &step("picked", "new")).await;
    assert_eq!(picked.done(200)["status"], "picked");
    give(&api, "POST", &steps, &[], &step("cancelled", "new"))
        .await
        .assert_problem(409, "changed-meanwhile");
    let shipped = give(&api, "POST", &steps, &[], &step("shipped", "picked")).await;
    let shipped = shipped.done(200);
    let last = shipped["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(last["actor"], "store:shop");
    assert_eq!(
        shipped["customer"]["name"],
        get(&api, &format!("/orders/{number}")).await.done(200)["customer"]["name"]
    );
    get(&api, "/orders/SO-2026-999999")
        .await
        .assert_problem(404, "unknown-order");
}

#[tokio::test]
async fn the_description_is_the_one_that_was_looked_at() {
    let api = Api::open(ENGINE).await;
    let document = api.get_with("/openapi.json", &[]).await;
    assert_eq!(document.status, 200);
    let served = String::from_utf8(document.body).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, &served).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        served == kept,
        "the API is another than docs/openapi.json says; look at the difference, and write it with \
         UPDATE_SNAPSHOTS=1"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document: Value = serde_json::from_str(entmine::http::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values());
    let mut names: Vec<_> = operations
        .map(|one| one["operationId"].as_str().unwrap())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all), (20, 20));
}

#[tokio::test]
async fn the_description_can_be_read_by_people_without_scripts() {
    let api = Api::open(ENGINE).await;
    let page = api.get_with("/docs", &[]).await;
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body).unwrap();
    for text in [
        "/entmine/v1/orders/{key}",
        "order-voided",
        "id=\"Acceptance\"",
        "scope `admin`",
    ] {
        assert!(html.to_lowercase().contains(&text.to_lowercase()), "{text}");
    }
    assert!(!html.contains("<script"));
}
