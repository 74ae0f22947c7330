//! E-mails as files, where there is no mail server: mail programs open them.

use std::fs::{self, Permissions};
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// A folder with a file for each e-mail.
pub struct MailFolder {
    path: PathBuf,
    /// Writers in one folder spin on its lock, so only one writes at a time.
    turn: Arc<Mutex<()>>,
}

impl MailFolder {
    /// The folder, which may be missing, or made readable for all by an earlier version.
    pub fn at(path: PathBuf) -> Self {
        if path.is_dir()
            && let Err(error) = fs::set_permissions(&path, Permissions::from_mode(0o700))
        {
            tracing::warn!(%error, folder = %path.display(), "others may read the e-mails here");
        }
        Self {
            path,
            turn: Arc::default(),
        }
    }

    /// Writes an e-mail whole or not at all. The same one is the same file.
    ///
    /// # Errors
    /// Where the disk is full or the folder is not ours.
    pub async fn write(&self, id: &str, bytes: Vec<u8>) -> Result<()> {
        let [whole, part] = self.files(id);
        self.work(move || {
            if let Err(error) = fs::write(&part, &bytes) {
                let folder = part
                    .parent()
                    .filter(|_| error.kind() == ErrorKind::NotFound);
                fs::create_dir_all(folder.ok_or(error)?)?;
                fs::write(&part, &bytes)?;
            }
            fs::rename(part, whole)
        })
        .await
    }

    /// Removes an e-mail, and what may have been begun of it.
    ///
    /// # Errors
    /// Where the folder is not ours.
    pub async fn remove(&self, id: &str) -> Result<()> {
        let files = self.files(id);
        self.work(move || files.iter().try_for_each(|file| remove(file)))
            .await
    }

    fn files(&self, id: &str) -> [PathBuf; 2] {
        [format!("{id}.eml"), format!(".{id}.part")].map(|name| self.path.join(name))
    }

    async fn work(&self, work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
        let turn = self.turn.clone().lock_owned().await;
        // It lasts as long as the work, also where nobody waits for that any more.
        let work = move || {
            let _turn = turn;
            work()
        };
        spawn_blocking(work).await.map_err(Error::other)?
    }
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
