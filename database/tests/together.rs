//! Changes that are made in one message.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{Listener, TestDatabase, open_without_tables, parts};
use database::{Conn, Database, DatabaseError, Engine, Points, Questions, Together};
use sqlx::Row;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TABLES: &str = "
    CREATE TABLE parcels (number TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE lines (number TEXT NOT NULL REFERENCES parcels (number), line BIGINT NOT NULL);
    INSERT INTO parcels (number, state) VALUES ('A', 'new'), ('B', 'new'), ('C', 'new')";

async fn open(home: &TestDatabase) -> Database {
    let database = open_without_tables(home.url(), Points::default());
    let database = database.await.unwrap();
    let tables = database.write("test.tables", |conn| {
        Box::pin(async move {
            sqlx::raw_sql(TABLES).execute(conn).await?;
            Ok::<_, DatabaseError>(())
        })
    });
    tables.await.unwrap();
    database
}

/// Two changes, and an order with a line of it.
fn changes() -> Together {
    let mut changes = Together::default();
    let update = sqlx::query("UPDATE parcels SET state = $1 WHERE number IN ($2, $3)");
    let update = update.bind("picked").bind("A").bind("C");
    let delete = sqlx::query("DELETE FROM parcels WHERE number = $1 AND state = '$1'").bind("B");
    let order = sqlx::query("INSERT INTO parcels (state, number) VALUES ($2, $1)");
    let order = order.bind("D").bind("new, $1 and $");
    let line = sqlx::query("INSERT INTO lines (number, line) VALUES ($1, $2)");
    let line = line.bind("D").bind(1_i64);
    for change in [update, delete, order, line] {
        changes.add(change).unwrap();
    }
    changes
}

async fn states(conn: &mut Conn) -> Result<Vec<(String, String)>, sqlx::Error> {
    let all = sqlx::query_as("SELECT number, state FROM parcels ORDER BY number");
    all.fetch_all(conn).await
}

async fn all_are_made(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    let done = database.write("test.step", |conn| {
        Box::pin(async move {
            changes().run(conn).await?;
            Together::default().run(conn).await?;
            // Made a second time each sees what was done before.
            let mut one = Together::default();
            let update = sqlx::query("UPDATE parcels SET state = state || $1 WHERE number = $2");
            one.add(update.bind(", 'twice' \\ \u{1f989}").bind("C"))?;
            let delete = "DELETE FROM parcels WHERE number = $1 AND state LIKE 'pick%owl'";
            one.add(sqlx::query(
                "UPDATE parcels SET state = state || 'owl' WHERE number = 'C'",
            ))?;
            one.add(sqlx::query(delete).bind("A"))?;
            one.run(conn).await?;
            Ok::<_, DatabaseError>(states(conn).await?)
        })
    });
    let expected = [
        ("A", "picked"),
        ("B", "new"),
        ("C", "picked, 'twice' \\ \u{1f989}owl"),
        ("D", "new, $1 and $"),
    ];
    let expected = expected.map(|(number, state)| (number.to_owned(), state.to_owned()));
    assert_eq!(done.await.unwrap(), expected);
    database.close().await;
}

#[tokio::test]
async fn all_are_made_on_sqlite() {
    all_are_made(Engine::Sqlite).await;
}

#[tokio::test]
async fn all_are_made_on_postgres() {
    all_are_made(Engine::Postgres).await;
}

/// Changes that are left are there for whatever comes after them, in the same work and in the next.
async fn what_is_left_is_made_before_anything_else(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    let left = database.write("test.step", |conn| {
        Box::pin(async move {
            changes().leave(conn)?;
            let seen = states(conn).await?;
            let mut last = Together::default();
            last.add_certain(sqlx::query("DELETE FROM parcels WHERE number = 'C'"))?;
            last.leave(conn)?;
            Ok::<_, DatabaseError>(seen)
        })
    });
    assert_eq!(left.await.unwrap().len(), 4);
    let refused = database.write("test.step", |conn| {
        Box::pin(async move {
            changes().leave(conn)?;
            Err::<(), _>(DatabaseError::CutShort)
        })
    });
    refused.await.unwrap_err();
    let seen = database.write("test.step", |conn| {
        Box::pin(async move { Ok::<_, DatabaseError>(states(conn).await?) })
    });
    assert_eq!(seen.await.unwrap().len(), 3);
    database.close().await;
}

#[tokio::test]
async fn what_is_left_is_made_before_anything_else_on_sqlite() {
    what_is_left_is_made_before_anything_else(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_is_left_is_made_before_anything_else_on_postgres() {
    what_is_left_is_made_before_anything_else(Engine::Postgres).await;
}

/// A change that is left and fails: nothing of its work was written, which is known, and others are not to blame for
/// it, nor held up.
async fn what_is_left_and_fails_is_known_not_to_be_written(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    let twice = "INSERT INTO parcels (number, state) VALUES ('A', 'new')";
    let nothing = "UPDATE parcels SET state = 'lost' WHERE number = 'X'";
    for (sql, is_certain) in [(twice, false), (nothing, true)] {
        let failing = database.write("test.step", move |conn| {
            Box::pin(async move {
                let mut changes = changes();
                match is_certain {
                    true => changes.add_certain(sqlx::query(sql))?,
                    false => changes.add(sqlx::query(sql))?,
                }
                changes.leave(conn)?;
                Ok::<_, DatabaseError>(())
            })
        });
        let beside = database.write("test.step", |conn| {
            Box::pin(async move { Ok::<_, DatabaseError>(states(conn).await?) })
        });
        let (failed, seen) = tokio::join!(failing, beside);
        let failed = failed.unwrap_err();
        assert!(!failed.may_be_written(), "{failed}");
        assert_eq!(failed.is_unique_violation(), !is_certain);
        let untouched = ["A", "B", "C"].map(|number| (number.to_owned(), "new".to_owned()));
        assert_eq!(seen.unwrap(), untouched);
    }
    database.close().await;
}

#[tokio::test]
async fn what_is_left_and_fails_is_known_not_to_be_written_on_sqlite() {
    what_is_left_and_fails_is_known_not_to_be_written(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_is_left_and_fails_is_known_not_to_be_written_on_postgres() {
    what_is_left_and_fails_is_known_not_to_be_written(Engine::Postgres).await;
}

/// What work asks is answered as of after everybody before it.
async fn questions_are_answered_as_of_now(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    // Two replicas, which wait for each other's lock, on PostgreSQL; on SQLite a file belongs to one.
    let other = match engine {
        Engine::Postgres => open_without_tables(home.url(), Points::default())
            .await
            .unwrap(),
        Engine::Sqlite => database.clone(),
    };
    let count = |database: Database, scope: Option<&'static str>| async move {
        let mut questions = Questions::default();
        let number = sqlx::query("SELECT state FROM parcels WHERE number = $1").bind("A");
        questions.ask(number).unwrap();
        questions
            .ask(sqlx::query("SELECT number FROM lines"))
            .unwrap();
        let counted =
            database.write_beside_asking("test.step", scope, questions, |conn, answers| {
                Box::pin(async move {
                    assert!(answers[1].is_empty());
                    let state: String = answers[0][0].try_get("state")?;
                    let next = state.parse::<u32>().unwrap_or(0) + 1;
                    let mut changes = Together::default();
                    let update = sqlx::query("UPDATE parcels SET state = $1 WHERE number = 'A'");
                    changes.add_certain(update.bind(next.to_string()))?;
                    changes.leave(conn)?;
                    Ok::<_, DatabaseError>(())
                })
            });
        counted.await.unwrap();
    };
    let all = (0..40).map(|n| {
        let database = if n % 2 == 0 { &database } else { &other };
        tokio::spawn(count(database.clone(), Some("parcel")))
    });
    futures::future::join_all(all)
        .await
        .into_iter()
        .for_each(|done| done.unwrap());
    let seen = database.write("test.step", |conn| {
        Box::pin(async move { Ok::<_, DatabaseError>(states(conn).await?) })
    });
    assert_eq!(seen.await.unwrap()[0].1, "40");
    other.close().await;
    database.close().await;
}

#[tokio::test]
async fn questions_are_answered_as_of_now_on_sqlite() {
    questions_are_answered_as_of_now(Engine::Sqlite).await;
}

#[tokio::test]
async fn questions_are_answered_as_of_now_on_postgres() {
    questions_are_answered_as_of_now(Engine::Postgres).await;
}

async fn one_that_fails_fails_them_all(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    let failed = database.write("test.step", |conn| {
        Box::pin(async move {
            let mut changes = changes();
            changes.add(sqlx::query(
                "INSERT INTO parcels (number, state) VALUES ('A', 'new')",
            ))?;
            changes.run(conn).await?;
            Ok::<_, DatabaseError>(())
        })
    });
    failed.await.unwrap_err();
    let all = database.write("test.step", |conn| {
        Box::pin(async move { Ok::<_, DatabaseError>(states(conn).await?) })
    });
    let untouched = ["A", "B", "C"].map(|number| (number.to_owned(), "new".to_owned()));
    assert_eq!(all.await.unwrap(), untouched);
    database.close().await;
}

#[tokio::test]
async fn one_that_fails_fails_them_all_on_sqlite() {
    one_that_fails_fails_them_all(Engine::Sqlite).await;
}

#[tokio::test]
async fn one_that_fails_fails_them_all_on_postgres() {
    one_that_fails_fails_them_all(Engine::Postgres).await;
}

/// sqlx writes the text of a slow statement to the log. It takes one that lasts a second to see that ours is not there.
#[tokio::test]
async fn values_are_never_written_to_the_log() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let log = Arc::<Mutex<String>>::default();
    let written = log.clone();
    let _here = tracing::subscriber::set_default(Listener {
        listens: |target| target != "database::statement",
        hear: move |text: &str| written.lock().unwrap().push_str(text),
    });
    let database = open(&home).await;
    let slow = database.write("test.step", |conn| {
        Box::pin(async move {
            let mut changes = Together::default();
            let update =
                "UPDATE parcels SET state = $1 WHERE number = 'A' AND pg_sleep(1.1) IS NOT NULL";
            changes.add(sqlx::query(update).bind("ada@example.org"))?;
            changes.leave(conn)?;
            Ok::<_, DatabaseError>(())
        })
    });
    slow.await.unwrap();
    tracing::warn!("the end");
    database.close().await;
    let log = log.lock().unwrap().clone();
    assert!(log.contains("the end"));
    assert!(!log.contains("ada@"), "{log}");
}

/// What a pooler sends when it loses the server (PgBouncer's "server conn crashed?"): an error that the server never
/// said.
const POOLER: &[u8] =
    b"E\0\0\0\x3fSERROR\0VERROR\0C08P01\0Mserver connection was lost just now\0\0";

/// A line on which, from then on, a commit's answer is replaced by a pooler's word, and the connection ends.
async fn line_that_loses_answers(url: &str, loses: Arc<AtomicBool>) -> String {
    let (user, server, name) = parts(url);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let server = server.to_owned();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(near, far, loses.clone()));
        }
    });
    format!("{user}@{here}/{name}")
}

