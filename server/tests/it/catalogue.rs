//! EntMine's catalogue on its way to a store in another process, and an operator's look at it.

use crate::program::{Env, Program, binary};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection};
use standardwebhooks::Webhook;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwPq5sJ8zT0Ew=";
const OLD_SECRET: &str = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZA==";

/// Imports products at a price.
fn import(data: &Path, names: &[&str], price: &str) {
    let file = data.join("products.csv");
    let head = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
    let row = |name: &&str| format!("{name},A {name},Things,TRUE,SKU-{name},{price},3\n");
    let rows: String = names.iter().map(row).collect();
    std::fs::write(&file, format!("{head}\n{rows}")).unwrap();
    let output = give(data, &["import", file.to_str().unwrap()], &[]);
    assert!(output.status.success(), "{}", said(&output));
}

fn give(data: &Path, args: &[&str], env: Env) -> Output {
    binary()
        .args(args)
        .arg("--data")
        .arg(data)
        .envs(env.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Waits until a page says something, at most 10 s: less than a store that is sent to waits before
/// it asks.
async fn says(store: &Program, path: &str, text: &str) {
    let wait = async {
        while !store.get(path).await.1.contains(text) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(10), wait).await;
    end.unwrap_or_else(|_| panic!("{path} does not say {text}; {}", store.log()));
}

/// An address that is free now.
fn free() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

/// EntMine and a store that it sends to, in two processes.
fn pair(mine: &Path, shop: &Path) -> (Program, Program) {
    // The store's address has to be known to EntMine, and EntMine's to the store.
    let addr = free();
    let sent_to = format!("wizastore=http://{addr}");
    let entmine = Program::entmine_with(
        mine,
        &["--empty", "--store-url", &sent_to],
        &[("ENTMINE_HOOK_SECRETS", SECRET)],
    );
    let secrets = format!("{OLD_SECRET},{SECRET}");
    let store = Program::serve(
        shop,
        &["--entmine-url", &entmine.base, "--addr", &addr],
        &[
            ("ENTMINE_TOKEN", "s3cret"),
            ("ENTMINE_HOOK_SECRETS", &secrets),
        ],
    );
    (entmine, store)
}

#[tokio::test]
async fn entmine_sends_what_changes_to_a_store_elsewhere() {
    let (mine, shop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_entmine, store) = pair(mine.path(), shop.path());
    import(mine.path(), &["lamp", "broom"], "9.99");
    says(&store, "/p/lamp", "£9.99").await;
    import(mine.path(), &["lamp"], "12.50");
    says(&store, "/p/lamp", "£12.50").await;
    let status = give(shop.path(), &["catalog", "status", "--json"], &[]);
    assert_eq!(status.status.code(), Some(0), "{}", said(&status));
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["matches"], true, "{status}");
    assert_eq!(
        (&status["lag"], &status["cache"]["products"]),
        (&json!(0), &json!(2))
    );
}

#[tokio::test]
async fn two_stores_follow_one_entmine_each_at_its_own_pace() {
    let (mine, one, two) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let (first, second) = (free(), free());
    let sent_to = format!("one=http://{first},two=http://{second}");
    let entmine = Program::entmine_with(
        mine.path(),
        &["--empty", "--store-url", &sent_to],
        &[("ENTMINE_HOOK_SECRETS", SECRET)],
    );
    let open = |data: &Path, addr: &str| {
        Program::serve(
            data,
            &["--entmine-url", &entmine.base, "--addr", addr],
            &[
                ("ENTMINE_TOKEN", "s3cret"),
                ("ENTMINE_HOOK_SECRETS", SECRET),
            ],
        )
    };
    let store = open(one.path(), &first);
    import(mine.path(), &["lamp"], "9.99");
    // The second one is not there, which is nothing to the first.
    says(&store, "/p/lamp", "£9.99").await;
    let other = open(two.path(), &second);
    says(&other, "/p/lamp", "£9.99").await;
    entmine.until("entmine_store_lag{store=\"one\"}", 0).await;
    assert!(entmine.metric("entmine_catalogue_seq").await >= 1);
}

#[tokio::test]
async fn a_store_that_was_away_is_told_what_it_missed() {
    let (mine, shop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (entmine, store) = pair(mine.path(), shop.path());
    import(mine.path(), &["lamp"], "9.99");
    says(&store, "/p/lamp", "£9.99").await;
    let addr = format!("127.0.0.1:{}", store.port());
    store.kill();
    import(mine.path(), &["lamp"], "8.88");
    let store = Program::serve(
        shop.path(),
        &["--entmine-url", &entmine.base, "--addr", &addr],
        &[
            ("ENTMINE_TOKEN", "s3cret"),
            ("ENTMINE_HOOK_SECRETS", SECRET),
        ],
    );
    // It asks when it starts.
    assert!(store.get("/p/lamp").await.1.contains("£8.88"));
}

/// A signed message to a store's hook.
async fn send(store: &Program, secret: &str, age_s: i64, body: &str) -> (u16, String) {
    #[allow(
        clippy::disallowed_methods,
        reason = "a sender's clock is the machine's"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = i64::try_from(now.as_secs()).unwrap() - age_s;
    let webhook = Webhook::new(secret).unwrap();
    let signature = webhook.sign("msg_1", at, body.as_bytes()).unwrap();
    let response = reqwest::Client::new()
        .post(format!("{}/hooks/entmine/catalog", store.base))
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", at)
        .header("webhook-signature", signature)
        .body(body.to_owned())
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn the_hook_answers_as_the_contract_says() {
    let data = tempfile::tempdir().unwrap();
    let secrets = format!("{OLD_SECRET},{SECRET}");
    let env = [("ENTMINE_HOOK_SECRETS", secrets.as_str())];
    let store = Program::serve(data.path(), &[], &env);
    let seq = give(data.path(), &["catalog", "status", "--json"], &[]);
    let seq: Value = serde_json::from_slice(&seq.stdout).unwrap();
    let seq = seq["cache"]["seq"].as_i64().unwrap();
    let message = |from: i64, to: i64| {
        json!({
            "type": "catalog.changed", "epoch": 1, "from": from, "to": to, "digest": null,
            "changes": [],
        })
        .to_string()
    };
    let heartbeat = message(seq, seq);
    for secret in [SECRET, OLD_SECRET] {
        assert_eq!(
            send(&store, secret, 0, &heartbeat).await,
            (204, String::new())
        );
    }
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (secret, age_s) in [(other, 0), (SECRET, 400), (SECRET, -400)] {
        let (status, body) = send(&store, secret, age_s, &heartbeat).await;
        assert_eq!(status, 401, "{age_s}");
        assert!(body.contains("urn:entmine:problem:unauthorized"), "{body}");
    }
    let unsigned = reqwest::Client::new().post(format!("{}/hooks/entmine/catalog", store.base));
    assert_eq!(unsigned.body(heartbeat).send().await.unwrap().status(), 401);
    let (status, body) = send(&store, SECRET, 0, &message(seq + 5, seq + 5)).await;
    assert_eq!(status, 409);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["type"], "urn:entmine:problem:gap");
    assert_eq!(body["applied"], seq);
    for bad in ["", "{}", "[]", "\u{feff}{}", &message(5, 1)] {
        let (status, body) = send(&store, SECRET, 0, bad).await;
        assert_eq!(status, 400, "{bad}");
        assert!(body.contains("urn:entmine:problem:malformed"), "{body}");
    }
    let huge = " ".repeat(4 * 1024 * 1024 + 1);
    assert_eq!(send(&store, SECRET, 0, &huge).await.0, 413);
    assert!(!store.log().contains("whsec_"));
}

#[tokio::test]
async fn a_store_without_secrets_takes_no_messages() {
    let data = tempfile::tempdir().unwrap();
    let store = Program::start(data.path(), &[]);
    let (status, _) = send(&store, SECRET, 0, "{}").await;
    assert_eq!(status, 404);
}

#[test]
fn secrets_that_cannot_be_used_are_told_before_anything_opens() {
    let data = tempfile::tempdir().unwrap();
    let tokens = ("ENTMINE_TOKENS", "wizastore:orders+catalog:s3cret");
    let store = "wizastore=http://127.0.0.1:9";
    let args = ["entmine", "--addr", "127.0.0.1:0", "--store-url", store];
    let none = give(data.path(), &args, &[tokens]);
    assert_eq!(none.status.code(), Some(3));
    assert!(
        said(&none).contains("ENTMINE_HOOK_SECRETS is not set"),
        "{}",
        said(&none)
    );
    let short = ("ENTMINE_HOOK_SECRETS", "whsec_aHVudGVyMg==");
    let bad = give(data.path(), &args, &[tokens, short]);
    assert!(
        said(&bad).contains("secret 1 cannot be used"),
        "{}",
        said(&bad)
    );
    assert!(!said(&bad).contains("aHVudGVyMg"));
}

#[tokio::test]
async fn an_operator_sees_damage_and_repairs_it_running_or_not() {
    let data = tempfile::tempdir().unwrap();
    let catalog = |task: &str, code: i32| {
        let output = give(data.path(), &["catalog", task], &[]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        said(&output)
    };
    let mut running = Some(Program::start(data.path(), &[]));
    for _ in 0..2 {
        assert!(catalog("status", 0).contains("the two are the same"));
        assert!(catalog("compare", 0).contains("every product is the same"));
        damage(data.path()).await;
        assert!(catalog("status", 1).contains("THEY DIFFER"));
        let compared = catalog("compare", 1);
        assert!(compared.contains("WAND-OAK-11"), "{compared}");
        assert!(compared.contains("1 products differ"), "{compared}");
        catalog("repair", 0);
        assert!(catalog("compare", 0).contains("every product is the same"));
        if let Some(program) = running.take() {
            program.kill();
        }
    }
}

async fn damage(data: &Path) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}", data.join("wizastore.db").display());
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    sqlx::query("UPDATE products SET price_minor = 1 WHERE sku = 'WAND-OAK-11'")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
}
