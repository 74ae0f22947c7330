//! Signing in while others try passwords.

use crate::office::{Browser, Desk, PASSWORD, header};
use reqwest::{Response, StatusCode};

async fn tries(browser: &Browser<'_>, name: &str, password: &str) -> Response {
    let form = [("name", name), ("password", password)];
    browser.post("/entmine/sign-in", &form).await
}

/// Wrong passwords until one is not looked at; how many were, and what was said then.
async fn guess(desk: &Desk, name: &str) -> (usize, u64, String) {
    let stranger = desk.nobody();
    for guesses in 0.. {
        let reply = tries(&stranger, name, "a wrong password").await;
        if reply.status() == StatusCode::TOO_MANY_REQUESTS {
            let wait = header(&reply, "retry-after").parse().unwrap();
            return (guesses, wait, reply.text().await.unwrap());
        }
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
    }
    unreachable!()
}

#[tokio::test]
async fn seven_wrong_guesses_keep_nobody_out() {
    let desk = Desk::open(&[]);
    // Whoever knows the password is not counted, however often.
    for _ in 0..15 {
        desk.signed_in("robin").await;
    }
    let browser = desk.nobody();
    for _ in 0..7 {
        let refused = tries(&browser, "robin", "a wrong password").await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
    let right = tries(&browser, "robin", PASSWORD).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_signed_in_before_is_not_kept_out_by_strangers_and_others_read_a_way_back() {
    let desk = Desk::open(&[]);
    let (robins, shared) = (desk.signed_in("robin").await, desk.signed_in("robin").await);
    assert_eq!(
        tries(&shared, "morgan", PASSWORD).await.status(),
        StatusCode::SEE_OTHER
    );
    for name in ["robin", "morgan", "nobody"] {
        let (guesses, wait, page) = guess(&desk, name).await;
        assert!((8..=12).contains(&guesses), "{name}: {guesses}");
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(page.contains(&format!("wait {wait} seconds")), "{page}");
        assert!(
            page.contains("In a browser where you signed in before"),
            "{page}"
        );
        assert!(page.contains("wizastore user password NAME"), "{page}");
    }
    // The right password is not looked at in a browser that nobody knows, nor in another's.
    for (browser, name, status) in [
        (&desk.nobody(), "robin", StatusCode::TOO_MANY_REQUESTS),
        (&robins, "morgan", StatusCode::TOO_MANY_REQUESTS),
        (&robins, "robin", StatusCode::SEE_OTHER),
        (&shared, "robin", StatusCode::SEE_OTHER),
        (&shared, "morgan", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(
            tries(browser, name, PASSWORD).await.status(),
            status,
            "{name}"
        );
    }
    // A session is not held up by them either, and is no way to guess.
    let change = [
        ("present", "wrong"),
        ("new", "another long one"),
        ("again", "another long one"),
    ];
    let said = async || {
        robins
            .post("/entmine/password", &change)
            .await
            .text()
            .await
            .unwrap()
    };
    for _ in 0..10 {
        assert!(said().await.contains("not the present password"));
    }
    assert!(said().await.contains("Too many wrong passwords"));
}

#[tokio::test]
async fn a_browser_says_that_it_is_known_only_where_people_sign_in() {
    let desk = Desk::open(&[]);
    let reply = tries(&desk.nobody(), "robin", PASSWORD).await;
    let cookies = reply.headers().get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let device = cookies
        .iter()
        .find(|cookie| cookie.starts_with("entmine_device="));
    let device = device.expect("a browser is known afterwards");
    for part in ["Path=/entmine/sign-in", "HttpOnly", "SameSite=Lax"] {
        assert!(device.contains(part), "{device}");
    }
    let token = device["entmine_device=".len()..].split(';').next().unwrap();
    assert_eq!(token.len(), 64);
    assert!(!desk.program.log().contains(token));
}
