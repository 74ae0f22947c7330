//! What is refused before anything is done, in which order, and that the key stays free.

use super::ENGINE;
use crate::api::{Api, JSON, SHOP, begin, path, read, send};
use crate::shop::{body, new_key, order};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const TOO_LARGE: usize = 64 * 1024 + 1;

fn good() -> Vec<u8> {
    body(&order(&[("WAND", 1, 1299)]))
}

/// The good order with spaces after it.
fn of_length(length: usize) -> Vec<u8> {
    let mut sent = good();
    sent.resize(length, b' ');
    sent
}

#[tokio::test]
async fn a_request_without_a_known_token_is_401_before_anything_else() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    for authorization in [
        "",
        "Bearer",
        "Bearer wrong",
        "Bearer s3cre",
        "Basic s3cret",
        "s3cret",
    ] {
        let headers = [("Authorization", authorization)];
        let put = api.put_with(key, &headers, &of_length(TOO_LARGE)).await;
        put.assert_problem(401, "unauthorized");
        assert_eq!(put.headers["www-authenticate"], "Bearer");
        let get = api.get_with("/orders/not-a-key", &headers).await;
        get.assert_problem(401, "unauthorized");
    }
    for path in [
        "/orders",
        "/orders/changes",
        "/stock",
        "/catalog",
        "/catalog/changes",
    ] {
        let get = api.get_with(path, &[]).await;
        get.assert_problem(401, "unauthorized");
    }
    api.void(key, &[]).await.assert_problem(401, "unauthorized");
    api.assert_free(key).await;
}

#[tokio::test]
async fn a_token_without_the_scope_is_403_before_the_request_is_looked_at() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    for secret in ["Bearer only-admin", "Bearer only-catalog"] {
        let headers = [("Authorization", secret)];
        let put = api.put_with(key, &headers, b"{").await;
        let problem = put.assert_problem(403, "forbidden");
        assert!(problem["detail"].as_str().unwrap().contains("'orders'"));
        let get = api.get_with("/orders/not-a-key", &headers).await;
        get.assert_problem(403, "forbidden");
        api.void(key, &headers)
            .await
            .assert_problem(403, "forbidden");
    }
    let orders = [("Authorization", "Bearer only-orders")];
    for path in [
        "/stock",
        "/stock/changes",
        "/catalog",
        "/catalog/changes",
        "/catalog/digest",
    ] {
        api.get_with(path, &orders)
            .await
            .assert_problem(403, "forbidden");
    }
    api.get_with("/orders", &orders).await.done(200);
    api.assert_free(key).await;
}

#[tokio::test]
async fn a_key_has_one_spelling() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    for spelling in [
        key.to_string().to_uppercase(),
        key.simple().to_string(),
        format!("%7B{key}%7D"),
        format!("urn:uuid:{key}"),
        "7".into(),
        "%FF".into(),
        "%00".into(),
    ] {
        let path = format!("/orders/{spelling}");
        // Everything that could be looked at later is wrong too.
        let put = send(api.addr, "PUT", &path, &[SHOP], &of_length(TOO_LARGE)).await;
        put.assert_problem(400, "malformed");
        api.get(&path).await.assert_problem(400, "malformed");
        let void = send(api.addr, "POST", &format!("{path}/void"), &[SHOP], b"").await;
        void.assert_problem(400, "malformed");
    }
    assert_eq!(api.shop.ask("SELECT COUNT(*) FROM verdicts").await, 0);
}

#[tokio::test]
async fn a_body_may_have_64_kib_and_no_byte_more() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    for length in [TOO_LARGE, 300_000, 3_000_000] {
        // Too large comes before another type.
        let put = api.put_with(key, &[SHOP], &of_length(length)).await;
        put.assert_problem(413, "too-large");
    }
    api.assert_free(key).await;
    api.put(key, &of_length(TOO_LARGE - 1)).await.done(201);
}

#[tokio::test]
async fn a_body_in_pieces_is_read_like_any_other() {
    let api = Api::open(ENGINE).await;
    let headers = [SHOP, JSON, ("Transfer-Encoding", "chunked")];
    for (length, status) in [(1_000, 201), (TOO_LARGE, 413)] {
        let mut stream = begin(api.addr, "PUT", &path(new_key()), &headers).await;
        for piece in of_length(length).chunks(500) {
            let head = format!("{:x}\r\n", piece.len());
            let piece = [head.as_bytes(), piece, b"\r\n"].concat();
            stream.write_all(&piece).await.unwrap();
        }
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        assert_eq!(read(stream).await.status, status);
    }
}

