//! Three replicas of the store, as three processes on one PostgreSQL database.

use crate::program::{Program, binary, field, form};
use database::Engine;
use database::testing::TestDatabase;
use std::time::Duration;
use tokio::io::copy;
use tokio::net::{TcpListener, TcpStream};

fn replica(data: &std::path::Path, database: &TestDatabase, entmine: &str) -> Program {
    let env = [
        ("ENTMINE_TOKEN", "s3cret"),
        ("WIZASTORE_DATABASE_URL", database.url()),
    ];
    Program::serve(data, &["--entmine-url", entmine], &env)
}

/// A way to EntMine that brings everything there and nothing back.
async fn one_way_to(entmine: &str) -> String {
    let there = entmine.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut caller, _)) = listener.accept().await {
            let mut called = TcpStream::connect(&there).await.unwrap();
            held.push(tokio::spawn(async move {
                let (mut from, _to) = caller.split();
                let (_answers, mut to) = called.split();
                let _ = copy(&mut from, &mut to).await;
                std::future::pending::<()>().await;
            }));
        }
    });
    format!("http://{addr}")
}

#[tokio::test]
async fn what_a_killed_replica_was_sending_is_settled_by_the_others_within_its_lease() {
    let data = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(Engine::Postgres).await;
    let entmine = Program::entmine(data.path(), &[]);
    // The others first: the catalogue comes the whole way.
    let second = replica(data.path(), &database, &entmine.base);
    let third = replica(data.path(), &database, &entmine.base);
    let first = replica(data.path(), &database, &one_way_to(&entmine.base).await);
    let mut browser = first.browser();
    let fields = browser.fill_cart("1").await;
    let submit = tokio::spawn({
        let (browser, fields) = (browser.clone(), fields.clone());
        async move {
            let request = browser.post("/api/orders/submit").form(&fields);
            request.send().await
        }
    });
    // EntMine has it, the store that sent it does not know, and dies.
    entmine.until("entmine_orders", 1).await;
    assert_eq!(second.metric("wizastore_orders{state=\"open\"}").await, 1);
    first.kill();
    assert!(submit.await.unwrap().is_err(), "the reply never came");

    let receipt = field(&fields, "receipt");
    let settled = async {
        loop {
            let mut browser = third.browser();
            let fields = form(&[("receipt", &receipt)]);
            let status = browser.door("/api/orders/status", &fields).await;
            if status["outcome"] == "confirmed" {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    // The lease is 20 s; somebody looks every second.
    let status = tokio::time::timeout(Duration::from_secs(30), settled)
        .await
        .expect("settled within the lease");
    // The tab that is still open asks another replica, with the same key.
    browser.base = second.base.clone();
    let again = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(again["number"], status["number"]);
    assert_eq!(entmine.metric("entmine_orders").await, 1);
    let audit = binary()
        .args(["audit", "--data"])
        .arg(data.path())
        .args(["--entmine-url", &entmine.base])
        .env("ENTMINE_TOKEN", "s3cret")
        .env("WIZASTORE_DATABASE_URL", database.url())
        .status()
        .unwrap();
    assert!(audit.success());
}
