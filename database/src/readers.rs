//! Connections for reading, beside the writer.

use crate::conn::{Conn, Kind, Step, run, said, steps, unsupported};
use crate::sqlite::{Outcome, Sqlite};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, AnyPool, Describe, Error, Execute, Executor, SqlStr};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a read waits for a connection before it is refused: below anybody's patience.
pub(crate) const WAIT_FOR_READER: Duration = Duration::from_secs(5);

/// What a reading connection of SQLite is told first.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";

/// Several connections that only read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers(Source);

#[derive(Clone, Debug)]
enum Source {
    Sqlite(Arc<Files>),
    Postgres(AnyPool),
}

/// Reading connections to a SQLite file.
#[derive(Debug)]
struct Files {
    file: PathBuf,
    idle: Mutex<Vec<Sqlite>>,
    most: u32,
    places: Arc<Semaphore>,
}

/// A connection while somebody reads on it.
#[derive(Debug)]
pub struct Reading {
    /// Always there, until it is given back.
    conn: Option<Conn>,
    home: Option<(Arc<Files>, OwnedSemaphorePermit)>,
}

impl Readers {
    pub(crate) fn of_file(file: PathBuf, most: u32) -> Self {
        Self(Source::Sqlite(Arc::new(Files {
            file,
            idle: Mutex::default(),
            most,
            places: Arc::new(Semaphore::new(most as usize)),
        })))
    }

    pub(crate) fn of_server(pool: AnyPool) -> Self {
        Self(Source::Postgres(pool))
    }

    /// A connection for several reads.
    ///
    /// # Errors
    /// Where none became free in time, or the database is closed.
    pub async fn acquire(&self) -> Result<Reading, Error> {
        match &self.0 {
            Source::Postgres(pool) => Ok(Reading {
                conn: Some(Conn(Kind::Pooled(pool.acquire().await?))),
                home: None,
            }),
            Source::Sqlite(files) => {
                let place = files.place().await?;
                Ok(Reading {
                    conn: Some(Conn(Kind::Sqlite(files.take()?))),
                    home: Some((files.clone(), place)),
                })
            }
        }
    }

    pub(crate) async fn close(&self) {
        match &self.0 {
            Source::Postgres(pool) => pool.close().await,
            Source::Sqlite(files) => {
                // Reads under way come to their end.
                let _all = files.places.acquire_many(files.most).await;
                files.places.close();
                files.lock().clear();
            }
        }
    }
}

impl Files {
    async fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = self.places.clone().acquire_owned();
        match tokio::time::timeout(WAIT_FOR_READER, place).await {
            Ok(place) => place.map_err(|_| Error::PoolClosed),
            Err(_) => Err(Error::PoolTimedOut),
        }
    }

    async fn run<'q>(&self, query: impl Execute<'q, Any>, first: bool) -> Result<Outcome, Error> {
        let _place = self.place().await?;
        let mut conn = self.take()?;
        let outcome = run(&mut conn, query, first);
        self.give_back(conn);
        outcome
    }

    fn take(&self) -> Result<Sqlite, Error> {
        if let Some(conn) = self.lock().pop() {
            return Ok(conn);
        }
        let mut conn = Sqlite::open(&self.file)?;
        conn.run(SETTINGS, None, false)?;
        Ok(conn)
    }

    fn give_back(&self, conn: Sqlite) {
        let mut idle = self.lock();
        // One that was left in the middle of a transaction is closed, which ends it.
        if !conn.is_in_transaction() && !self.places.is_closed() {
            idle.push(conn);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Sqlite>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Reading {
    type Target = Conn;

    #[expect(clippy::expect_used, reason = "it is only taken away in drop")]
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("a connection")
    }
}

impl DerefMut for Reading {
    #[expect(clippy::expect_used, reason = "it is only taken away in drop")]
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("a connection")
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let (Some((files, _place)), Some(Conn(Kind::Sqlite(conn)))) =
            (self.home.take(), self.conn.take())
        {
            files.give_back(conn);
        }
    }
}

/// A single read.
impl<'c> Executor<'c> for &'c Readers {
    type Database = Any;

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &self.0 {
            Source::Postgres(pool) => pool.fetch_optional(said(query)),
            Source::Sqlite(files) => Box::pin(async {
                let outcome = files.run(query, true).await;
                outcome.map(|mut outcome| outcome.rows.pop())
            }),
        }
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &self.0 {
            Source::Postgres(pool) => pool.fetch_many(said(query)),
            Source::Sqlite(files) => stream::once(files.run(query, false))
                .flat_map(steps)
                .boxed(),
        }
    }

    fn prepare_with<'e>(
        self,
        _: SqlStr,
        _: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        unsupported()
    }

    fn describe<'e>(self, _: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        unsupported()
    }
}
