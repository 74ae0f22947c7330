//! Opening a SQLite file, or one clear sentence.

use crate::shop::Shop;
use database::Engine;
use entmine::{EntMine, OpenError, Options};

async fn open(url: &str) -> Result<EntMine, OpenError> {
    EntMine::open(url, Options::default()).await
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
    let shop = Shop::open(Engine::Sqlite).await;
    let error = open(shop.home.url()).await.unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("test.db"), "{error}");
    let link = shop.home.file().with_file_name("link.db");
    std::os::unix::fs::symlink(shop.home.file(), &link).unwrap();
    let error = open(&format!("sqlite:{}", link.display()))
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
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
async fn an_address_of_something_else_is_refused_in_a_sentence() {
    let error = open("mysql://localhost/entmine").await.unwrap_err();
    assert!(matches!(error, OpenError::Address { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    // Nothing listens on the port of "discard".
    let error = open("postgres://me:s3cret@127.0.0.1:9/entmine")
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Database { .. }), "{error}");
    let said = error.to_string();
    // A database has one name, however its machine is written.
    assert!(said.contains("localhost:9/entmine"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn a_database_is_free_again_when_its_entmine_is_dropped() {
    let shop = Shop::open(Engine::Sqlite).await;
    drop(shop.entmine);
    let again = open(shop.home.url()).await.unwrap();
    assert!(!again.is_empty().await.unwrap());
}
