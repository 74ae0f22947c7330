//! Opening a database: folder, lock, connections, version check, migrations, the writer.

use crate::address::{self, Address, Engine};
use crate::beside::Writers;
use crate::conn::{Conn, connect, settings};
use crate::counts::Counts;
use crate::error::OpenError;
use crate::handle::{Database, Inner};
use crate::migrate::{self, Failed};
use crate::point::Points;
use crate::readers::Readers;
use crate::write::{Gate, Writer};
use crate::{lock, private};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

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
        let counts = Arc::new(Counts::default());
        let writer = Arc::new(Writer {
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
