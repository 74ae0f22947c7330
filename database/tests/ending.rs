//! How a database ends: closed in good order, or with its process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::open_without_tables;
use database::{Action, Database, DatabaseError, OpenError, Points};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

async fn open(file: &Path, points: Points) -> Database {
    try_open(file, points).await.unwrap()
}

async fn try_open(file: &Path, points: Points) -> Result<Database, OpenError> {
    open_without_tables(&format!("sqlite:{}", file.display()), points).await
}

async fn run(database: &Database, sql: &'static str) -> Result<(), DatabaseError> {
    database
        .write("test.step", move |conn| {
            Box::pin(async move {
                sqlx::raw_sql(sql).execute(conn).await?;
                Ok(())
            })
        })
        .await
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Whoever copies the database file of a program that has ended copies all of it.
#[test]
fn a_database_that_was_closed_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    runtime().block_on(async {
        let database = open(&file, Points::default()).await;
        run(&database, "CREATE TABLE t (a)").await.unwrap();
        for _ in 0..300 {
            run(&database, "INSERT INTO t VALUES (1)").await.unwrap();
        }
        let mut reading = database.reader().acquire().await.unwrap();
        sqlx::raw_sql("SELECT * FROM t")
            .execute(&mut *reading)
            .await
            .unwrap();
        drop(reading);
        database.close().await;
        assert!(run(&database, "SELECT 1").await.is_err());
    });
    assert!(file.exists());
    for left in ["test.db-wal", "test.db-shm"] {
        assert!(!folder.path().join(left).exists(), "{left}");
    }
}

/// A writer that stands still in a transaction ends with its runtime, as with a process, and what it had
/// begun is undone.
#[test]
fn a_writer_ends_with_its_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let (reached, wait) = mpsc::channel();
    let halted = Points::new(move |name| match name {
        "test.step.commit" => {
            let _ = reached.send(());
            Action::Halt
        }
        _ => Action::Go,
    });
    let first = runtime();
    let database = first.block_on(open(&file, halted));
    first.spawn(async move { run(&database, "CREATE TABLE t (a)").await });
    wait.recv_timeout(Duration::from_secs(30)).unwrap();
    first.shutdown_background();
    runtime().block_on(async {
        // What the first held is released a moment after its end.
        let database = loop {
            match try_open(&file, Points::default()).await {
                Ok(database) => break database,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        run(&database, "CREATE TABLE t (a)").await.unwrap();
        database.close().await;
    });
}

/// A read that is given up in its transaction leaves none behind for the next one.
#[tokio::test]
async fn a_read_that_is_given_up_leaves_no_transaction_open() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("test.db"), Points::default()).await;
    for _ in 0..3 {
        let mut reading = database.reader().acquire().await.unwrap();
        sqlx::raw_sql("BEGIN").execute(&mut *reading).await.unwrap();
    }
    let panicking = database.read(|_| Box::pin(async { panic!("on purpose") }));
    let ended: Result<(), DatabaseError> = panicking.await;
    assert!(matches!(ended, Err(DatabaseError::CutShort)));
    database.close().await;
}

/// A step that fails and has a transaction to itself leaves nothing behind, and nobody after it waits.
#[tokio::test]
async fn a_step_that_fails_with_nobody_beside_it_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("test.db"), Points::default()).await;
    run(&database, "CREATE TABLE t (a PRIMARY KEY)")
        .await
        .unwrap();
    let wrong = "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2), (1)";
    run(&database, wrong).await.unwrap_err();
    run(&database, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(database.commits(), (2, 2));
    database.close().await;
}

/// A step that is alone may change more pages than a savepoint keeps in memory, and makes no file for them.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_step_that_changes_much_makes_no_temporary_file() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("test.db"), Points::default()).await;
    let filled = "CREATE TABLE t (a, b);
        WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            INSERT INTO t SELECT i, hex(randomblob(200)) FROM n";
    run(&database, filled).await.unwrap();
    let files = database.write("test.step", |conn| {
        Box::pin(async move {
            // One statement that may fail on the way has a savepoint within; these may not.
            for row in (1_i64..2000).step_by(10) {
                sqlx::query("UPDATE t SET a = 0 WHERE rowid = $1")
                    .bind(row)
                    .execute(&mut *conn)
                    .await?;
            }
            Ok::<_, DatabaseError>(temporary_files())
        })
    });
    assert_eq!(files.await.unwrap(), Vec::<PathBuf>::new());
    database.close().await;
}

/// Files that this process has open and that have no name any more: SQLite removes its temporary ones as soon as they
/// are open.
#[cfg(target_os = "linux")]
fn temporary_files() -> Vec<PathBuf> {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let names = open.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    names
        .filter(|name| name.to_string_lossy().contains("etilqs_"))
        .collect()
}

/// A step that fails leaves the others of its commit alone, also where it is the last one.
#[tokio::test]
async fn a_step_that_fails_is_undone_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("test.db"), Points::default()).await;
    run(&database, "CREATE TABLE t (a PRIMARY KEY)")
        .await
        .unwrap();
    let (first, wrong, last, again) = tokio::join!(
        run(&database, "INSERT INTO t VALUES (1)"),
        run(&database, "INSERT INTO t VALUES (2), (1)"),
        run(&database, "INSERT INTO t VALUES (3)"),
        run(&database, "INSERT INTO t VALUES (4), (3)"),
    );
    assert!(first.is_ok() && last.is_ok() && wrong.is_err() && again.is_err());
    let left: Vec<i64> = sqlx::query_scalar("SELECT a FROM t ORDER BY a")
        .fetch_all(database.reader())
        .await
        .unwrap();
    assert_eq!(left, [1, 3]);
    assert_eq!(database.commits(), (2, 5), "four steps shared a commit");
    database.close().await;
}
