//! Opening the database: folder, lock, connections, version checks, migrations.

use super::{EntMine, Inner, address, lock};
use crate::clock::Clock;
use crate::error::OpenError;
use crate::sequence;
use sqlx::AnyConnection;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::{Any, AnyPool, Connection};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Earlier versions of SQLite can corrupt a database in WAL mode: a write or checkpoint that races
/// a reset of the log could be lost (<https://www.sqlite.org/wal.html>, "the WAL-reset bug").
pub(crate) const OLDEST_SQLITE: &str = "3.51.3";

/// How long work waits for the one writer before it is refused: well above the longest ordinary
/// transaction, below anybody's patience.
const WAIT_FOR_WRITER: Duration = Duration::from_secs(10);

/// Reads are short; more connections than this only cost memory.
const READERS: u32 = 4;

impl EntMine {
    /// Opens the database at `sqlite:<path>`, the path as written; creates its folder and file
    /// where they are missing, and brings its tables up to date.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed then, except that the folder and an empty file may
    /// have been created.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let database = place_for(&address::sqlite_file(url)?)?;
        let lock = lock::take(&database)?;
        // A connection of its own first: a pool would try a hopeless database again and again, and
        // then say only that time was up.
        let mut conn = AnyConnection::connect(&address::sqlx_url(&database))
            .await
            .map_err(failed(&database))?;
        refuse_old_sqlite(&mut conn, &database).await?;
        sqlx::raw_sql(WRITER)
            .execute(&mut conn)
            .await
            .map_err(failed(&database))?;
        migrate(&mut conn, &database).await?;
        let instance = instance(&mut conn).await.map_err(failed(&database))?;
        let newest = sequence::last(&mut conn, "catalog")
            .await
            .map_err(failed(&database))?;
        let writer = connect(&database, 1, WRITER)
            .await
            .map_err(failed(&database))?;
        let readers = connect(&database, READERS, READER)
            .await
            .map_err(failed(&database))?;
        // Closed last: the last connection to go would fold up the write-ahead log.
        conn.close().await.map_err(failed(&database))?;

        Ok(Self {
            inner: Arc::new(Inner {
                writer,
                readers,
                clock,
                newest: watch::Sender::new(newest),
                instance,
                _lock: lock,
            }),
        })
    }
}

/// Turns any other failure into the sentence that names the database.
fn failed<E: Display>(database: &Path) -> impl FnOnce(E) -> OpenError {
    move |error| OpenError::Database {
        database: database.to_owned(),
        reason: error.to_string(),
    }
}

/// The absolute path of the database file, its folder made where it was missing. Through a
/// symbolic link it is the file behind it, so that every name of a database has the same lock.
fn place_for(file: &Path) -> Result<PathBuf, OpenError> {
    if let Ok(existing) = file.canonicalize() {
        return Ok(existing);
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let not_writable = |source| OpenError::FolderNotWritable {
        folder: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(not_writable)?;
    let folder = folder.canonicalize().map_err(not_writable)?;
    Ok(folder.join(file.file_name().unwrap_or_default()))
}

/// What each connection is told first. FULL makes a commit wait for the disk: an order that was
/// answered is there after a power cut.
const WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                      PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON";
const READER: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";

async fn connect(
    database: &Path,
    connections: u32,
    pragmas: &'static str,
) -> Result<AnyPool, sqlx::Error> {
    let options: PoolOptions<Any> = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT_FOR_WRITER)
        // A connection costs nothing while it is idle, and opening one again would.
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |conn, _| {
            Box::pin(async move {
                sqlx::raw_sql(pragmas).execute(conn).await?;
                Ok(())
            })
        });
    options.connect(&address::sqlx_url(database)).await
}

async fn refuse_old_sqlite(conn: &mut AnyConnection, database: &Path) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(conn)
        .await
        .map_err(failed(database))?;
    if is_at_least(&found, OLDEST_SQLITE) {
        Ok(())
    } else {
        Err(OpenError::SqliteTooOld { found })
    }
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

async fn migrate(conn: &mut AnyConnection, database: &Path) -> Result<(), OpenError> {
    match MIGRATIONS.run_direct(None, conn, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(migration)) => Err(OpenError::Newer {
            database: database.to_owned(),
            migration,
        }),
        // Non-exhaustive upstream; whatever else it is, the sentence is the same.
        Err(other) => Err(failed(database)(other)),
    }
}

/// The database's own id, made at the first start.
async fn instance(conn: &mut AnyConnection) -> Result<Uuid, sqlx::Error> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ('instance', $1) ON CONFLICT (name) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .execute(&mut *conn)
    .await?;
    let text: String = sqlx::query_scalar("SELECT value FROM settings WHERE name = 'instance'")
        .fetch_one(conn)
        .await?;
    Uuid::parse_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
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
