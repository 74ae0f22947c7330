#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
//! Databases for tests: a new, empty one for each test, on either engine.

mod line;
mod log;
mod memory;
mod plans;
mod statements;

use crate::{Database, Engine, OpenError, Plan, Points};
pub use line::SlowLine;
pub use log::Listener;
pub use memory::Memory;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};
pub use statements::Statements;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// A new, empty database, which goes with this value.
pub enum TestDatabase {
    Sqlite { folder: TempDir, url: String },
    Postgres(Postgres),
}

impl TestDatabase {
    /// A database of its own for one test.
    ///
    /// # Panics
    /// Where it cannot be made: a machine without PostgreSQL fails the tests that need it instead of
    /// passing by them.
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                plans::watch();
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("test.db");
                let url = format!("sqlite:{}", file.display());
                Self::Sqlite { folder, url }
            }
            Engine::Postgres => {
                plans::watch();
                Self::Postgres(Postgres::on(server(), "template1").await)
            }
        }
    }

    /// A database with the content of another one, which nobody may have open.
    ///
    /// # Panics
    /// As [`TestDatabase::new`].
    pub async fn copy_of(other: &Self) -> Self {
        match other {
            Self::Sqlite { .. } => {
                let copy = Self::new(Engine::Sqlite).await;
                std::fs::copy(other.file(), copy.file()).unwrap();
                copy
            }
            Self::Postgres(other) => Self::Postgres(Postgres::on(&other.server, &other.name).await),
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } => url,
            Self::Postgres(database) => &database.url,
        }
    }

    /// The file of a SQLite database.
    ///
    /// # Panics
    /// PostgreSQL has no file.
    pub fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite { folder, .. } => folder.path().join("test.db"),
            Self::Postgres(_) => panic!("PostgreSQL has no file"),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let scans = match self {
            Self::Sqlite { folder, .. } => plans::scans(&folder.path().join("test.db")),
            Self::Postgres(database) => {
                let url = database.url.clone();
                match aside(async move { plans::scans_of_postgres(&url).await }) {
                    Ok(scans) => scans,
                    Err(panicked) => std::panic::resume_unwind(panicked),
                }
            }
        };
        assert!(
            scans.is_empty(),
            "statements read all of a table that grows (see database/src/testing/plans.rs):\n{}",
            scans.join("\n")
        );
    }
}

/// A database of a PostgreSQL server that all tests share.
pub struct Postgres {
    name: String,
    url: String,
    server: String,
}

impl Postgres {
    /// A new database on a server, with the content of another one there.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub async fn on(server: &str, like: &str) -> Self {
        let name = format!("test_{}", unique());
        tell(server, &format!("CREATE DATABASE {name} TEMPLATE {like}")).await;
        let (place, _) = server.rsplit_once('/').unwrap();
        Self {
            url: format!("{place}/{name}"),
            name,
            server: server.to_owned(),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A server that a test took away has no databases either.
        let _ = aside(async move { tell(&server, &sql).await });
    }
}

/// Waits for work while a value is dropped: the test's own runtime may be ending, and cannot be waited for from there.
fn aside<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> std::thread::Result<T> {
    let working = std::thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(work)
    });
    working.join()
}

/// Opens a database without bringing tables into it.
///
/// # Errors
/// As [`Database::open`].
pub async fn open_without_tables(url: &str, points: Points) -> Result<Database, OpenError> {
    static NONE: Migrator = Migrator::DEFAULT;
    let plan = Plan {
        whose: "the test's",
        migrations: &NONE,
        readers: 2,
        writer_lock: 1,
        prompt: &[],
        points,
    };
    Database::open(url, plan).await
}

/// The parts of a PostgreSQL database's address: scheme and user, the server, and the database's name.
///
/// # Panics
/// Where it is no such address.
pub fn parts(url: &str) -> (&str, &str, &str) {
    let (user, rest) = url.rsplit_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    (user, server, name)
}

/// A name that no other test, also of another process, has.
fn unique() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let started = crate::Clock::now_ms(&crate::SystemClock);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}_{started}_{count}", std::process::id())
}

async fn tell(server: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(server).await.unwrap();
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// The address of a PostgreSQL server for tests, its last part the name of a database: `TEST_PG_URL`, or the checkout's own, which is started where it does
/// not run.
///
/// # Panics
/// Where there is none.
pub fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("TEST_PG_URL").unwrap_or_else(|_| start()))
}

fn start() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
    let started = Command::new(script).arg("start").output().unwrap();
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(
        started.status.success(),
        "TEST_PG_URL is not set, and scripts/postgres could not start a PostgreSQL: {said}"
    );
    eprintln!("TEST_PG_URL is not set: using the PostgreSQL of scripts/postgres start. {said}");
    let printed = String::from_utf8(started.stdout).unwrap();
    printed.lines().last().unwrap().to_owned()
}
