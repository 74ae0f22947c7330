//! Reading, beside the writer.

use crate::Work;
use crate::address::Engine;
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::handle::Database;
use crate::readers::{Readers, Reading};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use tokio::runtime::{Handle, RuntimeFlavor};

impl Database {
    /// Connections for single reads. On SQLite they are made where they are asked for, so what reads many
    /// rows belongs into [`Database::read`].
    pub fn reader(&self) -> &Readers {
        &self.inner.readers
    }

    /// Runs `work` on one consistent state of the database, beside the writer. It runs in a task of its
    /// own, and on SQLite on a thread that may be blocked: a caller that goes away leaves no transaction
    /// open, and a whole catalogue holds nobody up.
    ///
    /// # Errors
    /// The work's own, or a [`DatabaseError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let conn = self.inner.readers.acquire().await;
        let conn = conn.map_err(DatabaseError::from)?;
        let runtime = Handle::current();
        let begin = match self.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let reading = within(conn, begin, work);
        let task = match (self.engine(), runtime.runtime_flavor()) {
            (Engine::Postgres, _) => runtime.spawn(reading),
            // The runtime's one thread is all that there is.
            (Engine::Sqlite, RuntimeFlavor::CurrentThread) => return reading.await,
            (Engine::Sqlite, _) => tokio::task::spawn_blocking(move || runtime.block_on(reading)),
        };
        match task.await {
            Ok(result) => result,
            Err(_) => Err(E::from(DatabaseError::CutShort)),
        }
    }
}

async fn within<T, E, F>(mut conn: Reading, begin: &'static str, work: F) -> Result<T, E>
where
    E: From<DatabaseError>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E>,
{
    tell(&mut conn, begin).await?;
    // A panic must not give back a connection in the middle of a transaction.
    let value = AssertUnwindSafe(work(&mut conn)).catch_unwind().await;
    tell(&mut conn, "ROLLBACK").await?;
    value.unwrap_or_else(|_| Err(E::from(DatabaseError::CutShort)))
}

async fn tell(conn: &mut Conn, what: &'static str) -> Result<(), DatabaseError> {
    sqlx::raw_sql(what).execute(conn).await?;
    Ok(())
}
