//! A PostgreSQL server of a test's own: others do not like theirs to be restarted or killed.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// It ends with this value.
pub struct Server(TempDir);

impl Server {
    /// A server, and its address.
    pub fn start() -> (Self, String) {
        let folder = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap();
        let server = Self(folder);
        let url = server.tell("start");
        (server, url)
    }

    /// Where it is.
    pub fn folder(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub fn tell(&self, what: &str) -> String {
        tell(self.0.path(), what)
    }
}

/// Has `scripts/postgres` do something with the server in a folder; gives the last line that it prints.
pub fn tell(folder: &Path, what: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
    let done = Command::new(script)
        .arg(what)
        .env("PG_HOME", folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    said.lines().last().unwrap_or_default().to_owned()
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tell("stop");
    }
}
