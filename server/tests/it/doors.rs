//! The doors' contract, and what each bad request gets.

use crate::program::{Browser, Program, field, form, with};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, ORIGIN, REFERER};
use serde_json::{Value, json};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn shop(args: &[&str]) -> (tempfile::TempDir, Program, Browser) {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), args);
    let browser = program.browser();
    (data, program, browser)
}

fn codes(answer: &Value) -> Vec<String> {
    let reasons = answer["reasons"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    let code = |reason: &Value| match reason["code"].as_str() {
        Some("invalid_field") => reason["field"].as_str().unwrap_or_default().to_owned(),
        other => other.unwrap_or_default().to_owned(),
    };
    reasons.iter().map(code).collect()
}

#[tokio::test]
async fn the_answers_are_as_the_contract_writes_them() {
    let (_data, program, mut browser) = shop(&[]).await;
    let cart = browser
        .door(
            "/api/cart/add",
            &form(&[("sku", "WAND-OAK-11"), ("quantity", "2")]),
        )
        .await;
    assert_eq!(cart["lines"][0]["sku"], "WAND-OAK-11");
    assert_eq!(cart["lines"][0]["quantity"], 2);
    assert_eq!(cart["lines"][0]["unit_price_minor"], 1299);
    assert_eq!(
        (&cart["total_minor"], &cart["currency"]),
        (&json!(2598), &json!("GBP"))
    );
    let mut names: Vec<_> = cart.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "currency",
            "lines",
            "order_key",
            "receipt",
            "revision",
            "total_minor"
        ]
    );

    let cart = browser
        .door(
            "/api/cart/set",
            &form(&[("sku", "WAND-OAK-11"), ("quantity", "3")]),
        )
        .await;
    assert_eq!(cart["total_minor"], 3 * 1299);
    let fields = crate::program::fields(&cart);
    let outcome = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(outcome["outcome"], "confirmed");
    assert_eq!(outcome["status"], "new");
    assert_eq!(outcome["receipt"], cart["receipt"]);
    let number = outcome["number"].as_str().unwrap();
    assert!(
        number.starts_with("SO-20") && number.ends_with("-000001"),
        "{number}"
    );
    let receipt = field(&fields, "receipt");
    for door in ["/api/orders/retry", "/api/orders/status"] {
        assert_eq!(
            browser.door(door, &form(&[("receipt", &receipt)])).await,
            outcome
        );
    }
    assert_eq!(program.metric("entmine_orders").await, 1);
}

#[tokio::test]
async fn fifty_posts_at_once_are_one_order() {
    let (_data, program, mut browser) = shop(&[]).await;
    let fields = browser.fill_cart("1").await;
    let posts: Vec<_> = (0..50)
        .map(|_| {
            let (mut browser, fields) = (browser.clone(), fields.clone());
            tokio::spawn(async move { browser.door("/api/orders/submit", &fields).await })
        })
        .collect();
    for post in posts {
        assert!(
            post.await.unwrap()["number"]
                .as_str()
                .unwrap()
                .ends_with("-000001")
        );
    }
    assert_eq!(program.metric("entmine_orders").await, 1);
}

#[tokio::test]
async fn a_browser_without_javascript_is_sent_on_to_the_page_that_tells() {
    let (_data, _program, mut browser) = shop(&[]).await;
    let post = |browser: &Browser, path: &str, fields: &crate::program::Fields| {
        let referer = format!("{}/checkout", browser.base);
        browser
            .post(path)
            .header(ACCEPT, HTML)
            .header(REFERER, referer)
            .form(fields)
            .send()
    };
    let fields = browser.fill_cart("1").await;
    let receipt = field(&fields, "receipt");
    let refused = with(&fields, "email", "nobody");
    let cases = [
        (
            "/api/cart/add",
            form(&[("sku", "WAND-OAK-11"), ("quantity", "0")]),
            "/cart?refused=quantity".to_owned(),
        ),
        (
            "/api/cart/set",
            form(&[("sku", "WAND-OAK-11"), ("quantity", "1")]),
            "/checkout".to_owned(),
        ),
        ("/api/orders/submit", refused, "/checkout".to_owned()),
        (
            "/api/orders/submit",
            with(&fields, "cart_revision", "2"),
            format!("/orders/{receipt}"),
        ),
        (
            "/api/orders/retry",
            form(&[("receipt", &receipt)]),
            format!("/orders/{receipt}"),
        ),
    ];
    for (path, fields, target) in cases {
        let response = post(&browser, path, &fields).await.unwrap();
        assert_eq!(response.status(), 303, "{path}");
        assert_eq!(response.headers()[LOCATION], target, "{path}");
    }
}

