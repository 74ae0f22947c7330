//! Bringing the tables up to date.
//!
//! A file of a migrations folder is for both engines, or, where it is named `….sqlite.sql` or
//! `….postgres.sql`, for one. A migration whose name begins with `expand_` only adds what older
//! programs do not see: they may go on running, and be started, beside newer ones.

use crate::address::Engine;
use sqlx::AnyConnection;
use sqlx::migrate::{MigrateError, Migration, Migrator};

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

pub(crate) async fn run(
    conn: &mut AnyConnection,
    all: &Migrator,
    engine: Engine,
) -> Result<(), Failed> {
    let ours = all.iter().filter(|migration| is_for(migration, engine));
    let mut migrator = Migrator::with_migrations(ours.cloned().collect());
    match migrator.run_direct(None, &mut *conn, false).await {
        Err(MigrateError::VersionMissing(version)) => {
            // The lock that a failed run leaves behind is this session's own.
            if !only_expanded(conn, &migrator).await? {
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
