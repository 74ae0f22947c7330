//! Connections for reading, beside the writer.

use crate::address::Address;
use crate::conn::{Conn, Kind, Step, unsupported};
use crate::reader::Reader;
use crate::server::Server;
use crate::sqlite::Sqlite;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, Describe, Error, Execute, Executor, SqlStr};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long a read waits for a connection before it is refused: below anybody's patience.
const WAIT_FOR_READER: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is asked for a sign of life first.
const RESTED: Duration = Duration::from_secs(1);

/// What a reading connection of SQLite is told first.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";

/// Several connections that only read. Cheap to clone.
///
/// sqlx's pool would serve PostgreSQL, but it asks the server for a sign of life after each read, and waits for that
/// without a limit: a server that falls silent would take its connections away for ever.
#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    home: Home,
    most: u32,
    places: Arc<Semaphore>,
    /// Those that nobody uses, since when. They cost nothing, and opening others would.
    idle: Mutex<Vec<(Conn, Instant)>>,
}

/// Where connections lead to.
enum Home {
    File(PathBuf),
    Server(Arc<Server>),
}

/// A connection while somebody reads on it.
pub struct Reading {
    /// Always there, until it is given back.
    conn: Option<Conn>,
    home: Readers,
    _place: OwnedSemaphorePermit,
}

/// An address may hold a password.
impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}

impl Readers {
    /// So many connections at most, of which the first is made now, so that it is known whether that can be done.
    pub(crate) async fn open(address: Address, most: u32) -> Result<Self, Error> {
        let home = match address {
            Address::Sqlite(file) => Home::File(file),
            Address::Postgres(url) => Home::Server(Arc::new(Server::at(url))),
        };
        let readers = Self(Arc::new(Inner {
            home,
            most,
            places: Arc::new(Semaphore::new(most as usize)),
            idle: Mutex::default(),
        }));
        readers.acquire().await?;
        Ok(readers)
    }

    /// A connection for several reads.
    ///
    /// # Errors
    /// Where none became free in time, the server is silent, or the database is closed.
    pub async fn acquire(&self) -> Result<Reading, Error> {
        self.check()?;
        let place = self.0.places.clone().acquire_owned();
        let place = match tokio::time::timeout(WAIT_FOR_READER, place).await {
            Ok(place) => place.map_err(|_| Error::PoolClosed)?,
            Err(_) => return Err(Error::PoolTimedOut),
        };
        self.check()?;
        let conn = match self.kept().await {
            Some(conn) => conn,
            None => self.connect().await?,
        };
        Ok(Reading {
            conn: Some(conn),
            home: self.clone(),
            _place: place,
        })
    }

    /// Whoever came while the server was found silent does not wait for it.
    fn check(&self) -> Result<(), Error> {
        match &self.0.home {
            Home::File(_) => Ok(()),
            Home::Server(server) => server.check(),
        }
    }

    /// A connection that is there already. Where one is silent the others may be too, and are not tried.
    async fn kept(&self) -> Option<Conn> {
        loop {
            let (mut conn, since) = self.idle().pop()?;
            let lives = match &mut conn.0 {
                Kind::Reader(reader) if since.elapsed() >= RESTED => reader.lives().await.ok()?,
                Kind::Reader(_) | Kind::Sqlite(_) | Kind::Postgres(_) => true,
            };
            if lives {
                return Some(conn);
            }
        }
    }

    async fn connect(&self) -> Result<Conn, Error> {
        Ok(Conn(match &self.0.home {
            Home::File(file) => {
                let mut conn = Sqlite::open(file)?;
                conn.run(SETTINGS, None, false)?;
                Kind::Sqlite(conn)
            }
            Home::Server(server) => Kind::Reader(Reader::connect(server).await?),
        }))
    }

    /// One that was left in the middle of something is closed, which ends that.
    fn give_back(&self, conn: Conn) {
        let is_usable = match &conn.0 {
            Kind::Sqlite(conn) => !conn.is_in_transaction(),
            Kind::Reader(conn) => conn.is_usable(),
            Kind::Postgres(_) => false,
        };
        if is_usable && !self.0.places.is_closed() {
            self.idle().push((conn, Instant::now()));
        }
    }

    /// Reads under way come to their end.
    pub(crate) async fn close(&self) {
        let _all = self.0.places.acquire_many(self.0.most).await;
        self.0.places.close();
        let idle = std::mem::take(&mut *self.idle());
        for (conn, _) in idle {
            conn.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Conn, Instant)>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
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
        if let Some(conn) = self.conn.take() {
            self.home.give_back(conn);
        }
    }
}

/// A single read, whose rows are all there before the first one is given.
impl<'c> Executor<'c> for &'c Readers {
    type Database = Any;

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async { self.acquire().await?.fetch_optional(query).await })
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let all = async {
            match self.acquire().await {
                Ok(mut reading) => reading.fetch_many(query).collect().await,
                Err(error) => vec![Err(error)],
            }
        };
        stream::once(all).flat_map(stream::iter).boxed()
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
