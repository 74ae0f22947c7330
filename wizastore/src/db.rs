//! The store's database: opening it, and transactions that no cancelled caller can leave open.

use futures::future::BoxFuture;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, Executor};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// SQLite before this version can corrupt a write-ahead log.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Why the store's database cannot be opened: one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the store's database address '{0}' is not one: use sqlite:<file>")]
    Address(String),
    #[error(
        "cannot write to '{path}': {cause}; choose another folder with --data, or change its permissions"
    )]
    Unwritable {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "'{0}' is in use by another WizAStore; stop that one first, or choose another folder with --data"
    )]
    InUse(PathBuf),
    #[error(
        "the store's database was made by a newer WizAStore; install that version again, or restore a backup"
    )]
    Newer,
    #[error("the SQLite library is {0}; 3.51.3 or newer is needed")]
    OldSqlite(String),
    #[error("the store's database cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
}

/// Two pools on one SQLite file: one writer, several readers.
#[derive(Clone)]
pub(crate) struct Db {
    writer: AnyPool,
    reader: AnyPool,
    /// Held as long as the process lives: a SQLite file belongs to one process.
    _lock: std::sync::Arc<File>,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let path = sqlite_path(url)?;
        let lock = lock(&path)?;
        let options = AnyConnectOptions::from_str(&format!("sqlite:{}?mode=rwc", path.display()))?;
        let writer = pool(1).connect_with(options.clone()).await?;
        check_version(&writer).await?;
        migrate(&writer).await?;
        let reader = pool(8).connect_with(options).await?;
        Ok(Self {
            writer,
            reader,
            _lock: std::sync::Arc::new(lock),
        })
    }

    /// For reads that need no transaction.
    pub(crate) fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// Runs `work` in one transaction and commits it when it gives `Ok`.
    ///
    /// The transaction runs in a task of its own: a caller that goes away neither cancels it nor
    /// leaves it half open.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<sqlx::Error> + Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    {
        let writer = self.writer.clone();
        let task = tokio::spawn(async move {
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
            let value = work(&mut tx).await?;
            tx.commit().await?;
            Ok(value)
        });
        match task.await {
            Ok(result) => result,
            Err(gone) => Err(E::from(sqlx::Error::Io(std::io::Error::other(gone)))),
        }
    }

    pub(crate) async fn ping(&self) -> Result<(), sqlx::Error> {
        self.reader.execute("SELECT 1").await.map(|_| ())
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn sqlite_path(url: &str) -> Result<PathBuf, OpenError> {
    let rest = url
        .strip_prefix("sqlite:")
        .ok_or_else(|| OpenError::Address(url.to_owned()))?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    if rest.is_empty() {
        return Err(OpenError::Address(url.to_owned()));
    }
    Ok(PathBuf::from(rest))
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = PathBuf::from(format!("{}.lock", path.display()));
    let unwritable = |cause| OpenError::Unwritable {
        path: lock_path.clone(),
        cause,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let file = File::create(&lock_path).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(cause)) => Err(unwritable(cause)),
    }
}

fn pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .after_connect(|connection, _| {
            Box::pin(async move {
                // FULL: a commit that was told is on the disk.
                connection
                    .execute(
                        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                         PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                    )
                    .await?;
                Ok(())
            })
        })
}

async fn check_version(pool: &AnyPool) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(pool)
        .await?;
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite(version));
    }
    Ok(())
}

async fn migrate(pool: &AnyPool) -> Result<(), OpenError> {
    use sqlx::migrate::MigrateError;
    match sqlx::migrate!("./migrations").run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
            Err(OpenError::Newer)
        }
        Err(other) => Err(OpenError::Database(sqlx::Error::Migrate(Box::new(other)))),
    }
}
