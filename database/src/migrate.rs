//! Bringing the tables up to date.
//!
//! A file of a migrations folder is for both engines, or, where it is named `….sqlite.sql` or
//! `….postgres.sql`, for one. A migration whose name begins with `expand_` only adds what older
//! programs do not see, or takes away an index: they may go on running, and be started, beside newer ones.

use crate::address::Engine;
use sqlx::AnyConnection;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use std::time::Duration;

/// PostgreSQL: a program that starts while another one brings the tables up to date waits for it.
/// Building an index on a large journal takes minutes, and no migration takes longer than this.
const WAIT_FOR_ANOTHER: &str = "SET lock_timeout = '10min'; SET statement_timeout = 0";
/// A migration itself may take long, but what it needs a table for must not queue behind a
/// transaction of a running program while everybody else queues behind it.
const WORK: &str = "SET lock_timeout = '5s'; SET statement_timeout = 0";
/// After this long somebody who looks on is told what is waited for.
const SAY_SO: Duration = Duration::from_secs(2);

/// What became of it.
pub(crate) enum Failed {
    /// The database has this migration, which this program does not know.
    Newer(i64),
    /// A migration that was applied had another text then.
    Changed,
    Other(String),
}

impl From<MigrateError> for Failed {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(_) => Self::Changed,
            // Non-exhaustive upstream; whatever else it is, the sentence is the same.
            other => Self::Other(other.to_string()),
        }
    }
}

/// Brings the tables up to date, one program at a time. The lock is given back whatever comes of it:
/// it belongs to the session, which goes on as the writer's.
pub(crate) async fn run(
    conn: &mut AnyConnection,
    all: &Migrator,
    engine: Engine,
) -> Result<(), Failed> {
    let ours = all.iter().filter(|migration| is_for(migration, engine));
    let mut migrator = Migrator::with_migrations(ours.cloned().collect());
    migrator.set_locking(false);
    lock(conn, engine).await?;
    let done = apply(conn, &mut migrator).await;
    let given_back = conn.unlock().await;
    done?;
    Ok(given_back?)
}

/// Takes sqlx's own lock, which older versions of this program take too. SQLite needs none: its file
/// belongs to one process.
async fn lock(conn: &mut AnyConnection, engine: Engine) -> Result<(), Failed> {
    if engine == Engine::Sqlite {
        return Ok(conn.lock().await?);
    }
    set(conn, WAIT_FOR_ANOTHER).await?;
    {
        let mut lock = conn.lock();
        match tokio::time::timeout(SAY_SO, &mut lock).await {
            Ok(taken) => taken?,
            Err(_) => {
                tracing::warn!(
                    "another program is bringing the tables up to date; waiting until it has done so"
                );
                lock.await?;
            }
        }
    }
    set(conn, WORK).await
}

async fn set(conn: &mut AnyConnection, settings: &'static str) -> Result<(), Failed> {
    let set = sqlx::raw_sql(settings).execute(conn).await;
    set.map(drop)
        .map_err(|error| Failed::Other(error.to_string()))
}

async fn apply(conn: &mut AnyConnection, migrator: &mut Migrator) -> Result<(), Failed> {
    match migrator.run_direct(None, &mut *conn, false).await {
        Err(MigrateError::VersionMissing(version)) => {
            if !only_expanded(conn, migrator).await? {
                return Err(Failed::Newer(version));
            }
            migrator.set_ignore_missing(true);
            Ok(migrator.run_direct(None, conn, false).await?)
        }
        other => Ok(other?),
    }
}

pub(crate) fn is_for(migration: &Migration, engine: Engine) -> bool {
    let other = match engine {
        Engine::Sqlite => ".postgres",
        Engine::Postgres => ".sqlite",
    };
    !migration.description.ends_with(other)
}

/// Are all the migrations that this program does not know harmless to it?
async fn only_expanded(conn: &mut AnyConnection, known: &Migrator) -> Result<bool, Failed> {
    let applied: Vec<(i64, String)> =
        sqlx::query_as("SELECT version, description FROM _sqlx_migrations")
            .fetch_all(conn)
            .await
            .map_err(|error| Failed::Other(error.to_string()))?;
    Ok(applied
        .iter()
        .filter(|(version, _)| !known.version_exists(*version))
        .all(|(_, description)| description.starts_with("expand ")))
}
