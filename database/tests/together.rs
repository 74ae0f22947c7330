//! Changes that are made in one message.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{TestDatabase, open_without_tables};
use database::{Conn, Database, DatabaseError, Engine, Points, Together};

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

async fn all_are_made_and_counted(engine: Engine) {
    let home = TestDatabase::new(engine).await;
    let database = open(&home).await;
    let done = database.write("test.step", |conn| {
        Box::pin(async move {
            assert_eq!(changes().run(conn).await?, [2, 0, 1, 1]);
            assert!(Together::default().run(conn).await?.is_empty());
            let mut one = Together::default();
            one.add(sqlx::query("DELETE FROM parcels WHERE number = $1").bind("B"))?;
            assert_eq!(one.run(conn).await?, [1]);
            Ok::<_, DatabaseError>(states(conn).await?)
        })
    });
    let expected = [("A", "picked"), ("C", "picked"), ("D", "new, $1 and $")];
    let expected = expected.map(|(number, state)| (number.to_owned(), state.to_owned()));
    assert_eq!(done.await.unwrap(), expected);
    database.close().await;
}

#[tokio::test]
async fn all_are_made_and_counted_on_sqlite() {
    all_are_made_and_counted(Engine::Sqlite).await;
}

#[tokio::test]
async fn all_are_made_and_counted_on_postgres() {
    all_are_made_and_counted(Engine::Postgres).await;
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
