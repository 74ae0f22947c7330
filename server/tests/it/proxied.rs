//! The shop behind a reverse proxy, and in front of none.

use crate::program::Program;
use reqwest::StatusCode;

/// Posts for so many different orders, as a proxy passes them on; the statuses that came.
async fn flood(program: &Program, posts: usize, client: &str) -> Vec<StatusCode> {
    let http = reqwest::Client::new();
    let mut statuses = Vec::new();
    for n in 0..posts {
        let response = http
            .post(format!("{}/api/orders/retry", program.base))
            .header("x-forwarded-for", client)
            .form(&[("receipt", format!("{n:032x}"))])
            .send()
            .await
            .unwrap();
        statuses.push(response.status());
    }
    statuses
}

#[tokio::test]
async fn a_trusted_proxys_customers_are_counted_one_by_one() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--trusted-proxy", "127.0.0.0/8,::1"]);
    let few = flood(&program, 50, "203.0.113.9").await;
    assert!(few.iter().all(|status| *status == 200), "{few:?}");
    let many = flood(&program, 600, "203.0.113.9").await;
    assert!(many.contains(&StatusCode::TOO_MANY_REQUESTS));
    let other = flood(&program, 5, "203.0.113.10").await;
    assert!(other.iter().all(|status| *status == 200), "{other:?}");
    // What the customer wrote in front does not make another address of it.
    let liar = flood(&program, 5, "198.51.100.1, 203.0.113.9").await;
    assert!(liar.contains(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn nobody_elses_forwarded_header_is_believed() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let all = flood(&program, 400, "203.0.113.9").await;
    assert!(all.iter().all(|status| *status == 200));
    let log = program.log();
    assert_eq!(log.matches("is not trusted").count(), 1, "{log}");
}

#[tokio::test]
async fn a_form_from_the_public_address_is_taken_whatever_the_proxy_made_of_the_host() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--public-url", "https://shop.example"]);
    let http = reqwest::Client::new();
    for (origin, host, status) in [
        ("https://shop.example", "internal:3000", 200),
        ("https://shop.example", "shop.example", 200),
        ("https://evil.example", "internal:3000", 403),
        ("https://evil.example", "shop.example", 403),
        ("null", "shop.example", 403),
    ] {
        let response = http
            .post(format!("{}/api/cart/add", program.base))
            .header("origin", origin)
            .header("host", host)
            .form(&[("sku", "WAND-OAK-11"), ("quantity", "1")])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{origin} to {host}");
        let cookie = response.headers().get("set-cookie");
        let secure = cookie.is_some_and(|cookie| cookie.to_str().unwrap().contains("; Secure"));
        assert_eq!(secure, status == 200, "{origin} to {host}");
    }
}