#[tokio::test]
async fn each_bad_field_gets_a_typed_answer_and_nothing_is_ordered() {
    let (_data, program, mut browser) = shop(&[]).await;
    let good = browser.fill_cart("2").await;
    for (sku, quantity, named) in [
        ("NO-SUCH-THING", "1", "sku"),
        ("WAND-OAK-11", "0", "quantity"),
        ("WAND-OAK-11", "-1", "quantity"),
        ("WAND-OAK-11", "1000", "quantity"),
        ("WAND-OAK-11", "1000000000000000001", "quantity"),
        ("WAND-OAK-11", "abc", "quantity"),
    ] {
        let answer = browser
            .door(
                "/api/cart/add",
                &form(&[("sku", sku), ("quantity", quantity)]),
            )
            .await;
        assert_eq!(codes(&answer), [named], "{sku} {quantity}");
    }
    assert_eq!(
        codes(&browser.door("/api/cart/add", &form(&[])).await),
        ["quantity"]
    );
    assert!(!codes(&browser.door("/api/orders/submit", &form(&[])).await).is_empty());
    let long = "x".repeat(10_000);
    for (name, value, code) in [
        ("email", "ada.example.org", "email"),
        ("name", long.as_str(), "name"),
        ("name", "A\u{0}da", "name"),
        ("country", "XX", "country"),
        ("order_key", "not-a-uuid", "order_key"),
        (
            "order_key",
            "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee",
            "unknown_order",
        ),
        ("shown_total_minor", "1", "total_mismatch"),
        ("cart_revision", "77", "cart_changed"),
    ] {
        let answer = browser
            .door("/api/orders/submit", &with(&good, name, value))
            .await;
        assert_eq!(answer["outcome"], "not_placed");
        assert_eq!(codes(&answer), [code], "{name}={value:.20}");
    }
    for door in ["/api/orders/status", "/api/orders/retry"] {
        let answer = browser.door(door, &form(&[("receipt", "nope")])).await;
        assert_eq!(codes(&answer), ["unknown_order"]);
    }
    assert_eq!(program.metric("entmine_orders").await, 0);
    assert_eq!(
        browser.door("/api/orders/submit", &good).await["outcome"],
        "confirmed"
    );
}

#[tokio::test]
async fn another_sessions_cart_and_order_are_not_revealed() {
    let (_data, program, mut ada) = shop(&[]).await;
    let fields = ada.fill_cart("2").await;
    let mut eve = program.browser();
    let stolen = with(&fields, "receipt", "");
    let answer = eve.door("/api/orders/submit", &stolen).await;
    assert_eq!(
        answer,
        json!({"outcome":"not_placed","reasons":[{"code":"unknown_order"}],"cart":null})
    );
    ada.door("/api/orders/submit", &fields).await;
    assert_eq!(eve.door("/api/orders/submit", &stolen).await, answer);
    assert_eq!(program.metric("entmine_orders").await, 1);
}

