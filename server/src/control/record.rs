//! What a server leaves in its data folder: which database it serves, and where it takes commands.
//!
//! A command needs no more than the folder then, whatever the server's environment said. The record
//! of a server that ended stays until the next start, and says which database the folder is of. What
//! lies in the folder is named relative to it, because folders are moved and copied.

use super::system::{DatabasePlace, System};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio::net::UnixStream;

const ENDING: &str = ".server.json";
const SQLITE: &str = "sqlite:";

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// The one name of the database ([`database::canonical`]).
    database: String,
    socket: PathBuf,
    pid: u32,
}

/// A server that runs on a folder, or ran there last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub database: String,
    pub socket: PathBuf,
    pub pid: u32,
    /// Whether it takes commands now.
    pub runs: bool,
}

/// Leaves a record of this process, and takes away those of servers that are gone.
///
/// # Errors
/// Where the folder cannot be written.
pub(super) async fn leave(place: &DatabasePlace<'_>, socket: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(place.data)?;
    for path in paths(place.system, place.data) {
        let gone = match read(&path, place.data).await {
            Some(server) => !server.runs,
            None => true,
        };
        if gone {
            let _ = std::fs::remove_file(path);
        }
    }
    let url = place.url();
    let database = database::canonical(&url).unwrap_or_default();
    let folder = place.data.canonicalize()?;
    let record = Record {
        database: match database.strip_prefix(SQLITE).map(Path::new) {
            Some(file) => format!("{SQLITE}{}", within(file, &folder).display()),
            None => database,
        },
        socket: within(&std::path::absolute(socket)?, &folder),
        pid: std::process::id(),
    };
    let name = format!("{}-{:08x}", place.system.name(), rand::random::<u32>());
    let half = place.data.join(format!("{name}.half"));
    let mut file = std::fs::File::create(&half)?;
    file.write_all(&serde_json::to_vec(&record)?)?;
    // Whole or not at all, for whoever reads it meanwhile.
    std::fs::rename(half, place.data.join(format!("{name}{ENDING}")))
}

/// The servers of a system that run on the folder, or else those that ran there last.
pub(super) async fn servers(system: System, data: &Path) -> Vec<Server> {
    let mut found = Vec::new();
    for path in paths(system, data) {
        found.extend(read(&path, data).await);
    }
    if found.iter().any(|server| server.runs) {
        found.retain(|server| server.runs);
    }
    found
}

async fn read(path: &Path, data: &Path) -> Option<Server> {
    let record: Record = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let socket = data.join(&record.socket);
    let database = match record.database.strip_prefix(SQLITE) {
        Some(file) => {
            database::canonical(&format!("{SQLITE}{}", data.join(file).display())).ok()?
        }
        None => record.database,
    };
    Some(Server {
        database,
        runs: UnixStream::connect(&socket).await.is_ok(),
        socket,
        pid: record.pid,
    })
}

/// A path as it is seen from the folder, where it lies in it.
fn within(path: &Path, folder: &Path) -> PathBuf {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) if parent == folder => name.into(),
        (_, _) => path.to_owned(),
    }
}

fn paths(system: System, data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(&format!("{}-", system.name())) && name.ends_with(ENDING)
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}
