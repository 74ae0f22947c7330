//! A store that follows the contract and uses all the freedom that JSON, HTTP and RFC 3339 leave it.

use super::ENGINE;
use crate::api::{Api, send};
use crate::shop::{new_key, order};
use serde_json::json;

/// The contract's order, members in another order, unknown members beside them, white space, escapes.
const FREE: &str = "\r\n\t {\"x-channel\" : {\"a\":[1,{}]},\"note\":\"\\u0041da\\/\\ud83e\\uddd9\",
    \"lines\" :[ {\"price_version\":1 , \"gift\":true,\"unit_price_minor\":1299,
                  \"s\\u006bu\":\"WAND\",\"quantity\":2 } ] ,
    \"customer\":{\"address\":{\"postcode\":\"SA31 1AA\",\"geo\":null,\"country\":\"GB\",
        \"city\":\"Carmarthen\",\"line1\":\"1 Crystal Cave\"},
        \"email\":\"ambrosius@example.org\",\"vip\":false,\"name\":\"Ambrosius\"},
    \"total_minor\":2598,\"currency\":\"GBP\",\"placed_at\":\"2026-11-22T21:00:00Z\"}\n\n";

async fn place(api: &Api, headers: &[(&str, &str)], body: &str) -> crate::api::Answer {
    let path = format!("/orders/{}", new_key());
    send(api.addr, "PUT", &path, headers, body.as_bytes()).await
}

#[tokio::test]
async fn members_may_stand_in_any_order_beside_others_and_be_left_out_where_they_are_null() {
    let api = Api::open(ENGINE).await;
    let headers = [
        ("Authorization", "Bearer s3cret"),
        ("Content-Type", "application/json"),
    ];
    let stored = place(&api, &headers, FREE).await.done(201);
    assert_eq!(stored["total_minor"], 2598);
    let number = stored["number"].as_str().unwrap();
    let detail = api.shop.entmine.order(number).await.unwrap().unwrap();
    assert_eq!(detail.note.as_deref(), Some("Ada/🧙"));
    assert_eq!(detail.customer.unwrap().phone, None);
}

#[tokio::test]
async fn headers_may_be_written_as_http_lets_them() {
    let api = Api::open(ENGINE).await;
    for headers in [
        [
            ("AUTHORIZATION", "bearer   s3cret"),
            ("CONTENT-TYPE", "Application/JSON"),
        ],
        [
            ("authorization", "BEARER s3cret"),
            ("content-type", "application/json;charset=utf-8"),
        ],
        [
            ("aUtHoRiZaTiOn", "Bearer s3cret"),
            ("content-TYPE", "application/json ; charset=\"UTF-8\" ; v=1"),
        ],
        [
            ("Authorization", "Bearer s3cret"),
            ("Content-Type", "application/json; profile=\"a;charset=b\""),
        ],
        [
            ("Authorization", "Bearer s3cret"),
            ("Content-Type", "application/json;"),
        ],
        [
            ("Authorization", "Bearer s3cret"),
            ("Content-Type", "application/json; charset=us-ascii"),
        ],
    ] {
        let answer = place(
            &api,
            &headers,
            &FREE
                .replace("\"quantity\":2", "\"quantity\":1")
                .replace("2598", "1299"),
        )
        .await;
        assert_eq!(answer.status, 201, "{headers:?}: {answer:?}");
    }
    let more = [
        ("Authorization", "Bearer s3cret"),
        ("Content-Type", "application/json"),
        ("entmine-deadline-ms", " 3000 "),
        ("Accept", "text/html, application/problem+json;q=0.1"),
        ("Content-Encoding", "identity"),
        ("X-Anything", "at all"),
    ];
    place(&api, &more, FREE).await.done(201);
}

