//! One process owns a SQLite file.

use crate::error::OpenError;
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Held as long as the value lives; the operating system releases it when the process dies.
pub(super) struct Lock {
    _file: File,
}

/// Takes `<database>.lock`, without waiting. The file stays behind afterwards: deleting it could
/// take it away under another process that has just opened it.
pub(super) fn take(database: &Path) -> Result<Lock, OpenError> {
    let path = beside(database);
    let not_writable = |source| OpenError::FolderNotWritable {
        folder: database.parent().unwrap_or(Path::new(".")).to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(not_writable)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            database: database.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(not_writable(source)),
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".lock");
    PathBuf::from(name)
}
