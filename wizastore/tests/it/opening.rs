//! What cannot be opened, and what is said about it.

use crate::shop::Shop;
use database::Engine;
use sqlx::Connection;

#[tokio::test]
async fn a_database_in_use_or_from_a_newer_version_is_said_so() {
    let shop = Shop::open(Engine::Sqlite).await;
    let url = shop.url().to_owned();
    let config = || wizastore::StoreConfig::new(&url, std::sync::Arc::new(shop.erp.clone()));
    let Err(in_use) = wizastore::Store::open(config()).await else {
        panic!("opened twice")
    };
    assert!(
        matches!(in_use, wizastore::OpenError::InUse { .. }),
        "{in_use}"
    );

    let mut db = sqlx::AnyConnection::connect(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    shop.store.shutdown(std::time::Duration::ZERO).await;
    let url = url.clone();
    let erp = shop.erp.clone();
    drop(shop.store.clone());
    let Shop { store, .. } = shop;
    drop(store);
    let config = wizastore::StoreConfig::new(&url, std::sync::Arc::new(erp));
    let Err(newer) = wizastore::Store::open(config).await else {
        panic!("opened a newer one")
    };
    assert!(
        matches!(newer, wizastore::OpenError::Newer { .. }),
        "{newer}"
    );
}
