//! Looking what is in a database, without making or changing anything.

use crate::address::{self, Address, Engine};
use crate::error::OpenError;
use crate::migrate;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};
use std::path::Path;

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing of this system: no such file, or one without its tables.
    Nothing,
    /// This system's tables, of this version or another.
    Ours,
    /// The tables of the other system, or of something else.
    Foreign,
}

/// Looks whether the database at `url` is of the system that has these `migrations`.
///
/// # Errors
/// [`OpenError`] where the address cannot be used or the database does not answer.
pub async fn look(
    url: &str,
    whose: &'static str,
    migrations: &Migrator,
) -> Result<Found, OpenError> {
    sqlx::any::install_default_drivers();
    let failed = |cause: String| OpenError::Database {
        whose,
        database: address::shown(url),
        cause,
    };
    let address = address::parse(url).map_err(|reason| OpenError::Address {
        whose,
        url: address::shown(url),
        reason,
    })?;
    let (engine, url) = match address {
        Address::Sqlite(file) if is_empty(&file).map_err(|error| failed(error.to_string()))? => {
            return Ok(Found::Nothing);
        }
        Address::Sqlite(file) => {
            let file = file.canonicalize();
            let file = file.map_err(|error| failed(error.to_string()))?;
            (Engine::Sqlite, address::sqlite_url_to_read(&file))
        }
        Address::Postgres(url) => (Engine::Postgres, url),
    };
    let tables = match engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables
             WHERE schemaname = ANY (current_schemas(false))"
        }
    };
    let read = async {
        let mut conn = AnyConnection::connect(&url).await?;
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut conn).await?;
        let migrated = tables.iter().any(|table| table == "_sqlx_migrations");
        let applied: Vec<(i64, String)> = match migrated {
            true => {
                sqlx::query_as("SELECT version, description FROM _sqlx_migrations")
                    .fetch_all(&mut conn)
                    .await?
            }
            false => Vec::new(),
        };
        conn.close().await?;
        Ok((tables.is_empty(), applied))
    };
    let (no_tables, applied) = read
        .await
        .map_err(|error: sqlx::Error| failed(error.to_string()))?;
    let known = |version: i64| {
        let mut ours = migrations.iter().filter(|one| migrate::is_for(one, engine));
        ours.find(|migration| migration.version == version)
    };
    let is_ours = applied.iter().all(|(version, description)| {
        known(*version).is_none_or(|migration| migration.description == *description)
    });
    Ok(match (applied.is_empty(), is_ours) {
        (true, _) if no_tables || engine == Engine::Postgres => Found::Nothing,
        (false, true) => Found::Ours,
        (true, _) | (false, false) => Found::Foreign,
    })
}

/// A file that is not there, or that a failed start left behind.
fn is_empty(file: &Path) -> std::io::Result<bool> {
    match file.metadata() {
        Ok(about) => Ok(about.is_file() && about.len() == 0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
