//! Opening a database, or one clear sentence.

use crate::shop::Shop;
use entmine::{EntMine, OpenError, SystemClock};
use std::sync::Arc;

async fn open(url: &str) -> Result<EntMine, OpenError> {
    EntMine::open(url, Arc::new(SystemClock)).await
}

#[tokio::test]
async fn a_new_database_is_empty_durable_and_answers() {
    let shop = Shop::empty().await;
    shop.entmine.ping().await.unwrap();
    assert!(shop.entmine.is_empty().await.unwrap());
    assert_eq!(shop.count().await, 0);
    let snapshot = shop.entmine.snapshot().await.unwrap();
    assert_eq!(
        (snapshot.epoch, snapshot.seq, snapshot.products.len()),
        (1, 0, 0)
    );
    assert!(shop.database().with_extension("db-wal").exists());
}

#[tokio::test]
async fn a_missing_folder_is_made_and_odd_names_are_taken_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("my data/50% & more#/entmine.db");
    let entmine = open(&format!("sqlite:{}", database.display()))
        .await
        .unwrap();
    entmine.ping().await.unwrap();
    assert!(database.exists());
    assert!(
        folder
            .path()
            .join("my data/50% & more#/entmine.db.lock")
            .exists()
    );
}

#[tokio::test]
async fn a_database_in_use_is_not_opened_twice() {
    let shop = Shop::open().await;
    let error = open(&shop.url()).await.unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("entmine.db"), "{error}");
    let link = shop.folder.path().join("link.db");
    std::os::unix::fs::symlink(shop.database(), &link).unwrap();
    let error = open(&format!("sqlite:{}", link.display()))
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let shop = Shop::open().await;
    shop.alter(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .await;
    let url = shop.url();
    let (entmine, _folder) = (shop.entmine, shop.folder);
    entmine.close().await;
    drop(entmine);
    let error = open(&url).await.unwrap_err();
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
async fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let url = format!("sqlite:{}/file/data/entmine.db", folder.path().display());
    let error = open(&url).await.unwrap_err();
    assert!(
        matches!(error, OpenError::FolderNotWritable { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("file/data"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("entmine.db");
    std::fs::write(&file, "A letter, not a database. ".repeat(100)).unwrap();
    let error = open(&format!("sqlite:{}", file.display()))
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Database { .. }), "{error}");
    assert!(error.to_string().contains("entmine.db"), "{error}");
    assert!(error.to_string().contains("not a database"), "{error}");
}

#[tokio::test]
async fn other_engines_are_refused_in_a_sentence() {
    let error = open("postgres://localhost/entmine").await.unwrap_err();
    assert!(matches!(error, OpenError::Address { .. }), "{error}");
}

#[tokio::test]
async fn a_database_is_free_again_when_its_entmine_is_dropped() {
    let shop = Shop::open().await;
    let (url, entmine, _folder) = (shop.url(), shop.entmine, shop.folder);
    drop(entmine);
    let again = open(&url).await.unwrap();
    assert!(!again.is_empty().await.unwrap());
}
