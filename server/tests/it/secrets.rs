//! Secrets: each store's own, long enough, and not to be guessed.

use crate::program::{Program, binary};
use reqwest::Client;
use serde_json::json;
use standardwebhooks::Webhook;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const NORTH: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwPq5sJ8zT0Ew=";
const SOUTH: &str = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZA==";
const NEXT: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn free() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

/// What a store answers to a heartbeat that is signed with a secret.
async fn forged(addr: &str, secret: &str) -> u16 {
    let body = json!({
        "type": "catalog.changed", "epoch": 1, "from": 0, "to": 0, "digest": null, "changes": [],
    })
    .to_string();
    #[allow(
        clippy::disallowed_methods,
        reason = "a sender's clock is the machine's"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = i64::try_from(now.as_secs()).unwrap();
    let webhook = Webhook::new(secret).unwrap();
    let signature = webhook.sign("msg_1", at, body.as_bytes()).unwrap();
    let sent = Client::new()
        .post(format!("http://{addr}/hooks/entmine/catalog"))
        .header("content-type", "application/json")
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", at)
        .header("webhook-signature", signature)
        .body(body)
        .send();
    sent.await.unwrap().status().as_u16()
}

/// Waits until EntMine sends to a store without failure.
async fn is_sent_to(entmine: &Program, store: &str) {
    entmine
        .until(&format!("entmine_store_lag{{store=\"{store}\"}}"), 0)
        .await;
    entmine
        .until(&format!("entmine_store_failures{{store=\"{store}\"}}"), 0)
        .await;
}

#[tokio::test]
async fn each_store_has_its_own_hook_secret_and_knows_no_others() {
    let (mine, north, south) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let (north_addr, south_addr) = (free(), free());
    let sent_to = format!("north=http://{north_addr},south=http://{south_addr}");
    let secrets = format!("south={SOUTH},north={NORTH}");
    let entmine = Program::entmine_with(
        mine.path(),
        &["--store-url", &sent_to],
        &[("ENTMINE_HOOK_SECRETS", &secrets)],
    );
    let open = |data: &std::path::Path, addr: &str, secrets: &str| {
        let args = ["--entmine-url", &entmine.base, "--addr", addr];
        let env = [
            ("ENTMINE_TOKEN", "s3cret"),
            ("ENTMINE_HOOK_SECRETS", secrets),
        ];
        Program::serve(data, &args, &env)
    };
    let first = open(north.path(), &north_addr, NORTH);
    // Named or not, and with the one that comes next.
    let _second = open(
        south.path(),
        &south_addr,
        &format!("south={SOUTH},south={NEXT}"),
    );
    for store in ["north", "south"] {
        is_sent_to(&entmine, store).await;
    }
    let refused = 401;
    assert_eq!(forged(&north_addr, SOUTH).await, refused);
    assert_eq!(forged(&south_addr, NORTH).await, refused);
    for secret in [SOUTH, NEXT] {
        assert_ne!(forged(&south_addr, secret).await, refused);
    }
    assert!(
        !entmine.log().contains("one hook secret"),
        "{}",
        entmine.log()
    );
    assert!(!entmine.log().contains("whsec_") && !first.log().contains("whsec_"));
}

#[test]
fn two_stores_with_one_secret_and_a_secret_for_nobody_are_warned_of() {
    for (secrets, said) in [
        (NORTH.to_owned(), "two stores have one hook secret"),
        (
            format!("north={NORTH},south={NORTH}"),
            "two stores have one hook secret",
        ),
        (
            format!("{NORTH},nroth={SOUTH}"),
            "a store that --store-url does not name",
        ),
    ] {
        let data = tempfile::tempdir().unwrap();
        let sent_to = "north=http://127.0.0.1:9,south=http://127.0.0.1:9";
        let env = [("ENTMINE_HOOK_SECRETS", secrets.as_str())];
        let entmine = Program::entmine_with(data.path(), &["--store-url", sent_to], &env);
        assert!(entmine.log().contains(said), "{secrets}: {}", entmine.log());
        assert!(!entmine.log().contains("whsec_M"), "{}", entmine.log());
    }
}