#[tokio::test]
async fn another_type_is_415_before_the_body_is_understood() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    for headers in [
        vec![SHOP],
        vec![SHOP, ("Content-Type", "text/plain")],
        vec![SHOP, ("Content-Type", "application/json; charset=latin1")],
        vec![SHOP, JSON, ("Content-Encoding", "gzip")],
    ] {
        for sent in [good(), b"{".to_vec()] {
            let put = api.put_with(key, &headers, &sent).await;
            put.assert_problem(415, "unsupported-media-type");
        }
    }
    api.assert_free(key).await;
    let headers = [SHOP, ("Content-Type", "application/json; charset=UTF-8")];
    api.put_with(key, &headers, &good()).await.done(201);
}

#[tokio::test]
async fn what_is_no_order_is_400_whatever_the_key_s_verdict_is() {
    let api = Api::open(ENGINE).await;
    let (free, voided) = (new_key(), new_key());
    api.void(voided, &[SHOP]).await.done(200);
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    for sent in ["", "{", "[]", "{}", "\u{0}", &deep] {
        for key in [free, voided] {
            let put = api.put(key, sent.as_bytes()).await;
            let problem = put.assert_problem(400, "malformed");
            assert!(problem["detail"].is_string(), "{problem}");
        }
    }
    api.assert_free(free).await;
}

#[tokio::test]
async fn too_little_time_is_503_before_any_verdict_and_nothing_is_done() {
    let api = Api::open(ENGINE).await;
    let (free, voided) = (new_key(), new_key());
    api.void(voided, &[SHOP]).await.done(200);
    let within = |ms| [SHOP, JSON, ("EntMine-Deadline-Ms", ms)];
    for ms in ["0", "199"] {
        for key in [free, voided] {
            let put = api.put_with(key, &within(ms), &good()).await;
            put.assert_problem(503, "unavailable");
            assert_eq!(put.headers["retry-after"], "1");
        }
    }
    for ms in ["", "-1", "soon", "1.5", "99999999999999999999"] {
        let put = api.put_with(free, &within(ms), &good()).await;
        put.assert_problem(400, "malformed");
    }
    let malformed = api.put_with(free, &within("0"), b"{").await;
    malformed.assert_problem(400, "malformed");
    api.assert_free(free).await;
    let put = api.put_with(voided, &within("200"), &good()).await;
    put.assert_problem(410, "order-voided");
    api.put_with(free, &within("200"), &good()).await.done(201);
}

#[tokio::test]
async fn the_time_that_the_body_takes_counts() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    let length = good().len().to_string();
    let headers = [
        SHOP,
        JSON,
        ("EntMine-Deadline-Ms", "1000"),
        ("Content-Length", &length),
        ("Expect", "100-continue"),
    ];
    let mut stream = begin(api.addr, "PUT", &path(key), &headers).await;
    // EntMine says so when it begins to read the body: by then it has looked at its clock.
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut go_on).await.unwrap();
    api.shop.turn_clock(801);
    stream.write_all(&good()).await.unwrap();
    read(stream).await.assert_problem(503, "unavailable");
    api.assert_free(key).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let api = Api::open(ENGINE).await;
    let key = new_key();
    let headers = [SHOP, JSON, ("Content-Length", "500")];
    let mut stream = begin(api.addr, "PUT", &path(key), &headers).await;
    stream.write_all(b"{").await.unwrap();
    read(stream).await.assert_problem(503, "unavailable");
    api.assert_free(key).await;
}

#[tokio::test]
async fn verdicts_come_in_the_contract_s_order() {
    let api = Api::open(ENGINE).await;
    let (accepted, refused) = (new_key(), new_key());
    let bad = body(&order(&[("NOPE", 1, 1)]));
    api.put(accepted, &good()).await.done(201);
    api.put(refused, &bad)
        .await
        .assert_problem(409, "order-rejected");
    // Another body comes before what would be decided about it.
    api.put(accepted, &bad)
        .await
        .assert_problem(422, "key-reused");
    api.put(refused, &good())
        .await
        .assert_problem(422, "key-reused");
    // What was accepted before comes before what would be decided now.
    api.shop.entmine.set_price("WAND", 1).await.unwrap();
    api.shop.entmine.set_stock("WAND", 0).await.unwrap();
    api.put(accepted, &good()).await.done(200);
    let number = [SHOP, JSON, ("EntMine-Number", "SO-2026-000001")];
    api.put_with(accepted, &number, &good()).await.done(200);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let api = Api::open(ENGINE).await;
    for path in [
        "",
        "/",
        "/nowhere",
        "/orders/",
        "/orders/a/b/c",
        "/catalog/x",
    ] {
        api.get(path).await.assert_problem(404, "not-found");
    }
    let key = path(new_key());
    for (method, path, allowed) in [
        ("DELETE", key.as_str(), "PUT"),
        ("POST", "/orders", "GET"),
        ("PUT", "/orders/changes", "GET"),
        ("GET", &format!("{key}/void"), "POST"),
        ("POST", "/stock", "GET"),
    ] {
        let answer = send(api.addr, method, path, &[SHOP], b"").await;
        answer.assert_problem(405, "method-not-allowed");
        assert!(answer.headers["allow"].contains(allowed), "{answer:?}");
    }
}
