//! How far each store has followed, as staff see it.

use super::Delivered;
use crate::error::StorageError;
use crate::storage::{EntMine, News, Writing};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A store that EntMine sends its catalogue to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRecord {
    pub name: String,
    /// `here`, or its address.
    pub address: String,
    /// The epoch that `applied` belongs to.
    pub epoch: i64,
    /// The last change that it has.
    pub applied: i64,
    /// The last movement of stock that it has.
    pub stock_applied: i64,
    /// When it last took a message; milliseconds since 1970 UTC.
    pub heard_at_ms: Option<i64>,
    /// Whether its catalogue was EntMine's when it last compared.
    pub matches: Option<bool>,
    pub matched_at_ms: Option<i64>,
    /// Messages in a row that it did not take, and why not the last one.
    pub failures: i64,
    pub failure: Option<String>,
    /// Whether this process sends to it. One that is gone stays known until it is forgotten.
    pub is_sent_to: bool,
}

/// How far a store has followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Has {
    /// What the others belong to.
    pub epoch: i64,
    /// The last change of the catalogue.
    pub catalogue: i64,
    /// The last movement of stock.
    pub stock: i64,
}

impl StoreRecord {
    /// Changes of the catalogue and movements of stock, of what is new, that it has not taken yet.
    pub fn behind(&self, news: News) -> i64 {
        (news.seq - self.applied).max(0) + (news.stock - self.stock_applied).max(0)
    }

    pub(super) fn has(&self) -> Has {
        Has {
            epoch: self.epoch,
            catalogue: self.applied,
            stock: self.stock_applied,
        }
    }
}

impl EntMine {
    /// The stores, by name.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn stores(&self) -> Result<Vec<StoreRecord>, StorageError> {
        let stores = self.read(|conn| {
            Box::pin(async move {
                let rows = sqlx::query("SELECT * FROM stores ORDER BY name")
                    .fetch_all(conn)
                    .await?;
                rows.iter().map(record).collect()
            })
        });
        let mut stores: Vec<StoreRecord> = stores.await?;
        for store in &mut stores {
            store.is_sent_to = self.senders().has(&store.name);
        }
        Ok(stores)
    }

    /// The book of one store, begun where it is new. One that was never sent anything is taken to
    /// have nothing; it says itself what it has.
    pub(super) async fn open_book(
        &self,
        name: &str,
        address: &str,
    ) -> Result<StoreRecord, StorageError> {
        let (name, address, epoch) = (name.to_owned(), address.to_owned(), self.epoch());
        // The snapshot that a new store takes has the stock of now, and every sale before is in the ledger.
        let stock = self.changed().borrow().stock;
        self.write("entmine.delivery", move |tx| {
            Box::pin(async move {
                let row = sqlx::query(
                    "INSERT INTO stores (name, address, epoch, applied, stock_applied, failures)
                     VALUES ($1, $2, $3, 0, $4, 0)
                     ON CONFLICT (name) DO UPDATE SET address = excluded.address
                     RETURNING *",
                )
                .bind(name)
                .bind(address)
                .bind(epoch)
                .bind(stock)
                .fetch_one(tx.conn())
                .await?;
                record(&row)
            })
        })
        .await
    }

    /// Writes down what a store made of a message, and what it has afterwards.
    pub(super) async fn keep_book(
        &self,
        name: &str,
        has: Has,
        delivered: Delivered,
    ) -> Result<(), StorageError> {
        let name = name.to_owned();
        let kept = self.write("entmine.delivery", move |tx| {
            Box::pin(async move { keep(tx, &name, has, delivered).await })
        });
        kept.await
    }
}

/// Gives a store to a sender, begun where it is new; nothing while it is another one's.
pub(super) async fn claim(
    tx: &mut Writing<'_>,
    name: &str,
    address: &str,
    epoch: i64,
    sender: &str,
    until_ms: i64,
) -> Result<Option<StoreRecord>, StorageError> {
    let now_ms = tx.now_ms;
    let row = sqlx::query(
        "INSERT INTO stores (name, address, epoch, applied, failures, sender, sends_until_ms)
         VALUES ($1, $2, $3, 0, 0, $4, $5)
         ON CONFLICT (name) DO UPDATE
         SET address = excluded.address, sender = excluded.sender,
             sends_until_ms = excluded.sends_until_ms
         WHERE stores.sender IS NULL OR stores.sender = excluded.sender
            OR stores.sends_until_ms <= $6
         RETURNING *",
    )
    .bind(name)
    .bind(address)
    .bind(epoch)
    .bind(sender)
    .bind(until_ms)
    .bind(now_ms)
    .fetch_optional(tx.conn())
    .await?;
    row.as_ref().map(record).transpose()
}

/// Ends a sender's claim.
pub(super) async fn give_back(
    tx: &mut Writing<'_>,
    name: &str,
    sender: &str,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE stores SET sender = NULL, sends_until_ms = NULL WHERE name = $1 AND sender = $2",
    )
    .bind(name)
    .bind(sender)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn keep(
    tx: &mut Writing<'_>,
    name: &str,
    has: Has,
    delivered: Delivered,
) -> Result<(), StorageError> {
    let now_ms = tx.now_ms;
    let (heard, matches, failure) = match delivered {
        Delivered::Applied { matches } => (true, matches, None),
        Delivered::Gap { applied } => {
            let why = format!("it has everything up to {applied} and fetches the rest itself");
            (true, None, Some(why))
        }
        Delivered::Failed(why) => (false, None, Some(why)),
    };
    sqlx::query(
        "UPDATE stores SET epoch = $1, applied = $2, stock_applied = $10,
             heard_at_ms = CASE WHEN $3 = 1 THEN $4 ELSE heard_at_ms END,
             matches = CASE WHEN $5 = 1 THEN $6 ELSE matches END,
             matched_at_ms = CASE WHEN $5 = 1 THEN $4 ELSE matched_at_ms END,
             failures = CASE WHEN $7 = 1 THEN failures + 1 ELSE 0 END,
             failure = $8
         WHERE name = $9",
    )
    .bind(has.epoch)
    .bind(has.catalogue)
    .bind(i64::from(heard))
    .bind(now_ms)
    .bind(i64::from(matches.is_some()))
    .bind(i64::from(matches == Some(true)))
    .bind(i64::from(failure.is_some()))
    .bind(failure)
    .bind(name)
    .bind(has.stock)
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn record(row: &AnyRow) -> Result<StoreRecord, StorageError> {
    let matches: Option<i64> = row.try_get("matches")?;
    Ok(StoreRecord {
        name: row.try_get("name")?,
        address: row.try_get("address")?,
        epoch: row.try_get("epoch")?,
        applied: row.try_get("applied")?,
        stock_applied: row.try_get("stock_applied")?,
        heard_at_ms: row.try_get("heard_at_ms")?,
        matches: matches.map(|matches| matches == 1),
        matched_at_ms: row.try_get("matched_at_ms")?,
        failures: row.try_get("failures")?,
        failure: row.try_get("failure")?,
        is_sent_to: false,
    })
}
