//! One process owns a SQLite file.

use crate::error::OpenError;
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Takes `<database>.lock`, without waiting; it is held as long as the file lives, and the
/// operating system releases it when the process dies. The file stays behind afterwards: deleting
/// it could take it away under another process that has just opened it.
pub(crate) fn take(database: &Path, whose: &'static str) -> Result<File, OpenError> {
    let not_writable = |cause| OpenError::FolderNotWritable {
        whose,
        folder: database.parent().unwrap_or(Path::new(".")).to_owned(),
        cause,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside(database))
        .map_err(not_writable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            whose,
            database: database.to_owned(),
        }),
        Err(TryLockError::Error(cause)) => Err(not_writable(cause)),
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".lock");
    PathBuf::from(name)
}
