//! Work beside other work on PostgreSQL, in one process and in several.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{TestDatabase, open_without_tables};
use database::{Conn, Database, DatabaseError, Engine, Points, Work};
use futures::future::join_all;
use std::time::Duration;
use tokio::sync::oneshot;

async fn open(server: &TestDatabase) -> Database {
    let database = open_without_tables(server.url(), Points::default());
    database.await.unwrap()
}

/// Two processes on one database, with a table of numbers.
async fn two() -> (TestDatabase, [Database; 2]) {
    let server = TestDatabase::new(Engine::Postgres).await;
    let both = [open(&server).await, open(&server).await];
    let create = "CREATE TABLE t (name TEXT PRIMARY KEY, n BIGINT NOT NULL);
                  INSERT INTO t VALUES ('a', 0), ('b', 0)";
    alone(&both[0], create).await.unwrap();
    (server, both)
}

async fn alone(database: &Database, sql: &'static str) -> Result<(), DatabaseError> {
    database
        .write("test.step", move |conn| run(conn, sql))
        .await
}

fn run<'c>(conn: &'c mut Conn, sql: &'static str) -> Work<'c, (), DatabaseError> {
    Box::pin(async move {
        sqlx::raw_sql(sql).execute(conn).await?;
        Ok(())
    })
}

/// Reads a number and writes one more, as no single statement would; others have time to come between.
fn count<'c>(conn: &'c mut Conn, name: &'static str) -> Work<'c, (), DatabaseError> {
    Box::pin(async move {
        let n: i64 = sqlx::query_scalar("SELECT n FROM t WHERE name = $1")
            .bind(name)
            .fetch_one(&mut *conn)
            .await?;
        tokio::task::yield_now().await;
        sqlx::query("UPDATE t SET n = $2 WHERE name = $1")
            .bind(name)
            .bind(n + 1)
            .execute(conn)
            .await?;
        Ok(())
    })
}

async fn count_beside(database: &Database, name: &'static str) -> Result<(), DatabaseError> {
    database
        .write_beside("test.step", Some(name), move |conn| count(conn, name))
        .await
}

/// The same, and says when it has begun.
async fn count_once_begun(
    database: &Database,
    begun: oneshot::Sender<()>,
) -> Result<(), DatabaseError> {
    database
        .write_beside("test.step", Some("a"), move |conn| {
            Box::pin(async move {
                begun.send(()).unwrap();
                count(conn, "a").await
            })
        })
        .await
}

async fn counted(database: &Database, name: &'static str) -> i64 {
    let read = database.reader().acquire().await;
    sqlx::query_scalar("SELECT n FROM t WHERE name = $1")
        .bind(name)
        .fetch_one(&mut *read.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn work_of_one_scope_is_done_one_after_another_in_all_processes() {
    let (_server, both) = two().await;
    let counting = (0..60).map(|i| {
        let name = ["a", "b"][i / 2 % 2];
        count_beside(&both[i % 2], name)
    });
    for done in join_all(counting).await {
        done.unwrap();
    }
    assert_eq!(counted(&both[0], "a").await, 30);
    assert_eq!(counted(&both[1], "b").await, 30);
}

#[tokio::test]
async fn work_of_two_scopes_is_done_at_the_same_time() {
    let (_server, both) = two().await;
    let (here, there) = (oneshot::channel::<()>(), oneshot::channel::<()>());
    // Each ends only once the other has begun.
    let meet =
        |database: &Database, scope, say: oneshot::Sender<()>, hear: oneshot::Receiver<()>| {
            let database = database.clone();
            async move {
                let work = database.write_beside("test.step", scope, move |conn| {
                    Box::pin(async move {
                        say.send(()).unwrap();
                        hear.await.unwrap();
                        sqlx::raw_sql("SELECT 1").execute(conn).await?;
                        Ok::<_, DatabaseError>(())
                    })
                });
                tokio::time::timeout(Duration::from_secs(20), work).await
            }
        };
    let (a, b) = tokio::join!(
        meet(&both[0], Some("a"), here.0, there.1),
        meet(&both[0], None, there.0, here.1),
    );
    a.unwrap().unwrap();
    b.unwrap().unwrap();
}

#[tokio::test]
async fn work_that_is_about_everything_has_it_to_itself() {
    let (_server, both) = two().await;
    let counting = (0..60).map(|i| {
        let database = both[i % 2].clone();
        async move {
            match i % 3 {
                0 => database.write("test.step", |conn| count(conn, "a")).await,
                _ => count_beside(&database, "a").await,
            }
        }
    });
    for done in join_all(counting).await {
        done.unwrap();
    }
    assert_eq!(counted(&both[0], "a").await, 60);
}

#[tokio::test]
async fn work_that_fails_is_undone_and_holds_up_nobody() {
    let (_server, [database, other]) = two().await;
    for wrong in ["SELECT no_such_thing", "INSERT INTO t VALUES ('a', 1)"] {
        let failed = database.write_beside("test.step", Some("a"), move |conn| {
            Box::pin(async move {
                count(conn, "a").await?;
                run(conn, wrong).await
            })
        });
        let failed = failed.await.unwrap_err();
        assert!(!failed.may_be_written(), "{failed}");
        assert_eq!(failed.is_unique_violation(), wrong.starts_with("INSERT"));
    }
    for database in [database, other] {
        count_beside(&database, "a").await.unwrap();
    }
}

/// A caller that goes away neither cancels the work nor leaves its transaction open.
#[tokio::test]
async fn work_goes_on_without_its_caller() {
    let (_server, [database, other]) = two().await;
    let (begun, begins) = oneshot::channel();
    let work = count_once_begun(&database, begun);
    tokio::select! {
        _ = work => panic!("it was not left"),
        begins = begins => begins.unwrap(),
    }
    // Whoever comes after has waited for it.
    count_beside(&other, "a").await.unwrap();
    assert_eq!(counted(&other, "a").await, 2);
}

#[tokio::test]
async fn a_database_is_closed_after_the_work_that_was_begun() {
    let (_server, [database, other]) = two().await;
    let (begun, begins) = oneshot::channel();
    let work = count_once_begun(&database, begun);
    let close = async {
        begins.await.unwrap();
        database.close().await;
    };
    let (done, ()) = tokio::join!(work, close);
    done.unwrap();
    assert_eq!(counted(&other, "a").await, 1);
    let late = count_beside(&database, "a");
    assert!(!late.await.unwrap_err().may_be_written());
}
