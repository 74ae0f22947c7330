//! The handle on an open database: what works through it, and what it says of itself.

use crate::Work;
use crate::address::{Address, Engine};
use crate::batch::{Name, Queued, Task};
use crate::beside::{Writers, number};
use crate::clock::{Clock, ServerClock, SystemClock};
use crate::conn::Conn;
use crate::counts::Counts;
use crate::error::DatabaseError;
use crate::point::{Points, failure};
use crate::readers::Readers;
use crate::statement::{Answers, Questions};
use sqlx::Executor;
use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// An open database: one writer that shares its commits, several readers. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) inner: Arc<Inner>,
    /// Of this handle: replicas on one database have their own.
    pub(crate) points: Points,
}

pub(crate) struct Inner {
    pub address: Address,
    pub named: String,
    pub queue: mpsc::Sender<Queued>,
    pub beside: Writers,
    pub readers: Readers,
    pub counts: Arc<Counts>,
    /// Gets the writer's connection when that ends.
    pub writer: Mutex<Option<oneshot::Receiver<Option<Conn>>>>,
    pub clock: Arc<ServerClock>,
    /// Held as long as the process lives: a SQLite file belongs to one process.
    pub _lock: Option<File>,
}

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
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let nothing = Questions::default();
        self.write_asking(step, nothing, move |conn, _| work(conn))
            .await
    }

    /// As [`Database::write`], for work that gets the answers to some `questions`.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write_asking<T, E, F>(
        &self,
        step: &'static str,
        questions: Questions,
        work: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn, Answers) -> Work<'c, T, E> + Send + 'static,
    {
        self.asked(step).await?;
        let (task, answer) = Task::new(questions, work);
        let name = Name::new(step, self.points.clone());
        let queued = Queued::Step(name, Box::new(task));
        if self.inner.queue.send(queued).await.is_err() {
            return Err(E::from(DatabaseError::from(sqlx::Error::PoolClosed)));
        }
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(E::from(DatabaseError::CutShort)),
        }
    }

    /// Passes the point at which work is asked for.
    pub(crate) async fn asked(&self, step: &'static str) -> Result<(), DatabaseError> {
        let passed = self.points.pass(step, "asked").await;
        passed.map_err(|injected| failure(injected).into())
    }

    /// As [`Database::write`], for work that reads and changes nothing that other work changes unless that is of
    /// the same `scope`: on PostgreSQL it may run at the same time as work of other scopes, and never at the same
    /// time as work that [`write`](Database::write) runs. Without a scope it makes only what nobody knows of yet.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write_beside<T, E, F>(
        &self,
        step: &'static str,
        scope: Option<&str>,
        work: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
    {
        let nothing = Questions::default();
        self.write_beside_asking(step, scope, nothing, move |conn, _| work(conn))
            .await
    }

    /// As [`Database::write_beside`], for work that gets the answers to some `questions`.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write_beside_asking<T, E, F>(
        &self,
        step: &'static str,
        scope: Option<&str>,
        questions: Questions,
        work: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn, Answers) -> Work<'c, T, E> + Send + 'static,
    {
        if self.engine() == Engine::Sqlite {
            return self.write_asking(step, questions, work).await;
        }
        self.asked(step).await?;
        let (task, answer) = Task::new(questions, work);
        let (name, inner) = (Name::new(step, self.points.clone()), self.inner.clone());
        let scope = scope.map(number);
        // A task of its own: a caller that goes away neither cancels the transaction nor leaves it open.
        tokio::spawn(async move { inner.beside.run(name, Box::new(task), scope).await });
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(E::from(DatabaseError::CutShort)),
        }
    }

    /// How many commits were made, and how many pieces of work they held together.
    pub fn commits(&self) -> (u64, u64) {
        let counts = &self.inner.counts;
        (
            counts.commits.load(Ordering::Relaxed),
            counts.steps.load(Ordering::Relaxed),
        )
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        self.inner.address.engine()
    }

    /// Its address for people, without a password.
    pub fn named(&self) -> &str {
        &self.inner.named
    }

    /// The named points of this handle, for what works on the database through it.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The same database with points of its own, for a further replica on it.
    pub fn with_points(&self, points: Points) -> Self {
        Self {
            inner: self.inner.clone(),
            points,
        }
    }

    /// The time by which everyone on this database agrees: PostgreSQL's, or the machine's.
    pub fn clock(&self) -> Arc<dyn Clock> {
        match self.inner.address.engine() {
            Engine::Sqlite => Arc::new(SystemClock),
            Engine::Postgres => self.inner.clock.clone(),
        }
    }

    /// Measures how far the database server's clock is from the machine's; does nothing for SQLite.
    /// To be repeated now and then, because clocks drift.
    ///
    /// # Errors
    /// [`DatabaseError::NotDone`] where the database does not answer.
    pub async fn set_clock(&self) -> Result<(), DatabaseError> {
        if self.inner.address.engine() == Engine::Postgres {
            let before = SystemClock.now_ms();
            let server_ms: i64 = sqlx::query_scalar(
                "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
            )
            .fetch_one(&self.inner.readers)
            .await?;
            // The server looked somewhere between the question and its answer.
            let local_ms = (before + SystemClock.now_ms()) / 2;
            self.inner.clock.correct(server_ms, local_ms);
        }
        Ok(())
    }

    /// Whether the database answers, for a readiness check. It does not wait for the writer.
    ///
    /// # Errors
    /// [`DatabaseError::NotDone`] where it does not.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        (&self.inner.readers).execute("SELECT 1").await?;
        Ok(())
    }

    /// Ends after the work that was queued is done; later work is refused. Not calling it loses
    /// nothing that was committed.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.beside.close().await;
        if let Some(conn) = self.end_writer().await {
            conn.close().await;
        }
    }

    /// Ends the writer after the work that was queued; gives its connection, if it has one.
    pub(crate) async fn end_writer(&self) -> Option<Conn> {
        let writer = self
            .inner
            .writer
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()?;
        // The writer ends at this word, after what was queued before it.
        let _ = self.inner.queue.send(Queued::Close).await;
        writer.await.ok().flatten()
    }
}
