//! Where a running system takes commands from this machine.

use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// The socket of one system and one database, so that a command never reaches the server of
/// another database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// A SQLite database has one process, and one socket beside its file.
    Beside(PathBuf),
    /// A PostgreSQL database can have several processes on one machine: each has a socket of its
    /// own in the data folder, and any of them will do.
    Among { folder: PathBuf, prefix: String },
}

impl Socket {
    /// The socket for `system` on the database at `url`.
    pub fn of(system: &str, url: &str, data: &Path) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(rest) => {
                let rest = rest.strip_prefix("//").unwrap_or(rest);
                let path = Path::new(rest.strip_suffix("?mode=rwc").unwrap_or(rest));
                // Behind a symbolic link: every name of a database leads to one socket. Otherwise
                // as written, because a socket's path may only be about 100 bytes long.
                let path = match path.is_symlink() {
                    true => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
                    false => path.to_owned(),
                };
                let mut name = path.into_os_string();
                name.push(".sock");
                Self::Beside(name.into())
            }
            None => {
                // The user and password do not say which database it is.
                let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
                let digest = Sha256::digest(place.as_bytes());
                let digest: String = digest[..4].iter().map(|b| format!("{b:02x}")).collect();
                Self::Among {
                    folder: data.to_owned(),
                    prefix: format!("{system}-{digest}-"),
                }
            }
        }
    }

    /// Begins to listen; gives also the path, to be removed at the end.
    pub(super) async fn bind(&self) -> std::io::Result<(UnixListener, PathBuf)> {
        let path = match self {
            Self::Beside(path) => {
                // The database's lock is ours, so a socket that is still there is a dead server's.
                match std::fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    Ok(()) | Err(_) => path.clone(),
                }
            }
            Self::Among { folder, prefix } => {
                std::fs::create_dir_all(folder)?;
                for left in self.candidates() {
                    // Refused: its server is dead.
                    if UnixStream::connect(&left).await.is_err() {
                        let _ = std::fs::remove_file(left);
                    }
                }
                folder.join(format!("{prefix}{:08x}.sock", rand::random::<u32>()))
            }
        };
        Ok((UnixListener::bind(&path)?, path))
    }

    /// The path at which a running server takes commands; none where none runs.
    pub(super) async fn listening(&self) -> Option<PathBuf> {
        for path in self.candidates() {
            if UnixStream::connect(&path).await.is_ok() {
                return Some(path);
            }
        }
        None
    }

    fn candidates(&self) -> Vec<PathBuf> {
        match self {
            Self::Beside(path) => vec![path.clone()],
            Self::Among { folder, prefix } => {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                entries
                    .filter(|entry| {
                        let name = entry.file_name();
                        let name = name.to_string_lossy();
                        name.starts_with(prefix) && name.ends_with(".sock")
                    })
                    .map(|entry| entry.path())
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_its_own_socket() {
        let of = |url: &str| Socket::of("wizastore", url, Path::new("data"));
        assert_eq!(
            of("sqlite:data/wizastore.db"),
            Socket::Beside("data/wizastore.db.sock".into())
        );
        assert_eq!(
            of("sqlite:///a/b.db?mode=rwc"),
            Socket::Beside("/a/b.db.sock".into())
        );
        assert_eq!(
            of("postgres://me:one@db/shop"),
            of("postgres://you:two@db/shop")
        );
        assert_ne!(
            of("postgres://me:one@db/shop"),
            of("postgres://me:one@db/other")
        );
    }

    #[tokio::test]
    async fn replicas_on_one_machine_do_not_collide_and_dead_ones_are_swept() {
        let data = tempfile::tempdir().unwrap();
        let socket = Socket::of("wizastore", "postgres://me@db/shop", data.path());
        assert!(socket.listening().await.is_none());
        let (one, _) = socket.bind().await.unwrap();
        let (_two, _) = socket.bind().await.unwrap();
        assert_eq!(socket.candidates().len(), 2);
        drop(one);
        assert!(socket.listening().await.is_some());
        let (_three, _) = socket.bind().await.unwrap();
        assert_eq!(socket.candidates().len(), 2);
    }
}
