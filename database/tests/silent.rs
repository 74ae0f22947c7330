//! A server that falls silent without a sign while it is read from.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{SlowLine, TestDatabase, open_without_tables};
use database::{Database, Engine, Points};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// A server, and whether the line to it is silent.
async fn server() -> (TestDatabase, SlowLine, Database, Arc<AtomicBool>) {
    let home = TestDatabase::new(Engine::Postgres).await;
    let is_silent = Arc::new(AtomicBool::new(false));
    let silent = is_silent.clone();
    let line = SlowLine::to(home.url(), move || match silent.load(Ordering::SeqCst) {
        true => Duration::from_secs(3_600),
        false => Duration::ZERO,
    });
    let line = line.await;
    let url = line.over(home.url());
    let database = open_without_tables(&url, Points::default()).await.unwrap();
    (home, line, database, is_silent)
}

async fn read(database: &Database) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("SELECT 1")
        .fetch_one(database.reader())
        .await
}

/// A page reads several things one after the other.
async fn page(database: &Database) -> (bool, Duration) {
    let began = Instant::now();
    let mut is_there = true;
    for _ in 0..4 {
        is_there &= read(database).await.is_ok();
    }
    (is_there, began.elapsed())
}

#[tokio::test]
async fn a_page_waits_for_a_silent_server_once_and_not_for_long() {
    let (_home, _line, database, is_silent) = server().await;
    for rested in [Duration::ZERO, Duration::from_millis(1_100)] {
        // Several connections are there.
        let all = futures::future::join_all((0..8).map(|_| read(&database)));
        assert!(all.await.iter().all(Result::is_ok));
        tokio::time::sleep(rested).await;
        is_silent.store(true, Ordering::SeqCst);
        let pages = futures::future::join_all((0..40).map(|_| page(&database)));
        for (is_there, took) in pages.await {
            assert!(!is_there);
            assert!(took < Duration::from_secs(6), "{rested:?}: {took:?}");
        }
        is_silent.store(false, Ordering::SeqCst);
        let healed = async {
            while read(&database).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        let healed = tokio::time::timeout(Duration::from_secs(4), healed).await;
        healed.expect("it is read from as soon as it is there again");
    }
}

#[tokio::test]
async fn a_statement_that_takes_long_comes_to_its_end() {
    let (_home, _line, database, _) = server().await;
    let slept = database.read::<_, database::DatabaseError, _>(|conn| {
        Box::pin(async {
            let rows = sqlx::query("SELECT 1 FROM pg_sleep(3)")
                .fetch_all(&mut *conn)
                .await?;
            Ok(rows.len())
        })
    });
    assert_eq!(slept.await.unwrap(), 1);
}

/// In a transaction that fails by it nothing else is waited for.
#[tokio::test]
async fn work_that_a_silent_server_ends_ends_at_once() {
    let (_home, _line, database, is_silent) = server().await;
    let began = Instant::now();
    let work = database.read::<(), database::DatabaseError, _>(move |conn| {
        Box::pin(async move {
            is_silent.store(true, Ordering::SeqCst);
            sqlx::raw_sql("SELECT 1").execute(&mut *conn).await?;
            Ok(())
        })
    });
    work.await.unwrap_err();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
}
