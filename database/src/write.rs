//! The writer: one task that owns the writing connection. What waits for it shares its next
//! transaction, each piece of work in a savepoint of its own, and one commit.
//!
//! No caller ever holds the transaction: one that goes away neither cancels it nor leaves it open.

use crate::Work;
use crate::address::Engine;
use crate::batch::{Queued, Step, Task};
use crate::error::DatabaseError;
use crate::open::{Database, Durability, prepare};
use crate::point::{Injected, Points};
use sqlx::{AnyConnection, AnyPool, Connection};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Pieces of work in one commit. At a millisecond each the first of them waits as long as anybody
/// notices; beyond it a commit is shared so widely that more gains nothing.
const MOST_IN_A_COMMIT: usize = 64;

impl Database {
    /// Runs `work` in a transaction that may be shared with other work, and gives its value once the
    /// commit is known. Work that ends with an error is rolled back alone. `step` names it among
    /// the points.
    ///
    /// # Errors
    /// The work's own, or a [`DatabaseError`] that says whether the work may have been written.
    pub async fn write<T, E, F>(&self, step: &'static str, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> Work<'c, T, E> + Send + 'static,
    {
        self.points
            .pass(step, "asked")
            .await
            .map_err(|injected| DatabaseError::from(failure(injected)))?;
        let (task, answer) = Task::new(work);
        let name = Name {
            step,
            points: self.points.clone(),
        };
        let queued = Queued::Step(name, Box::new(task));
        if self.inner.queue.send(queued).await.is_err() {
            return Err(E::from(DatabaseError::from(sqlx::Error::PoolClosed)));
        }
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(E::from(DatabaseError::CutShort)),
        }
    }
}

/// How the writing connection is made and used.
pub(crate) struct Writer {
    pub url: String,
    pub engine: Engine,
    pub durability: Durability,
    pub lock: i64,
    /// The readers' only connection, which the writer holds while it works; none where both work
    /// side by side.
    pub takes_turns: Option<AnyPool>,
}

/// What a step is called, and where.
pub(crate) struct Name {
    step: &'static str,
    points: Points,
}

impl Name {
    /// Passes a point; `rests`: when everybody else has come to rest (see [`Durability::Process`]).
    async fn pass(&self, phase: &str, rests: bool) -> Result<(), sqlx::Error> {
        if rests {
            tokio::task::yield_now().await;
        }
        self.points.pass(self.step, phase).await.map_err(failure)
    }
}

/// What shares a commit.
#[derive(Default)]
struct Batch {
    names: Vec<Name>,
    steps: Vec<Box<dyn Step>>,
}

impl Writer {
    /// Works until the queue is closed. `conn` is none after a failure that leaves the connection's
    /// state in doubt.
    pub async fn run(self, conn: AnyConnection, mut waiting: mpsc::Receiver<Queued>) {
        let mut conn = Some(conn);
        let mut queued = Vec::with_capacity(MOST_IN_A_COMMIT);
        let mut open = true;
        while open && waiting.recv_many(&mut queued, MOST_IN_A_COMMIT).await > 0 {
            let mut batch = Batch::default();
            for one in queued.drain(..) {
                match one {
                    Queued::Step(name, step) if open => {
                        batch.names.push(name);
                        batch.steps.push(step);
                    }
                    Queued::Step(_, step) => step.tell(Err(sqlx::Error::PoolClosed.into())),
                    Queued::Close => open = false,
                }
            }
            if !batch.steps.is_empty() {
                let end = self.transaction(&mut conn, &mut batch).await;
                for step in batch.steps {
                    step.tell(end.clone());
                }
            }
        }
        // What is still queued is dropped, which tells its callers.
        waiting.close();
        if let Some(conn) = conn {
            let _ = conn.close().await;
        }
    }

    async fn transaction(
        &self,
        kept: &mut Option<AnyConnection>,
        batch: &mut Batch,
    ) -> Result<(), DatabaseError> {
        let _turn = match &self.takes_turns {
            Some(readers) => Some(readers.acquire().await?),
            None => None,
        };
        let rests = self.takes_turns.is_some();
        // On any failure the connection is dropped, which rolls back what it had begun.
        let mut conn = match kept.take() {
            Some(conn) => conn,
            None => {
                let mut conn = AnyConnection::connect(&self.url).await?;
                prepare(&mut conn, self.engine, self.durability).await?;
                conn
            }
        };
        self.work(&mut conn, batch).await?;
        let unclear = |error| DatabaseError::CommitUnclear(Arc::new(error));
        pass(&batch.names, "commit", rests).await.map_err(unclear)?;
        if let Err(error) = sqlx::raw_sql("COMMIT").execute(&mut conn).await {
            // SQLite can keep a transaction open after a COMMIT that failed.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut conn).await;
            return Err(unclear(error));
        }
        *kept = Some(conn);
        pass(&batch.names, "committed", rests)
            .await
            .map_err(unclear)
    }

    /// Begins, and runs each step in its savepoint.
    async fn work(&self, conn: &mut AnyConnection, batch: &mut Batch) -> Result<(), sqlx::Error> {
        match self.engine {
            Engine::Sqlite => sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *conn).await?,
            Engine::Postgres => {
                // One writer at a time, over all processes.
                sqlx::raw_sql("BEGIN").execute(&mut *conn).await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(self.lock)
                    .execute(&mut *conn)
                    .await?
            }
        };
        for (name, step) in batch.names.iter().zip(&mut batch.steps) {
            sqlx::raw_sql("SAVEPOINT step").execute(&mut *conn).await?;
            name.pass("begin", self.takes_turns.is_some()).await?;
            let end = if step.run(conn).await {
                "RELEASE SAVEPOINT step"
            } else {
                "ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step"
            };
            sqlx::raw_sql(end).execute(&mut *conn).await?;
        }
        Ok(())
    }
}

async fn pass(names: &[Name], phase: &str, rests: bool) -> Result<(), sqlx::Error> {
    for name in names {
        name.pass(phase, rests).await?;
    }
    Ok(())
}

fn failure(injected: Injected) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(injected))
}
