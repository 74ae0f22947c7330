//! Opening a database: folder, lock, connections, version check, migrations, the writer.

use crate::address::{self, Address, Engine};
use crate::batch::Queued;
use crate::beside::{Gate, Writers};
use crate::clock::{Clock, ServerClock, SystemClock};
use crate::conn::{Conn, Kind};
use crate::error::{DatabaseError, OpenError};
use crate::migrate::{self, Failed};
use crate::point::Points;
use crate::postgres::Postgres;
use crate::readers::Readers;
use crate::sqlite::Sqlite;
use crate::{lock, private, write};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection, Executor};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// Earlier versions of SQLite can corrupt a database in WAL mode: a write or checkpoint that races
/// a reset of the log could be lost (<https://www.sqlite.org/wal.html>, "the WAL-reset bug").
const OLDEST_SQLITE: &str = "3.51.3";

/// Work that may wait for the writer. What is beyond it waits to be queued.
const QUEUE: usize = 1024;

/// How to open a database.
pub struct Plan {
    /// "the store's" or "EntMine's", for messages.
    pub whose: &'static str,
    pub migrations: &'static Migrator,
    /// Connections for reading.
    pub readers: u32,
    /// PostgreSQL: the key of the advisory lock that makes one writer of many processes. Two
    /// systems that share a database server's database by mistake must not share it.
    pub writer_lock: i64,
    /// Names of steps that customers wait for: PostgreSQL is not waited for as long with them as with
    /// an import.
    pub prompt: &'static [&'static str],
    pub points: Points,
}

/// An open database: one writer that shares its commits, several readers. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) inner: Arc<Inner>,
    /// Of this handle: replicas on one database have their own.
    pub(crate) points: Points,
}

pub(crate) struct Inner {
    pub address: Address,
    named: String,
    pub queue: mpsc::Sender<Queued>,
    pub beside: Writers,
    pub readers: Readers,
    pub counts: Arc<write::Counts>,
    /// Gets the writer's connection when that ends.
    writer: Mutex<Option<oneshot::Receiver<Option<Conn>>>>,
    clock: Arc<ServerClock>,
    /// Held as long as the process lives: a SQLite file belongs to one process.
    _lock: Option<File>,
}

impl Database {
    /// Opens the database at `sqlite:<path>` or `postgres://…`; creates a SQLite file and its folder
    /// where they are missing, and brings the tables up to date.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed then, except that the folder and an empty file may
    /// have been created.
    pub async fn open(url: &str, plan: Plan) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let whose = plan.whose;
        let address = address::parse(url).map_err(|reason| OpenError::Address {
            whose,
            url: address::shown(url),
            reason,
        })?;
        let (address, named, lock) = match address {
            Address::Sqlite(file) => {
                let file = place_for(&file, whose)?;
                let lock = lock::take(&file, whose)?;
                private::close_to_others(&file);
                let named = file.display().to_string();
                (Address::Sqlite(file), named, Some(lock))
            }
            Address::Postgres(url) => {
                let named = address::shown(&url);
                (Address::Postgres(url), named, None)
            }
        };
        let engine = address.engine();
        let failed = |cause: String| OpenError::Database {
            whose,
            database: named.clone(),
            cause,
        };
        // A connection of its own first: a pool would try a hopeless database again and again, and
        // then say only that time was up.
        let mut migrating = AnyConnection::connect(&address.for_sqlx())
            .await
            .map_err(|error| failed(error.to_string()))?;
        sqlx::raw_sql(settings(engine))
            .execute(&mut migrating)
            .await
            .map_err(|error| failed(error.to_string()))?;
        if engine == Engine::Sqlite {
            let found: String = sqlx::query_scalar("SELECT sqlite_version()")
                .fetch_one(&mut migrating)
                .await
                .map_err(|error| failed(error.to_string()))?;
            if !is_at_least(&found, OLDEST_SQLITE) {
                return Err(OpenError::SqliteTooOld {
                    found,
                    oldest: OLDEST_SQLITE,
                });
            }
        }
        match migrate::run(&mut migrating, plan.migrations, engine).await {
            Ok(()) => {}
            Err(Failed::Newer(migration)) => {
                return Err(OpenError::Newer {
                    whose,
                    database: named,
                    migration,
                });
            }
            Err(Failed::Changed) => {
                return Err(OpenError::BeforeRelease {
                    whose,
                    database: named,
                });
            }
            Err(Failed::Other(cause)) => return Err(failed(cause)),
        }
        migrating
            .close()
            .await
            .map_err(|error| failed(error.to_string()))?;
        let conn = connect(&address)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let readers = Readers::open(address.clone(), plan.readers)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let database = Self::on(address, named.clone(), lock, plan, conn, readers)
            .map_err(|error| failed(error.to_string()))?;
        database
            .set_clock()
            .await
            .map_err(|error| failed(error.to_string()))?;
        Ok(database)
    }

    /// A database on connections that are there: its writer begins.
    pub(crate) fn on(
        address: Address,
        named: String,
        lock: Option<File>,
        plan: Plan,
        conn: Conn,
        readers: Readers,
    ) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let counts = Arc::new(write::Counts::default());
        let writer = Arc::new(write::Writer {
            address: address.clone(),
            lock: plan.writer_lock,
            counts: counts.clone(),
            gate: Gate::default(),
            prompt: plan.prompt,
        });
        let beside = Writers::new(writer.clone(), queue.clone());
        let ended = writer.start(conn, waiting)?;
        Ok(Self {
            inner: Arc::new(Inner {
                address,
                named,
                queue,
                beside,
                readers,
                counts,
                writer: Mutex::new(Some(ended)),
                clock: Arc::default(),
                _lock: lock,
            }),
            points: plan.points,
        })
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

