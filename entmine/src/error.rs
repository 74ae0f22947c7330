//! What can go wrong with EntMine's database.

use std::path::PathBuf;

/// Why EntMine could not be opened. Each is one sentence for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("EntMine's database address {url} cannot be used: {reason}.")]
    Address { url: String, reason: &'static str },
    #[error(
        "EntMine cannot write to the folder {}: {source}. Make it writable, or choose another folder.",
        folder.display()
    )]
    FolderNotWritable {
        folder: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "EntMine's database {} is already in use: stop the process that uses it, or give this one another folder.",
        database.display()
    )]
    InUse { database: PathBuf },
    #[error(
        "EntMine's database {} was made by a newer version (migration {migration} is unknown here): start that version, or restore a backup made before the upgrade.",
        database.display()
    )]
    Newer { database: PathBuf, migration: i64 },
    #[error(
        "This program was built with SQLite {found}, but EntMine needs at least {}: earlier ones can corrupt a database in WAL mode.",
        crate::storage::OLDEST_SQLITE
    )]
    SqliteTooOld { found: String },
    #[error("EntMine's database {} cannot be opened: {reason}.", database.display())]
    Database { database: PathBuf, reason: String },
}

/// Why EntMine's database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Nothing was read or written; asking again is safe.
    #[error("EntMine's database did not do it, and nothing was written: {0}")]
    NotDone(#[from] sqlx::Error),
    /// A row is not as EntMine writes it. Nothing was written.
    #[error("EntMine's database holds something unreadable, and nothing was written: {0}")]
    Unreadable(String),
    /// The commit was started and gave no clear answer: the work may be there or not.
    #[error("EntMine's database did not confirm a commit: {0}")]
    CommitUnclear(#[source] sqlx::Error),
    /// The task that did the work ended early (a panic, or the process is stopping): the work may
    /// be there or not.
    #[error("the work on EntMine's database was cut short: {0}")]
    CutShort(#[source] tokio::task::JoinError),
}

impl StorageError {
    /// Whether the work may have been written although this error came back. A push that gets one
    /// of these has to ask by key before it says anything about the order.
    pub fn may_be_written(&self) -> bool {
        match self {
            Self::NotDone(_) | Self::Unreadable(_) => false,
            Self::CommitUnclear(_) | Self::CutShort(_) => true,
        }
    }
}
