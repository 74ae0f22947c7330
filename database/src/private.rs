//! A database holds names and addresses of customers: its files are for the program's own account.

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What stands beside a SQLite file.
const BESIDE: [&str; 3] = ["-wal", "-shm", ".lock"];

/// Takes everybody else's rights away from the files of a database that an earlier version made
/// readable. The group keeps its own, which somebody may have given on purpose.
pub(crate) fn close_to_others(database: &Path) {
    let beside = BESIDE.map(|end| {
        let mut name = OsString::from(database);
        name.push(end);
        PathBuf::from(name)
    });
    for file in beside.iter().map(PathBuf::as_path).chain([database]) {
        match close(file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(
                file = %file.display(), %error,
                "everybody on this machine may read a database, and it cannot be changed"
            ),
        }
    }
}

fn close(file: &Path) -> io::Result<()> {
    let mut rights = std::fs::metadata(file)?.permissions();
    if rights.mode() & 0o007 == 0 {
        return Ok(());
    }
    rights.set_mode(rights.mode() & 0o770);
    std::fs::set_permissions(file, rights)
}
