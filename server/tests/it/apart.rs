//! The store and EntMine in two processes, joined by HTTP.

use crate::program::{Browser, Program, binary, field, form};
use database::Engine;
use database::testing::TestDatabase;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

async fn order(browser: &mut Browser, quantity: &str) -> (Value, String) {
    let fields = browser.fill_cart(quantity).await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    (outcome, field(&fields, "receipt"))
}

/// Waits until a page of the shop is there, at most 20 s.
async fn shown(store: &Program, path: &str) {
    let wait = async {
        while store.get(path).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(20), wait).await;
    end.unwrap_or_else(|_| panic!("{path} did not come; {}", store.log()));
}

/// Waits until an order has its number, at most 30 s.
async fn number(browser: &mut Browser, receipt: &str) -> String {
    let wait = async {
        loop {
            let status = browser
                .door("/api/orders/status", &form(&[("receipt", receipt)]))
                .await;
            if let Some(number) = status["number"].as_str() {
                return number.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(30), wait).await;
    end.expect("the number comes")
}

#[tokio::test]
async fn an_order_goes_over_http_and_each_process_answers_for_itself() {
    let data = tempfile::tempdir().unwrap();
    // The same data folder: each system has a database and a socket of its own in it.
    let entmine = Program::entmine(data.path(), &[]);
    let store = Program::store_of(&entmine.base, data.path(), &[]);
    let (outcome, _) = order(&mut store.browser(), "2").await;
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    assert_eq!(entmine.metric("entmine_orders").await, 1);
    let (status, metrics) = store.get("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("wizastore_orders{state=\"confirmed\"} 1"));
    assert!(!metrics.contains("entmine_"), "{metrics}");
    assert_eq!(entmine.get("/readyz").await.0, 200);
    assert_eq!(entmine.get("/healthz").await.0, 200);
    assert_eq!(store.get("/entmine/v1/stock?sku=WAND-OAK-11").await.0, 404);
    assert_eq!(entmine.get("/entmine/v1/catalog").await.0, 401);
    let (_, page) = store.get("/p/oak-wand-11-inch").await;
    assert!(page.contains("in stock"), "{page:.400}");
    for process in [&store, &entmine] {
        assert!(!process.log().contains("s3cret"));
        process.terminate();
    }
    assert!(store.ended().success());
    assert!(entmine.ended().success());
}

#[tokio::test]
async fn the_store_opens_and_sells_while_entmine_is_down() {
    let (mine, shop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let entmine = Program::entmine(mine.path(), &[]);
    let (base, addr) = (
        entmine.base.clone(),
        format!("127.0.0.1:{}", entmine.port()),
    );
    Program::store_of(&base, shop.path(), &[]).kill();
    entmine.kill();

    let store = Program::store_of(&base, shop.path(), &[]);
    assert_eq!(store.get("/readyz").await.0, 200, "orders are taken");
    let mut browser = store.browser();
    let (outcome, receipt) = order(&mut browser, "1").await;
    assert_eq!(outcome["outcome"], "safe", "{outcome}");
    let entmine = Program::entmine(mine.path(), &["--addr", &addr]);
    browser
        .door("/api/orders/retry", &form(&[("receipt", &receipt)]))
        .await;
    number(&mut browser, &receipt).await;
    assert_eq!(entmine.metric("entmine_orders").await, 1);
}

#[tokio::test]
async fn products_reach_the_store_by_themselves() {
    let (mine, shop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let entmine = Program::entmine(mine.path(), &["--empty"]);
    let store = Program::store_of(&entmine.base, shop.path(), &[]);
    assert_eq!(store.get("/p/lamp").await.0, 404);
    import(mine.path(), &["lamp"]);
    shown(&store, "/p/lamp").await;
    import(mine.path(), &["broom"]);
    shown(&store, "/p/broom").await;
}

#[tokio::test]
async fn another_entmines_catalogue_replaces_the_one_before() {
    let (first, other, shop) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let entmine = Program::entmine(first.path(), &["--empty"]);
    let addr = format!("127.0.0.1:{}", entmine.port());
    import(first.path(), &["lamp", "broom"]);
    let store = Program::store_of(&entmine.base, shop.path(), &[]);
    shown(&store, "/p/lamp").await;
    entmine.kill();
    // Its seqs go further than the first one's: they would follow on.
    import(other.path(), &["cauldron", "cloak", "candle"]);
    let _entmine = Program::entmine(other.path(), &["--empty", "--addr", &addr]);
    shown(&store, "/p/cauldron").await;
    assert_eq!(store.get("/p/lamp").await.0, 404);
}

/// Imports products by these names.
fn import(data: &Path, names: &[&str]) {
    let file = data.join("products.csv");
    let head = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
    let row = |name: &&str| format!("{name},A {name},Things,TRUE,SKU-{name},9.99,3\n");
    let rows: String = names.iter().map(row).collect();
    std::fs::write(&file, format!("{head}\n{rows}")).unwrap();
    let output = binary()
        .arg("import")
        .arg(&file)
        // In one of the tests EntMine starts afterwards.
        .arg("--create")
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[tokio::test]
async fn after_a_restore_the_store_brings_back_what_entmine_lost() {
    let (mine, shop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let entmine = Program::entmine(mine.path(), &[]);
    let addr = format!("127.0.0.1:{}", entmine.port());
    let store = Program::store_of(&entmine.base, shop.path(), &[]);
    let mut browser = store.browser();
    let (first, _) = order(&mut browser, "1").await;
    entmine.terminate();
    assert!(entmine.ended().success());
    // The backup knows the first order; the second one is lost.
    let (database, backup) = (mine.path().join("entmine.db"), mine.path().join("backup"));
    std::fs::copy(&database, &backup).unwrap();
    let entmine = Program::entmine(mine.path(), &["--addr", &addr]);
    let (second, receipt) = order(&mut browser, "2").await;
    let told = match second["number"].as_str() {
        Some(number) => number.to_owned(),
        // The breaker or a kept connection may make the first try wait.
        None => number(&mut browser, &receipt).await,
    };
    entmine.terminate();
    assert!(entmine.ended().success());
    std::fs::copy(&backup, &database).unwrap();

    let raised = binary()
        .args(["entmine", "restored", "--highest", &told, "--data"])
        .arg(mine.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&raised.stderr);
    assert!(raised.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&raised.stdout).contains("epoch 2"));

    let entmine = Program::entmine(mine.path(), &["--addr", &addr]);
    assert_eq!(entmine.metric("entmine_epoch").await, 2);
    entmine.until("entmine_orders", 2).await;
    store.until("wizastore_push_paused", 0).await;
    assert_eq!(number(&mut browser, &receipt).await, told);
    let (third, receipt) = order(&mut browser, "1").await;
    let third = match third["number"].as_str() {
        Some(number) => number.to_owned(),
        None => number(&mut browser, &receipt).await,
    };
    assert!(third > told && told.as_str() > first["number"].as_str().unwrap());
}

#[tokio::test]
async fn the_epoch_is_raised_through_a_running_entmine() {
    let data = tempfile::tempdir().unwrap();
    let entmine = Program::entmine(data.path(), &[]);
    let raise = |number: &str| {
        let mut command = binary();
        command.args(["entmine", "restored", "--highest", number, "--data"]);
        command.arg(data.path()).output().unwrap()
    };
    assert!(raise("SO-2026-000500").status.success());
    assert_eq!(entmine.metric("entmine_epoch").await, 2);
    let bad = raise("500");
    assert_eq!(bad.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("'500' is not an order number"));
    assert_eq!(entmine.metric("entmine_epoch").await, 2);
}

#[tokio::test]
async fn two_stores_share_a_postgresql_database_and_a_data_folder() {
    let data = tempfile::tempdir().unwrap();
    let (shop, mine) = (
        TestDatabase::new(Engine::Postgres).await,
        TestDatabase::new(Engine::Postgres).await,
    );
    let entmine = Program::entmine(data.path(), &["--entmine-database-url", mine.url()]);
    let args = ["--wizastore-database-url", shop.url()];
    let one = Program::store_of(&entmine.base, data.path(), &args);
    let two = Program::store_of(&entmine.base, data.path(), &args);
    let mut browser = one.browser();
    let (outcome, receipt) = order(&mut browser, "1").await;
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    // The session, the order and the ledger are the same at the other one.
    browser.base = two.base.clone();
    assert_eq!(number(&mut browser, &receipt).await, outcome["number"]);
    assert_eq!(two.metric("wizastore_orders{state=\"confirmed\"}").await, 1);
    assert_eq!(order(&mut browser, "1").await.0["outcome"], "confirmed");
    // An operator is answered with both, with one, and with none of them running.
    let audit = || {
        let mut command = binary();
        command.args(["audit", "--json", "--entmine-url", &entmine.base]);
        command.args(args).arg("--data").arg(data.path());
        let output = command.env("ENTMINE_TOKEN", "s3cret").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    for running in [Some(one), Some(two), None] {
        let audit = audit();
        assert_eq!(
            (&audit["confirmed"], &audit["entmine_orders"]),
            (&2.into(), &2.into())
        );
        if let Some(program) = running {
            program.kill();
        }
    }
}