/// A connection that writes.
pub(crate) async fn connect(address: &Address) -> Result<Conn, sqlx::Error> {
    let mut conn = Conn(match address {
        Address::Sqlite(file) => Kind::Sqlite(Sqlite::open(file)?),
        Address::Postgres(url) => Kind::Postgres(Postgres::connect(url).await?),
    });
    sqlx::raw_sql(settings(address.engine()))
        .execute(&mut conn)
        .await?;
    Ok(conn)
}

/// What each writing connection is told first.
fn settings(engine: Engine) -> &'static str {
    match engine {
        // FULL: a commit waits for the disk, so an order that was answered survives a power cut.
        // secure_delete: what is erased is overwritten, or a customer's data would stay in free places of the file. The
        // log has them until it is written over.
        Engine::Sqlite => {
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON"
        }
        // Whoever has waited for a lock has to see what its holder wrote.
        // A replica that stops in the middle of a transaction must not stop the others: its lock is
        // taken from it, well within a customer's patience.
        Engine::Postgres => {
            "SET default_transaction_isolation = 'read committed'; \
             SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '3s'; \
             SET lock_timeout = '5s'; SET statement_timeout = '10s'; \
             SET standard_conforming_strings = on"
        }
    }
}

/// The absolute path of the database file, its folder made where it was missing. Through a
/// symbolic link it is the file behind it, so that every name of a database has the same lock.
fn place_for(file: &Path, whose: &'static str) -> Result<PathBuf, OpenError> {
    if let Ok(existing) = file.canonicalize() {
        return Ok(existing);
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let not_writable = |cause| OpenError::FolderNotWritable {
        whose,
        folder: folder.to_owned(),
        cause,
    };
    std::fs::create_dir_all(folder).map_err(not_writable)?;
    let folder = folder.canonicalize().map_err(not_writable)?;
    Ok(folder.join(file.file_name().unwrap_or_default()))
}

/// Compares versions of the form `3.51.3` number by number. What is no number is too old.
fn is_at_least(found: &str, oldest: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u32>> {
        version.split('.').map(|part| part.parse().ok()).collect()
    };
    match (numbers(found), numbers(oldest)) {
        (Some(found), Some(oldest)) => found >= oldest,
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        for (found, fits) in [
            ("3.51.3", true),
            ("3.51.10", true),
            ("3.52.0", true),
            ("4.0", true),
            ("3.51.2", false),
            ("3.9.99", false),
            ("unknown", false),
        ] {
            assert_eq!(is_at_least(found, OLDEST_SQLITE), fits, "{found}");
        }
    }
}
