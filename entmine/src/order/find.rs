//! Looking orders up.

use super::{Found, verdict};
use crate::error::StorageError;
use crate::storage::EntMine;
use uuid::Uuid;

impl EntMine {
    /// What was decided about a key; another store's key is unknown.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn find(&self, store: &str, key: Uuid) -> Result<Found, StorageError> {
        let key = key.to_string();
        let verdict = self
            .read(move |conn| Box::pin(async move { verdict::find(conn, &key).await }))
            .await?;
        Ok(match verdict {
            Some(verdict) if verdict.store == store => verdict.found,
            Some(_) | None => Found::Unknown,
        })
    }

    /// How many orders were ever accepted, of all stores. Positions have no gaps and nothing is ever
    /// taken out, so the last one is the count, whatever there is.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn count_orders(&self) -> Result<i64, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                Ok(
                    sqlx::query_scalar("SELECT COALESCE(MAX(position), 0) FROM orders")
                        .fetch_one(conn)
                        .await?,
                )
            })
        })
        .await
    }
}
