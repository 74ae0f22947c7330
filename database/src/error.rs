//! What can go wrong with a database.

use std::path::PathBuf;
use std::sync::Arc;

/// Why a database could not be opened: one sentence for the person who starts the program.
/// `whose` is "the store's" or "EntMine's".
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{whose} database address '{url}' cannot be used: {reason}")]
    Address {
        whose: &'static str,
        url: String,
        reason: &'static str,
    },
    #[error(
        "{whose} database: cannot write to the folder '{}': {cause}; make it writable, or choose another folder with --data",
        folder.display()
    )]
    FolderNotWritable {
        whose: &'static str,
        folder: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "{whose} database '{}' is in use by another process; stop that one first, or choose another folder with --data",
        database.display()
    )]
    InUse {
        whose: &'static str,
        database: PathBuf,
    },
    #[error(
        "{whose} database '{database}' was made by a newer version (migration {migration} is unknown here); start that version again, or restore a backup made before the upgrade"
    )]
    Newer {
        whose: &'static str,
        database: String,
        migration: i64,
    },
    #[error(
        "{whose} database '{database}' was made by a version from before the first release, which this one cannot read; start with an empty data folder"
    )]
    BeforeRelease {
        whose: &'static str,
        database: String,
    },
    #[error(
        "this program was built with SQLite {found}, but at least {oldest} is needed: earlier ones can corrupt a database in WAL mode"
    )]
    SqliteTooOld { found: String, oldest: &'static str },
    #[error("the database does not work: {0}")]
    Broken(#[from] DatabaseError),
    #[error("{whose} database '{database}' cannot be opened: {cause}")]
    Database {
        whose: &'static str,
        database: String,
        cause: String,
    },
}

/// Why a database did not do what it was asked to, by what that proves.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Nothing was read or written; asking again is safe.
    #[error("the database did not do it, and nothing was written: {0}")]
    NotDone(Arc<sqlx::Error>),
    /// The commit was begun and gave no clear answer: the work may be there or not.
    #[error("the database did not confirm a commit: {0}")]
    CommitUnclear(Arc<sqlx::Error>),
    /// The work ended early (a panic, or the process is stopping): it may be there or not.
    #[error("the work on the database was cut short")]
    CutShort,
}

impl DatabaseError {
    /// Whether the work may have been written although this error came back.
    pub fn may_be_written(&self) -> bool {
        match self {
            Self::NotDone(_) => false,
            Self::CommitUnclear(_) | Self::CutShort => true,
        }
    }

    /// Nothing was written, because the database does not take these data: a rule of a table is broken, or a value
    /// cannot be one. Not so where it had trouble of its own, such as a lock or a full disk.
    pub fn is_of_the_work(&self) -> bool {
        let Self::NotDone(error) = self else {
            return false;
        };
        let code = error.as_database_error().and_then(|error| error.code());
        code.is_some_and(|code| match code.len() {
            // PostgreSQL's classes: data, integrity, what a trigger says.
            5 => ["22", "23", "P0"]
                .iter()
                .any(|class| code.starts_with(class)),
            // SQLITE_CONSTRAINT in the last eight bits, whatever follows it.
            _ => code.parse::<i32>().is_ok_and(|code| code & 0xff == 19),
        })
    }

    /// Nothing was written, because what has to be unique is there already.
    pub fn is_unique_violation(&self) -> bool {
        match self {
            Self::NotDone(error) => error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation()),
            Self::CommitUnclear(_) | Self::CutShort => false,
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::NotDone(Arc::new(error))
    }
}
