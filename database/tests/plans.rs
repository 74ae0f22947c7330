//! The look at plans sees what it is there to see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{TestDatabase, open_without_tables};
use database::{DatabaseError, Engine, Points};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whether a statement is found out on both engines, once it ran on a table of orders.
async fn is_found_out(sql: &'static str) -> bool {
    let on_sqlite = is_found_out_on(Engine::Sqlite, sql).await;
    assert_eq!(is_found_out_on(Engine::Postgres, sql).await, on_sqlite);
    on_sqlite
}

async fn is_found_out_on(engine: Engine, sql: &'static str) -> bool {
    let home = TestDatabase::new(engine).await;
    let database = open_without_tables(home.url(), Points::default());
    let database = database.await.unwrap();
    let tables = "CREATE TABLE orders (number TEXT PRIMARY KEY, state TEXT, note TEXT);
                  CREATE INDEX orders_by_state ON orders (state);
                  INSERT INTO orders VALUES ('1', 'new', '')";
    for sql in [tables, sql] {
        let done = database.write("test.step", move |conn| {
            Box::pin(async move {
                sqlx::raw_sql(sql).execute(conn).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        done.await.unwrap();
    }
    database.close().await;
    catch_unwind(AssertUnwindSafe(|| drop(home))).is_err()
}

// Each in a process, or at least a test, of its own: what was seen once is looked at again.
#[tokio::test]
async fn what_finds_its_rows_by_an_index_may_run() {
    assert!(!is_found_out("SELECT number FROM orders WHERE state = 'new'").await);
    assert!(!is_found_out("SELECT number FROM orders ORDER BY state LIMIT 5").await);
    assert!(is_found_out("SELECT * FROM orders WHERE number LIKE '%1'").await);
}

#[tokio::test]
async fn another_name_of_a_table_hides_nothing() {
    assert!(is_found_out("SELECT o.number FROM orders AS o WHERE o.number LIKE '%1'").await);
}

#[tokio::test]
async fn all_of_an_index_is_all_of_the_table() {
    assert!(is_found_out("SELECT state, COUNT(*) AS n FROM orders GROUP BY state").await);
}

#[tokio::test]
async fn the_greatest_of_all_is_looked_for_in_all_without_an_index() {
    assert!(!is_found_out("SELECT MAX(state) FROM orders").await);
    assert!(is_found_out("SELECT MAX(note) FROM orders").await);
}