async fn carry(mut near: TcpStream, mut far: TcpStream, loses: Arc<AtomicBool>) {
    let (mut asked, mut said) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                far.write_all(&asked[..length]).await.unwrap();
                let is_commit = asked[..length].windows(6).any(|word| word == b"COMMIT");
                if is_commit && loses.load(Ordering::SeqCst) {
                    // Once the server has answered it has committed.
                    assert!(far.read(&mut said).await.unwrap() > 0);
                    near.write_all(POOLER).await.unwrap();
                    return;
                }
            }
            read = far.read(&mut said) => {
                let Ok(length @ 1..) = read else { return };
                if near.write_all(&said[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_pooler_says_of_a_lost_commit_proves_nothing() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let loses = Arc::new(AtomicBool::new(false));
    let url = line_that_loses_answers(home.url(), loses.clone()).await;
    let database = open_without_tables(&url, Points::default()).await.unwrap();
    let direct = open(&home).await;
    loses.store(true, Ordering::SeqCst);
    let lost = database.write("test.step", |conn| {
        Box::pin(async move {
            changes().leave(conn)?;
            Ok::<_, DatabaseError>(())
        })
    });
    let lost = lost.await.unwrap_err();
    let seen = direct.write("test.step", |conn| {
        Box::pin(async move { Ok::<_, DatabaseError>(states(conn).await?) })
    });
    assert_eq!(seen.await.unwrap()[0].1, "picked");
    assert!(lost.may_be_written(), "{lost}");
    loses.store(false, Ordering::SeqCst);
    database.close().await;
    direct.close().await;
}
