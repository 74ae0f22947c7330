//! Reading, beside the writer.

use crate::Work;
use crate::address::Engine;
use crate::error::DatabaseError;
use crate::open::Database;
use sqlx::{AnyConnection, AnyPool};

impl Database {
    /// Connections for single reads.
    pub fn reader(&self) -> &AnyPool {
        &self.inner.readers
    }

    /// Runs `work` on one consistent state of the database, beside the writer. It runs in a task of
    /// its own: a caller that goes away leaves no transaction open.
    ///
    /// # Errors
    /// The work's own, or a [`DatabaseError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> Work<'c, T, E> + Send + 'static,
    {
        let begin = match self.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let readers = self.inner.readers.clone();
        let task = tokio::spawn(async move {
            let mut tx = readers
                .begin_with(begin)
                .await
                .map_err(DatabaseError::from)?;
            let value = work(&mut tx).await?;
            tx.rollback().await.map_err(DatabaseError::from)?;
            Ok(value)
        });
        match task.await {
            Ok(result) => result,
            Err(_) => Err(E::from(DatabaseError::CutShort)),
        }
    }
}
