//! What cannot be opened, and what is said about it.

use crate::fake::FakeEntMine;
use crate::shop::Shop;
use database::Engine;
use database::testing::TestDatabase;
use sqlx::migrate::Migrate;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::sync::Arc;
use std::time::Duration;
use wizastore::{OpenError, Store, StoreConfig};

#[tokio::test]
async fn a_database_in_use_or_from_a_newer_version_is_said_so() {
    let shop = Shop::open(Engine::Sqlite).await;
    let url = shop.url().to_owned();
    let config = || StoreConfig::new(&url, Arc::new(shop.erp.clone()));
    let Err(in_use) = Store::open(config()).await else {
        panic!("opened twice")
    };
    assert!(matches!(in_use, OpenError::InUse { .. }), "{in_use}");

    let mut db = AnyConnection::connect(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    shop.store.shutdown(Duration::ZERO).await;
    let url = url.clone();
    let erp = shop.erp.clone();
    drop(shop.store.clone());
    let Shop { store, .. } = shop;
    drop(store);
    let config = StoreConfig::new(&url, Arc::new(erp));
    let Err(newer) = Store::open(config).await else {
        panic!("opened a newer one")
    };
    assert!(matches!(newer, OpenError::Newer { .. }), "{newer}");
}

/// An older program on a database that a newer one expanded.
async fn expanded(engine: Engine) -> (TestDatabase, FakeEntMine) {
    let (home, erp) = (TestDatabase::new(engine).await, FakeEntMine::default());
    open(&home, &erp)
        .await
        .unwrap()
        .shutdown(Duration::ZERO)
        .await;
    let mut db = AnyConnection::connect(home.url()).await.unwrap();
    let (yes, checksum) = match engine {
        Engine::Sqlite => ("1", "x'00'"),
        Engine::Postgres => ("TRUE", "'\\x00'::bytea"),
    };
    let sql = format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'expand what older programs do not see', {yes}, {checksum}, 0)"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    (home, erp)
}

async fn open(home: &TestDatabase, erp: &FakeEntMine) -> Result<Store, OpenError> {
    Store::open(StoreConfig::new(home.url(), Arc::new(erp.clone()))).await
}

#[tokio::test]
async fn an_older_program_beside_a_newer_one_locks_nobody_out() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (home, erp) = expanded(engine).await;
        let old = open(&home, &erp).await.unwrap();
        if engine == Engine::Postgres {
            let others = [open(&home, &erp).await, open(&home, &erp).await];
            assert!(others.iter().all(Result::is_ok), "shut out");
            let mut db = AnyConnection::connect(home.url()).await.unwrap();
            let locks = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND database =
                         (SELECT oid FROM pg_database WHERE datname = current_database())";
            let held: i64 = sqlx::query_scalar(locks).fetch_one(&mut db).await.unwrap();
            assert_eq!(held, 0);
        }
        old.shutdown(Duration::ZERO).await;
    }
}

#[tokio::test]
async fn a_program_that_may_not_run_here_leaves_no_lock_either() {
    let (home, erp) = expanded(Engine::Postgres).await;
    let mut db = AnyConnection::connect(home.url()).await.unwrap();
    sqlx::raw_sql("UPDATE _sqlx_migrations SET description = 'changed' WHERE version = 9999")
        .execute(&mut db)
        .await
        .unwrap();
    for _ in 0..2 {
        let refused = open(&home, &erp).await.map(drop);
        assert!(
            matches!(refused, Err(OpenError::Newer { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_program_that_starts_during_a_long_migration_waits_for_it() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let erp = FakeEntMine::default();
    sqlx::any::install_default_drivers();
    let mut migrating = AnyConnection::connect(home.url()).await.unwrap();
    migrating.lock().await.unwrap();
    let starting = open(&home, &erp);
    tokio::pin!(starting);
    // Longer than any statement of the store's may wait for a lock.
    let early = tokio::time::timeout(Duration::from_millis(5_500), &mut starting).await;
    assert!(early.is_err(), "it gave up, or did not wait");
    migrating.unlock().await.unwrap();
    starting.await.unwrap();
}