#[tokio::test]
async fn the_same_instant_may_be_written_in_every_way_of_rfc_3339() {
    let api = Api::open(ENGINE).await;
    let headers = [
        ("Authorization", "Bearer s3cret"),
        ("Content-Type", "application/json"),
    ];
    for time in [
        "2026-11-22T21:00:00Z",
        "2026-11-22t21:00:00z",
        "2026-11-22 21:00:00Z",
        "2026-11-22T21:00:00+00:00",
        "2026-11-22T21:00:00-00:00",
        "2026-11-22T22:30:00+01:30",
        "2026-11-22T16:00:00-05:00",
        "2026-11-22T21:00:00.0Z",
        "2026-11-22T21:00:00.000000000Z",
        "2026-11-22T21:00:00.000000000000+00:00",
        "2026-11-22T20:59:60Z",
    ] {
        let mut sent = order(&[("WAND", 1, 1299)]);
        sent.placed_at = time.into();
        let body = serde_json::to_string(&sent).unwrap();
        let answer = place(&api, &headers, &body).await;
        // There are ten of them.
        if answer.status == 409 {
            panic!("{time}: {answer:?}");
        }
        let stored = answer.done(201);
        let number = stored["number"].as_str().unwrap();
        let detail = api.shop.entmine.order(number).await.unwrap().unwrap();
        let off = (detail.placed_at_ms - crate::shop::START_MS).abs();
        assert!(off <= 1_000, "{time}: {off}");
        api.shop.change(number, model::OrderStatus::Cancelled).await;
    }
    for time in [
        "2026-11-22T21:00:00",
        "2026-11-22",
        "22 Nov 2026",
        "1795381200",
    ] {
        let mut sent = order(&[("WAND", 1, 1299)]);
        sent.placed_at = time.into();
        let body = serde_json::to_string(&sent).unwrap();
        place(&api, &headers, &body)
            .await
            .assert_problem(400, "malformed");
    }
}

#[tokio::test]
async fn a_query_may_have_more_than_is_asked_for_and_be_encoded() {
    let api = Api::open(ENGINE).await;
    for path in [
        "/orders?limit=1&trace=abc",
        "/orders?LIMIT=7&limit=%31",
        "/stock?sku=WAND&sku=BROOM&v=1",
        "/stock?%73ku=W%41ND",
        "/orders/changes?",
        "/catalog/changes?after=0&limit=5&x",
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_void_may_have_a_body_or_none() {
    let api = Api::open(ENGINE).await;
    for (headers, body) in [
        (vec![], ""),
        (vec![("Content-Type", "application/json")], "{}"),
        (vec![("Content-Type", "text/plain")], "please"),
    ] {
        let headers = [&[("Authorization", "Bearer s3cret")], &headers[..]].concat();
        let path = format!("/orders/{}/void", new_key());
        let done = send(api.addr, "POST", &path, &headers, body.as_bytes()).await;
        assert_eq!(done.done(200), json!({"voided": true}));
    }
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_fraction_of_nothing_or_an_exponent() {
    let api = Api::open(ENGINE).await;
    let headers = [
        ("Authorization", "Bearer s3cret"),
        ("Content-Type", "application/json"),
    ];
    for (written, status) in [
        ("2.0", 201),
        ("2e0", 201),
        ("20e-1", 201),
        ("2.5", 400),
        ("\"2\"", 400),
    ] {
        let body = FREE
            .replace("\"quantity\":2", &format!("\"quantity\":{written}"))
            .replace("\"total_minor\":2598", "\"total_minor\":2598.0");
        let answer = place(&api, &headers, &body).await;
        assert_eq!(answer.status, status, "{written}: {answer:?}");
    }
}

#[tokio::test]
async fn what_another_store_did_not_clean_up_is_written_down_as_if_it_had_been_typed_here() {
    let api = Api::open(ENGINE).await;
    let headers = [
        ("Authorization", "Bearer s3cret"),
        ("Content-Type", "application/json"),
    ];
    let body = FREE
        .replace("1 Crystal Cave", "1\\tCrystal\\u00a0Cave")
        .replace(
            "\"vip\":false",
            "\"phone\":\"\\u202a+44 20 7946 0958\\u202c\"",
        );
    let stored = place(&api, &headers, &body).await.done(201);
    let number = stored["number"].as_str().unwrap();
    let detail = api.shop.entmine.order(number).await.unwrap().unwrap();
    let customer = detail.customer.unwrap();
    assert_eq!(customer.address.line1, "1 Crystal Cave");
    assert_eq!(customer.phone.as_deref(), Some("+44 20 7946 0958"));
    // What turns the direction of the text is refused, as at the checkout.
    let turned = FREE.replace("Ambrosius\"}", "Ambro\\u202esius\"}");
    let refused = place(&api, &headers, &turned).await;
    assert_eq!(refused.status, 409, "{refused:?}");
}