/// Starts a command that has to fail; what it said.
fn refused(args: &[&str], env: &[(&str, &str)]) -> String {
    let data = tempfile::tempdir().unwrap();
    let output = binary()
        .args(args)
        .arg("--data")
        .arg(data.path())
        .envs(env.iter().copied())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{args:?} {env:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn secrets_in_the_wrong_hands_or_too_short_are_refused_before_anything_opens() {
    let both = format!("north={NORTH},south={SOUTH}");
    let serve = [
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--entmine-url",
        "http://127.0.0.1:9",
    ];
    let said = refused(
        &serve,
        &[("ENTMINE_TOKEN", "s3cret"), ("ENTMINE_HOOK_SECRETS", &both)],
    );
    assert!(said.contains("the secrets of several stores"), "{said}");
    let tokens = ("ENTMINE_TOKENS", "wizastore:orders+catalog:s3cret");
    let entmine = [
        "entmine",
        "--addr",
        "127.0.0.1:0",
        "--store-url",
        "west=http://127.0.0.1:9",
    ];
    let said = refused(&entmine, &[tokens, ("ENTMINE_HOOK_SECRETS", &both)]);
    assert!(said.contains("no secret for the store 'west'"), "{said}");
    assert!(!said.contains("whsec_M"), "{said}");
    for secret in ["a", "ab:cd", "12345"] {
        let tokens = format!("north:orders+catalog:{NORTH},south:admin:{secret}");
        for args in [
            &["entmine", "--addr", "127.0.0.1:0"],
            &["serve", "--addr", "127.0.0.1:0"],
        ] {
            let said = refused(args, &[("ENTMINE_TOKENS", &tokens)]);
            assert!(
                said.contains("the secret of the store 'south' is too short"),
                "{said}"
            );
            assert!(said.contains("openssl rand -hex 32"), "{said}");
        }
    }
}

#[test]
fn a_secret_that_could_be_guessed_is_warned_of() {
    let data = tempfile::tempdir().unwrap();
    let entmine = Program::entmine(data.path(), &[]);
    let log = entmine.log();
    assert!(
        log.contains("could be guessed") && log.contains("wizastore"),
        "{log}"
    );
    assert!(!log.contains("s3cret"), "{log}");
    let long = (
        "ENTMINE_TOKENS",
        "wizastore:orders+catalog:0123456789abcdef0123456789abcdef",
    );
    let other = tempfile::tempdir().unwrap();
    let entmine = Program::entmine_with(other.path(), &[], &[long]);
    assert!(
        !entmine.log().contains("could be guessed"),
        "{}",
        entmine.log()
    );
}

#[tokio::test]
async fn whoever_tries_wrong_tokens_is_not_heard_for_a_while_and_stores_always_are() {
    let data = tempfile::tempdir().unwrap();
    let proxy = ("ENTMINE_TRUSTED_PROXIES", "127.0.0.1");
    let entmine = Program::entmine_with(data.path(), &[], &[proxy]);
    let http = Client::new();
    let ask = async |from: &str, token: &str| {
        let request = http.get(format!("{}/entmine/v1/catalog/digest", entmine.base));
        let request = request.header("x-forwarded-for", from).bearer_auth(token);
        request
            .timeout(Duration::from_secs(10))
            .send()
            .await
            .unwrap()
    };
    let (stranger, store) = ("203.0.113.9", "198.51.100.1");
    assert_eq!(ask(store, "s3cret").await.status(), 200);
    let mut wrong = 0;
    let limited = loop {
        let reply = ask(stranger, &format!("guess-{wrong}")).await;
        if reply.status() == 429 {
            break reply;
        }
        assert_eq!(reply.status(), 401);
        wrong += 1;
        assert!(wrong < 500, "nothing limits guessing");
    };
    assert!(wrong >= 50, "a store with an old secret is told so");
    assert!(limited.headers().contains_key("retry-after"));
    assert!(limited.headers().contains_key("entmine-instance"));
    let problem: serde_json::Value = limited.json().await.unwrap();
    assert_eq!(problem["type"], "urn:entmine:problem:too-many-requests");
    // A lucky guess is not heard; the store is, whatever somebody behind its address tries.
    assert_eq!(ask(stranger, "s3cret").await.status(), 429);
    for _ in 0..wrong + 20 {
        assert_eq!(ask(store, "old").await.status(), 401);
    }
    assert_eq!(ask(store, "s3cret").await.status(), 200);
}
