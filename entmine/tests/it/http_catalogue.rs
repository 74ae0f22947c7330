//! The catalogue and its stock, pulled over HTTP.

use super::ENGINE;
use crate::api::Api;
use crate::shop::{body, new_key, order};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn stock_is_told_for_the_skus_that_are_asked_for() {
    let api = Api::open(ENGINE).await;
    api.put(new_key(), &body(&order(&[("WAND", 3, 1299)])))
        .await
        .done(201);
    let answer = api
        .get("/stock?sku=WAND&sku=NOPE&sku=BROOM&sku=%00&colour=red")
        .await;
    assert_eq!(
        answer.done(200),
        json!({
            "as_of": "2026-11-22T21:00:00Z",
            "levels": [
                {"sku": "WAND", "on_hand": 10, "reserved": 3, "available": 7},
                {"sku": "BROOM", "on_hand": 1, "reserved": 0, "available": 1},
            ],
        })
    );
    let none = api.get("/stock").await.done(200);
    assert_eq!(none["levels"], json!([]));
    let many = format!("/stock?sku=A{}", "&sku=A".repeat(200));
    api.get(&many).await.assert_problem(400, "malformed");
}

#[tokio::test]
async fn a_snapshot_has_the_digest_of_its_rows() {
    let api = Api::open(ENGINE).await;
    let snapshot = api.get("/catalog").await.done(200);
    let lines = "BROOM:1:8000:1\nMAP:1:500:0\nWAND:1:1299:1\n";
    let digest = format!("sha256:{:x}", Sha256::digest(lines));
    assert_eq!(snapshot["digest"], digest);
    assert_eq!(
        (&snapshot["epoch"], &snapshot["seq"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(
        snapshot["products"][2],
        json!({
            "sku": "WAND", "version": 1, "name": "Wand", "slug": "wand", "category": "Wands",
            "description": "", "image": "", "currency": "GBP", "price_minor": 1299,
            "price_version": 1, "available": 10, "published": true,
            "tracked": true, "listed": true,
        })
    );
    let stock_seq = &snapshot["stock_seq"];
    assert_eq!(stock_seq, 3);
    let stock = format!("sha256:{:x}", Sha256::digest("BROOM:1\nMAP:10\nWAND:10\n"));
    assert_eq!(
        api.get("/catalog/digest").await.done(200),
        json!({
            "epoch": 1, "seq": 3, "products": 3, "digest": digest,
            "stock": {"seq": stock_seq, "digest": stock},
        })
    );
}

#[tokio::test]
async fn skus_are_sorted_by_their_bytes_on_every_engine() {
    let api = Api::open(ENGINE).await;
    let rows = "a,A,K,TRUE,wand,1.00,1\nb,B,K,TRUE,W-1,1.00,1\nc,C,K,TRUE,W_2,1.00,1\n";
    api.shop.import_more(rows).await;
    let snapshot = api.get("/catalog").await.done(200);
    let products = snapshot["products"].as_array().unwrap().iter();
    let skus: Vec<_> = products
        .map(|product| product["sku"].as_str().unwrap())
        .collect();
    assert_eq!(skus, ["BROOM", "MAP", "W-1", "WAND", "W_2", "wand"]);
}

#[tokio::test]
async fn changes_are_told_from_a_seq_on() {
    let api = Api::open(ENGINE).await;
    api.shop.entmine.set_price("WAND", 5).await.unwrap();
    let all = api.get("/catalog/changes").await.done(200);
    assert_eq!((&all["from"], &all["to"]), (&json!(0), &json!(4)));
    let changes = api.get("/catalog/changes?after=2&limit=1").await.done(200);
    let expected = ["epoch", "from", "to", "more"].map(|name| changes[name].clone());
    assert_eq!(expected, [json!(1), json!(2), json!(3), json!(true)]);
    let last = api.get("/catalog/changes?after=3").await.done(200);
    let change = &last["changes"][0];
    assert_eq!(
        (&change["seq"], &change["sku"]),
        (&json!(4), &json!("WAND"))
    );
    assert_eq!(change["deleted"], Value::Bool(false));
    assert_eq!(change["product"]["price_minor"], 5);
    for query in ["after=-1", "after=x", "after=", "limit=x"] {
        let answer = api.get(&format!("/catalog/changes?{query}")).await;
        answer.assert_problem(400, "malformed");
    }
}

#[tokio::test]
async fn stocks_are_told_from_a_movement_on() {
    let api = Api::open(ENGINE).await;
    api.shop.entmine.set_stock("WAND", 5).await.unwrap();
    let wand = json!({"sku": "WAND", "available": 5});
    assert_eq!(
        api.get("/stock/changes?after=3").await.done(200),
        json!({"epoch": 1, "from": 3, "to": 4, "more": false, "stocks": [wand]})
    );
    let first = api.get("/stock/changes?limit=2").await.done(200);
    assert_eq!((&first["to"], &first["more"]), (&json!(2), &json!(true)));
    let end = api.get("/stock/changes?after=4").await.done(200);
    assert_eq!(end["stocks"], json!([]));
    for query in ["after=-1", "after=x", "after=", "limit=x"] {
        let answer = api.get(&format!("/stock/changes?{query}")).await;
        answer.assert_problem(400, "malformed");
    }
}
