//! Opening a database, whatever the engine.

use super::ENGINE;
use crate::shop::Shop;
use database::Engine;
use entmine::{EntMine, OpenError, Options};

#[tokio::test]
async fn a_new_database_is_empty_durable_and_answers() {
    let shop = Shop::empty(ENGINE).await;
    shop.entmine.ping().await.unwrap();
    assert!(shop.entmine.is_empty().await.unwrap());
    assert_eq!((shop.count().await, shop.entmine.epoch()), (0, 1));
    let snapshot = shop.entmine.snapshot().await.unwrap();
    assert_eq!(
        (snapshot.epoch, snapshot.seq, snapshot.products.len()),
        (1, 0, 0)
    );
    match ENGINE {
        Engine::Sqlite => assert!(shop.home.file().with_extension("db-wal").exists()),
        Engine::Postgres => {}
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let shop = Shop::open(ENGINE).await;
    shop.alter(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, CAST('' AS blob), 0)",
    )
    .await;
    shop.entmine.close().await;
    drop(shop.entmine);
    let error = EntMine::open(shop.home.url(), Options::default())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Newer {
                migration: 9999,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_restart_keeps_the_catalogue_and_the_identity() {
    let shop = Shop::open(ENGINE).await;
    let (instance, before) = (shop.entmine.instance(), shop.entmine.snapshot().await);
    let shop = shop.restart().await;
    assert_eq!(shop.entmine.instance(), instance);
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before.unwrap());
}
