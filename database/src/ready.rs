//! Whether the database takes what is written.

use crate::address::Engine;
use crate::clock::{Clock, SystemClock};
use crate::error::DatabaseError;
use crate::handle::Database;
use std::time::Duration;
use tokio::time::timeout;

/// A commit this long ago proves that writing works.
const RECENT: Duration = Duration::from_secs(10);
/// How long a probe waits for the writer, who may be at work for somebody else.
const PATIENCE: Duration = Duration::from_secs(2);
/// Nothing that the writer does takes longer, unless it is stuck.
const STUCK: Duration = Duration::from_secs(60);

impl Database {
    /// Whether writing works, for a readiness check: the writer lives, and SQLite's disk has room
    /// (where nothing was committed lately, this writes a few bytes), or PostgreSQL's server takes
    /// changes. A writer that is at work for others is not waited for, and works.
    ///
    /// # Errors
    /// A [`DatabaseError`] where it does not.
    pub async fn can_write(&self) -> Result<(), DatabaseError> {
        if self.inner.queue.is_closed() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        match self.engine() {
            Engine::Sqlite => self.probe().await,
            Engine::Postgres => {
                let is_standby: bool = sqlx::query_scalar("SELECT pg_is_in_recovery()")
                    .fetch_one(&self.inner.readers)
                    .await?;
                match is_standby {
                    true => Err(failed("the server is a standby, which takes no changes")),
                    false => Ok(()),
                }
            }
        }
    }

    async fn probe(&self) -> Result<(), DatabaseError> {
        let counts = &self.inner.counts;
        if counts.since_commit().is_some_and(|ago| ago < RECENT) {
            return Ok(());
        }
        // A number in the file's head that nothing else uses. It has to be another one each time:
        // SQLite does not write what is there already.
        let mark = SystemClock.now_ms() % i64::from(i32::MAX);
        let mark = format!("PRAGMA user_version = {mark}");
        let probe = self.write::<_, DatabaseError, _>("database.probe", move |conn| {
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(mark))
                    .execute(conn)
                    .await?;
                Ok(())
            })
        });
        match timeout(PATIENCE, probe).await {
            Ok(written) => written,
            Err(_) if counts.at_work_for() < STUCK => Ok(()),
            Err(_) => Err(failed("the writer is stuck")),
        }
    }

    /// Ends when the writer has ended, which it only does when the database is closed.
    pub async fn writer_ended(&self) {
        self.inner.queue.closed().await;
    }
}

fn failed(why: &'static str) -> DatabaseError {
    sqlx::Error::Io(std::io::Error::other(why)).into()
}