#[tokio::test]
async fn what_is_no_form_is_refused_before_it_reaches_a_door() {
    let (_data, program, mut browser) = shop(&[]).await;
    let fields = browser.fill_cart("1").await;
    let submit = || browser.post("/api/orders/submit");
    let form_type = "application/x-www-form-urlencoded";
    let huge = format!("name={}", "x".repeat(1024 * 1024));
    let cases: Vec<(u16, reqwest::RequestBuilder)> = vec![
        (
            415,
            submit().header(CONTENT_TYPE, "application/json").body("{}"),
        ),
        (415, submit().body("name=x")),
        (413, submit().header(CONTENT_TYPE, form_type).body(huge)),
        (
            400,
            submit()
                .header(CONTENT_TYPE, form_type)
                .body("name=a&name=b"),
        ),
        (
            400,
            submit()
                .header(CONTENT_TYPE, form_type)
                .body("name%5Bx%5D=a"),
        ),
        (
            400,
            submit().header(CONTENT_TYPE, form_type).body("name=%ff"),
        ),
        (
            403,
            submit()
                .header(ORIGIN, "https://evil.example")
                .form(&fields),
        ),
        (
            403,
            submit()
                .header("sec-fetch-site", "cross-site")
                .form(&fields),
        ),
        (
            405,
            browser
                .client
                .get(format!("{}/api/orders/submit", browser.base)),
        ),
        (404, browser.post("/api/no/such/door").form(&fields)),
    ];
    for (status, request) in cases {
        let shown = format!("{request:?}");
        assert_eq!(
            request.send().await.unwrap().status().as_u16(),
            status,
            "{shown:.200}"
        );
    }
    assert_eq!(program.metric("entmine_orders").await, 0);
}

#[tokio::test]
async fn a_flood_of_tries_for_one_order_is_slowed_down() {
    let (_data, _program, browser) = shop(&[]).await;
    let mut refused = 0;
    for _ in 0..130 {
        let response = browser
            .post("/api/orders/retry")
            .form(&form(&[("receipt", "x")]))
            .send()
            .await
            .unwrap();
        if response.status() == 429 {
            assert!(response.headers().contains_key("retry-after"));
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn nothing_personal_is_logged() {
    let (_data, program, mut browser) = shop(&["--rehearsal"]).await;
    let fields = browser.fill_cart("1").await;
    program.rehearse(&[("mode", "down")]).await;
    browser
        .door("/api/orders/submit", &with(&fields, "email", "broken"))
        .await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(outcome["outcome"], "safe");
    let log = program.log();
    assert!(log.contains("attempt ended"), "something is logged: {log}");
    for secret in [
        "Ada",
        "Fenwick",
        "example.org",
        "Owl Lane",
        "YO1",
        "Ring twice",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(
        !log.contains(&field(&fields, "receipt")),
        "a receipt in {log}"
    );
    let cookie = browser.cookie.clone().expect("a session");
    let token = cookie.split('=').nth(1).expect("a token");
    assert!(!log.contains(token), "a session token in {log}");
}

#[tokio::test]
async fn an_order_is_followed_live() {
    let (_data, program, mut browser) = shop(&["--rehearsal"]).await;
    program.rehearse(&[("mode", "down")]).await;
    let fields = browser.fill_cart("1").await;
    assert_eq!(
        browser.door("/api/orders/submit", &fields).await["outcome"],
        "safe"
    );
    let receipt = field(&fields, "receipt");
    let events = browser
        .client
        .get(format!("{}/orders/{receipt}/events", browser.base));
    let mut events = events.send().await.unwrap();
    assert_eq!(events.headers()[CONTENT_TYPE], "text/event-stream");
    program.rehearse(&[("mode", "normal")]).await;
    browser
        .door("/api/orders/retry", &form(&[("receipt", &receipt)]))
        .await;
    // The stream tells the first state and every change, and ends with the final one.
    let mut told = String::new();
    while let Some(chunk) = events.chunk().await.unwrap() {
        told.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(told.contains("\"outcome\":\"safe\""), "{told}");
    assert!(told.contains("\"outcome\":\"confirmed\""), "{told}");
    let unknown = browser
        .client
        .get(format!("{}/orders/nope/events", browser.base));
    assert_eq!(unknown.send().await.unwrap().status(), 404);
}
