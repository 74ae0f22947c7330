//! A PostgreSQL that falls silent without a sign, as a machine that went: whoever asks is answered in seconds.

use crate::program::Program;
use database::Engine;
use database::testing::{SlowLine, TestDatabase};
use reqwest::header::COOKIE;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

// The line to the database works while the program starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_database_is_said_by_readiness_and_pages_within_seconds() {
    let data = tempfile::tempdir().unwrap();
    let is_silent = Arc::new(AtomicBool::new(false));
    let delay = {
        let is_silent = is_silent.clone();
        move || match is_silent.load(Ordering::SeqCst) {
            true => Duration::from_secs(3_600),
            false => Duration::ZERO,
        }
    };
    let (store, entmine) = (
        TestDatabase::new(Engine::Postgres).await,
        TestDatabase::new(Engine::Postgres).await,
    );
    let to_store = SlowLine::to(store.url(), delay.clone()).await;
    let to_entmine = SlowLine::to(entmine.url(), delay).await;
    let shop = Program::start(
        data.path(),
        &[
            "--wizastore-database-url",
            &to_store.over(store.url()),
            "--entmine-database-url",
            &to_entmine.over(entmine.url()),
        ],
    );
    let mut browser = shop.browser();
    browser.fill_cart("1").await;
    let cookie = browser.cookie.clone().unwrap();
    let cart = async || {
        let began = Instant::now();
        let page = browser.client.get(format!("{}/cart", shop.base));
        let page = page.header(COOKIE, &cookie).send().await.unwrap();
        let status = page.status();
        page.text().await.unwrap();
        (status, began.elapsed())
    };
    let ready = async || {
        let began = Instant::now();
        (shop.get("/readyz").await, began.elapsed())
    };
    assert_eq!(cart().await.0, 200);

    is_silent.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let (((status, why), asked), (page, looked)) = tokio::join!(ready(), cart());
        assert_eq!(status, 503);
        assert!(
            why.contains("the store's database does not answer"),
            "{why}"
        );
        assert!(why.contains("EntMine's database does not answer"), "{why}");
        assert!(asked < Duration::from_millis(2_300), "{asked:?}");
        assert_eq!(page, 503);
        assert!(looked < Duration::from_millis(6_500), "{looked:?}");
    }
    is_silent.store(false, Ordering::SeqCst);
    shop.ready().await;
    let healed = async {
        while cart().await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let healed = tokio::time::timeout(Duration::from_secs(5), healed).await;
    healed.expect("the shop is open as soon as its database is there again");
}
