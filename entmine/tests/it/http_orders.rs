//! The contract's table for one order by its key.

use super::ENGINE;
use crate::api::{Api, JSON, OTHER, SHOP, path, send};
use crate::shop::{HOUR, body, new_key, order};
use serde_json::json;

#[tokio::test]
async fn an_order_is_stored_once_and_told_again_and_again() {
    let api = Api::open(ENGINE).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 2, 1299)])));
    let stored = api.put(key, &sent).await;
    let instance = api.shop.entmine.instance().to_string();
    assert_eq!(stored.headers["entmine-instance"], instance);
    assert_eq!(stored.headers["entmine-epoch"], "1");
    let mut expected = json!({
        "key": key.to_string(),
        "number": "SO-2026-000001",
        "fingerprint": stored.json()["fingerprint"],
        "total_minor": 2598,
        "currency": "GBP",
        "accepted_at": "2026-11-22T21:00:00Z",
        "status": "new",
        "replayed": false,
    });
    assert_eq!(stored.done(201), expected);
    assert!(
        stored.json()["fingerprint"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    api.shop.turn_clock(HOUR);
    expected["replayed"] = true.into();
    assert_eq!(api.put(key, &sent).await.done(200), expected);
    assert_eq!(api.shop.count().await, 1);
}

#[tokio::test]
async fn a_found_order_has_its_verdict() {
    let api = Api::open(ENGINE).await;
    let (accepted, refused) = (new_key(), new_key());
    let stored = api.put(accepted, &body(&order(&[("WAND", 2, 1299)]))).await;
    let mut expected = stored.done(201);
    expected.as_object_mut().unwrap().remove("replayed");
    expected["verdict"] = "accepted".into();
    assert_eq!(api.get(&path(accepted)).await.done(200), expected);
    api.put(refused, &body(&order(&[("NOPE", 1, 1)]))).await;
    let found = api.get(&path(refused)).await.done(200);
    assert_eq!(
        found,
        json!({
            "verdict": "rejected",
            "key": refused.to_string(),
            "fingerprint": found["fingerprint"],
            "reasons": [{"code": "discontinued", "sku": "NOPE"}],
        })
    );
    api.assert_free(new_key()).await;
}

#[tokio::test]
async fn a_business_verdict_is_409_with_its_reasons_now_and_later() {
    let api = Api::open(ENGINE).await;
    let mut sent = order(&[("BROOM", 2, 8000), ("WAND", 1, 1), ("NOPE", 1, 1)]);
    sent.total_minor = 7;
    sent.customer.email = "nobody".into();
    let (key, sent) = (new_key(), body(&sent));
    let expected = json!([
        {"code": "out_of_stock", "sku": "BROOM", "requested": 2, "available": 1},
        {"code": "price_changed", "sku": "WAND", "shown_minor": 1, "current_minor": 1299,
         "price_version": 1},
        {"code": "discontinued", "sku": "NOPE"},
        {"code": "total_mismatch", "shown_minor": 7, "computed_minor": 16002},
        {"code": "invalid_customer", "field": "email", "detail": "is not an e-mail address"},
    ]);
    for _ in 0..2 {
        let problem = api
            .put(key, &sent)
            .await
            .assert_problem(409, "order-rejected");
        assert_eq!(problem["reasons"], expected);
        api.shop.entmine.set_stock("BROOM", 50).await.unwrap();
    }
    let voided = api.void(key, &[SHOP]).await;
    let problem = voided.assert_problem(409, "order-rejected");
    assert_eq!(problem["reasons"], expected);
}

#[tokio::test]
async fn a_void_is_a_promise_also_about_a_key_never_seen() {
    let api = Api::open(ENGINE).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 1, 1299)])));
    for _ in 0..2 {
        let voided = api.void(key, &[SHOP]).await.done(200);
        assert_eq!(voided, json!({"voided": true}));
    }
    api.put(key, &sent)
        .await
        .assert_problem(410, "order-voided");
    api.get(&path(key))
        .await
        .assert_problem(410, "order-voided");
    let accepted = new_key();
    api.put(accepted, &sent).await.done(201);
    let late = api.void(accepted, &[SHOP]).await;
    let problem = late.assert_problem(409, "already-accepted");
    assert_eq!(problem["number"], "SO-2026-000001");
}

#[tokio::test]
async fn a_key_under_another_body_is_422_with_the_number_if_there_is_one() {
    let api = Api::open(ENGINE).await;
    let (accepted, refused) = (new_key(), new_key());
    let other = body(&order(&[("WAND", 9, 1299)]));
    api.put(accepted, &body(&order(&[("WAND", 1, 1299)])))
        .await
        .done(201);
    let reused = api.put(accepted, &other).await;
    let problem = reused.assert_problem(422, "key-reused");
    assert_eq!(problem["number"], "SO-2026-000001");
    api.put(refused, &body(&order(&[("NOPE", 1, 1)]))).await;
    let reused = api.put(refused, &other).await;
    let problem = reused.assert_problem(422, "key-reused");
    assert_eq!(problem.get("number"), None);
}

#[tokio::test]
async fn another_store_s_key_is_unknown_and_on_put_reused() {
    let api = Api::open(ENGINE).await;
    let (accepted, voided) = (new_key(), new_key());
    let sent = body(&order(&[("WAND", 1, 1299)]));
    api.put(accepted, &sent).await.done(201);
    api.void(voided, &[SHOP]).await.done(200);
    for key in [accepted, voided] {
        let found = api.get_with(&path(key), &[OTHER]).await;
        found.assert_problem(404, "unknown-key");
        api.void(key, &[OTHER])
            .await
            .assert_problem(404, "unknown-key");
        let placed = api.put_with(key, &[OTHER, JSON], &sent).await;
        let problem = placed.assert_problem(422, "key-reused");
        assert_eq!(problem.get("number"), None);
    }
}

#[tokio::test]
async fn an_order_lost_by_a_restore_gets_its_number_back_or_409() {
    let api = Api::open(ENGINE).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 1, 1299)])));
    let number = |number| [SHOP, JSON, ("EntMine-Number", number)];
    let lost = number("SO-2026-000007");
    let stored = api.put_with(key, &lost, &sent).await.done(201);
    assert_eq!(stored["number"], "SO-2026-000007");
    let again = api.put_with(key, &lost, &sent).await.done(200);
    assert_eq!(again["number"], "SO-2026-000007");
    let second = new_key();
    let taken = api.put_with(second, &lost, &sent).await;
    taken.assert_problem(409, "number-taken");
    let bad = api.put_with(second, &number("7"), &sent).await;
    bad.assert_problem(400, "malformed");
    let mut twice = number("SO-2026-000008").to_vec();
    twice.push(("EntMine-Number", "SO-2026-000009"));
    let bad = api.put_with(second, &twice, &sent).await;
    bad.assert_problem(400, "malformed");
    api.assert_free(second).await;
    let next = api.put(second, &sent).await.done(201);
    assert_eq!(next["number"], "SO-2026-000008");
}

#[tokio::test]
async fn after_a_restore_every_answer_says_the_new_epoch() {
    let api = Api::open(ENGINE).await;
    api.shop.entmine.restored(&[]).await.unwrap();
    let answers = [
        api.get("/orders").await,
        api.get("/nowhere").await,
        send(api.addr, "DELETE", "/orders", &[], b"").await,
    ];
    for answer in answers {
        assert_eq!(answer.headers["entmine-epoch"], "2");
    }
}
