//! Reading, beside the writer.

use crate::Work;
use crate::address::Engine;
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::open::Database;
use crate::readers::Readers;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

impl Database {
    /// Connections for single reads.
    pub fn reader(&self) -> &Readers {
        &self.inner.readers
    }

    /// Runs `work` on one consistent state of the database, beside the writer. On PostgreSQL it runs in
    /// a task of its own: a caller that goes away leaves no transaction open.
    ///
    /// # Errors
    /// The work's own, or a [`DatabaseError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let readers = self.inner.readers.clone();
        match self.engine() {
            Engine::Sqlite => within(readers, "BEGIN", work).await,
            Engine::Postgres => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                match tokio::spawn(within(readers, begin, work)).await {
                    Ok(result) => result,
                    Err(_) => Err(E::from(DatabaseError::CutShort)),
                }
            }
        }
    }
}

async fn within<T, E, F>(readers: Readers, begin: &'static str, work: F) -> Result<T, E>
where
    E: From<DatabaseError>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    let mut conn = readers.acquire().await.map_err(DatabaseError::from)?;
    let said = |said| sqlx::raw_sql(said);
    said(begin)
        .execute(&mut *conn)
        .await
        .map_err(DatabaseError::from)?;
    // A panic must not give back a connection in the middle of a transaction.
    let value = AssertUnwindSafe(work(&mut conn)).catch_unwind().await;
    said("ROLLBACK")
        .execute(&mut *conn)
        .await
        .map_err(DatabaseError::from)?;
    value.unwrap_or_else(|_| Err(E::from(DatabaseError::CutShort)))
}
