//! The words by which staff find a customer's orders.
//!
//! They are written down soon after the orders, many at a time, so that no customer waits for them. Words of an
//! order that is erased go with its data.

use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::search::{every_word, words};
use crate::sequence;
use crate::storage::EntMine;
use database::Conn;
use sqlx::Row;
use std::time::Duration;

/// The sequence that says up to which position orders have their words.
const ORDER_WORDS: &str = "order_words";
/// Orders in one piece of work.
const ORDERS: i64 = 500;
/// How long a new order is not found yet, about.
const PAUSE: Duration = Duration::from_secs(2);
/// Where there are many, as in the first minutes of a program that writes words, orders go between them.
const BREATH: Duration = Duration::from_millis(20);

/// How far the words are.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// The last position that has its words.
    pub done: i64,
    /// The newest order's position.
    pub newest: i64,
}

impl Reach {
    pub async fn read(conn: &mut Conn) -> Result<Self, StorageError> {
        let done = sequence::last(conn, ORDER_WORDS).await?;
        let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(position) FROM orders")
            .fetch_one(conn)
            .await?;
        Ok(Self {
            done,
            newest: newest.unwrap_or(0),
        })
    }
}

impl EntMine {
    /// Writes down the words of the next orders that have none, a few hundred; whether all have theirs now.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn write_order_words(&self) -> Result<bool, StorageError> {
        let reach = self
            .read(|conn| Box::pin(async move { Reach::read(conn).await }))
            .await?;
        if reach.done >= reach.newest {
            return Ok(true);
        }
        self.write("entmine.words", |tx| {
            Box::pin(async move { write_some(tx.conn()).await })
        })
        .await
    }

    /// Writes down the words of orders for ever, soon after each of them came.
    pub async fn keep_order_words(self) {
        loop {
            let pause = match self.write_order_words().await {
                Ok(false) => BREATH,
                Ok(true) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "the words by which orders are found could not be written");
                    PAUSE
                }
            };
            tokio::time::sleep(pause).await;
        }
    }
}

async fn write_some(conn: &mut Conn) -> Result<bool, StorageError> {
    let done = sequence::last(conn, ORDER_WORDS).await?;
    let rows = sqlx::query(
        "SELECT position, search_text FROM orders WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(done)
    .bind(ORDERS)
    .fetch_all(&mut *conn)
    .await?;
    let (mut found_by, mut last) = (Vec::new(), done);
    for row in &rows {
        last = row.try_get("position")?;
        let text: String = row.try_get("search_text")?;
        found_by.extend(words(&text).into_iter().map(|word| (word, last)));
    }
    // Beside each other in the index.
    found_by.sort_unstable();
    for some in found_by.chunks(BATCH_ROWS) {
        let head = "INSERT INTO order_words (word, position)";
        let sql = batch::insert(
            head,
            2,
            some.len(),
            "ON CONFLICT (word, position) DO NOTHING",
        );
        let query = some
            .iter()
            .fold(sqlx::query(sql), |query, (word, position)| {
                query.bind(word).bind(position)
            });
        query.execute(&mut *conn).await?;
    }
    sequence::reach(conn, ORDER_WORDS, last).await?;
    Ok((rows.len() as i64) < ORDERS)
}

/// Takes away by what an order is found. Its row is locked by the caller's transaction.
pub(crate) async fn erase_words(conn: &mut Conn, number: &str) -> Result<(), StorageError> {
    let row = sqlx::query("SELECT position, search_text FROM orders WHERE number = $1")
        .bind(number)
        .fetch_one(&mut *conn)
        .await?;
    let (position, text): (i64, String) = (row.try_get("position")?, row.try_get("search_text")?);
    let words: Vec<String> = every_word(&text).into_iter().collect();
    for some in words.chunks(BATCH_ROWS) {
        let head = "DELETE FROM order_words WHERE position = $1 AND word IN";
        let query = sqlx::query(batch::listed_after(head, 1, some.len(), "")).bind(position);
        let query = some.iter().fold(query, |query, word| query.bind(word));
        query.execute(&mut *conn).await?;
    }
    sqlx::query("UPDATE orders SET search_text = '' WHERE number = $1")
        .bind(number)
        .execute(conn)
        .await?;
    Ok(())
}
