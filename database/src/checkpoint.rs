//! Checkpoints of SQLite's write-ahead log, on a thread of their own: copying pages into the database file,
//! and waiting for the disk twice, is nothing that a customer's commit has to wait for.
//!
//! A log begins anew only when a commit finds all of it copied. While commits follow one another the thread
//! alone would never get there, and the log would grow without end: so from [`LONG`] on the writer copies,
//! between two commits, the little that came since.

use crate::sqlite::Sqlite;
use sqlx::Row;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Commits between two checkpoints. A commit writes a few pages of 4 KiB.
const EVERY: u32 = 200;
/// Pages after which the writer lends a hand: 64 MiB, which takes a second to read after a crash.
const LONG: i64 = 16 * 1024;

/// SQLite itself is to make none in a commit: a setting of the writer's connection, which may be a new one
/// since the last time.
const BY_HAND: &str = "PRAGMA wal_autocheckpoint = 0";
/// Copies what no reader needs and waits for nobody. Gives whether it was hindered, how many pages the log has,
/// and how many of them are copied.
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

const NOT_COPIED: &str = "the log could not be copied into the database file";

/// The writer's side.
pub(crate) struct Checkpoints {
    commits: u32,
    ask: SyncSender<()>,
    is_long: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread, which ends with this value.
    pub fn start(file: PathBuf) -> std::io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let is_long = Arc::<AtomicBool>::default();
        let told = is_long.clone();
        let thread = std::thread::Builder::new().name("checkpoint".into());
        let thread = thread.spawn(move || {
            if let Err(error) = work(file, &asked, &told) {
                tracing::error!(%error, "the writer has to make its checkpoints itself");
            }
        })?;
        Ok(Self {
            commits: EVERY,
            ask,
            is_long,
            thread,
        })
    }

    /// Ends the thread and its connection, so that the writer's is the last one: SQLite copies the rest of
    /// the log when that is closed, and nothing but the database file is left.
    pub fn end(self) {
        drop(self.ask);
        // A thread that panicked has ended too.
        let _ = self.thread.join();
    }

    /// To be told after each commit, once those who waited for it have their answer.
    pub fn committed(&mut self, conn: &mut Sqlite) {
        self.commits += 1;
        let is_due = self.commits >= EVERY;
        if is_due {
            self.commits = 0;
            if let Err(error) = conn.run(BY_HAND, None, false) {
                tracing::warn!(%error, "checkpoints are made in commits");
            }
        }
        if self.is_long.load(Ordering::Relaxed) {
            // Again after the next commit, where the thread is still at work or a reader holds on to pages.
            match copy(conn) {
                Ok(log) => self.is_long.store(!log.is_copied, Ordering::Relaxed),
                Err(error) => tracing::warn!(%error, NOT_COPIED),
            }
        } else if is_due
            // One that is asked for already is enough.
            && let Err(TrySendError::Disconnected(())) = self.ask.try_send(())
        {
            // The thread has ended, and said why.
            self.is_long.store(true, Ordering::Relaxed);
        }
    }
}

/// What a checkpoint found.
struct Log {
    /// All of it is in the database file now.
    is_copied: bool,
    pages: i64,
}

fn work(file: PathBuf, asked: &Receiver<()>, is_long: &AtomicBool) -> Result<(), sqlx::Error> {
    let mut conn = Sqlite::open(&file)?;
    while asked.recv().is_ok() {
        match copy(&mut conn) {
            Ok(log) => is_long.store(log.pages > LONG, Ordering::Relaxed),
            // Such as a full disk, which says so to the next commit as well.
            Err(error) => tracing::warn!(%error, NOT_COPIED),
        }
    }
    Ok(())
}

fn copy(conn: &mut Sqlite) -> Result<Log, sqlx::Error> {
    let mut outcome = conn.run(COPY, None, true)?;
    let row = outcome.rows.pop().ok_or(sqlx::Error::RowNotFound)?;
    let (pages, copied): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
    Ok(Log {
        is_copied: row.try_get::<i64, _>(0)? == 0 && copied == pages,
        pages,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use std::fs::File;
    use std::io::Read;
    use std::path::Path;

    /// The first bytes of a log: its two salts are at 16 to 24 (<https://www.sqlite.org/fileformat2.html>).
    fn head(log: &Path) -> [u8; 24] {
        let mut head = [0; 24];
        File::open(log).unwrap().read_exact(&mut head).unwrap();
        head
    }

    /// A database that makes no checkpoints by itself, its log of so many pages at least.
    fn with_a_log(folder: &Path, pages: i64) -> (Sqlite, PathBuf) {
        let file = folder.join("test.db");
        let mut conn = Sqlite::open(&file).unwrap();
        let settings = format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {BY_HAND}");
        conn.run(&settings, None, false).unwrap();
        conn.run("CREATE TABLE t (a BLOB)", None, false).unwrap();
        let write = format!("INSERT INTO t VALUES (zeroblob({}))", pages * 4_096);
        conn.run(&write, None, false).unwrap();
        (conn, file)
    }

    #[test]
    fn a_long_log_is_noticed_beside_the_writer() {
        for (pages, is_noticed) in [(10, false), (LONG + 10, true)] {
            let folder = tempfile::tempdir().unwrap();
            let (_conn, file) = with_a_log(folder.path(), pages);
            let (ask, asked) = sync_channel(1);
            ask.send(()).unwrap();
            drop(ask);
            let is_long = AtomicBool::new(false);
            work(file, &asked, &is_long).unwrap();
            assert_eq!(is_long.into_inner(), is_noticed, "{pages}");
        }
    }

    #[test]
    fn a_log_that_became_long_begins_anew_with_the_commit_after_the_writers_hand() {
        let folder = tempfile::tempdir().unwrap();
        let (mut conn, file) = with_a_log(folder.path(), 10);
        let log = file.with_extension("db-wal");
        let (ask, _asked) = sync_channel(1);
        let is_long = Arc::<AtomicBool>::default();
        let mut checkpoints = Checkpoints {
            commits: EVERY,
            ask,
            is_long: is_long.clone(),
            thread: std::thread::spawn(|| ()),
        };
        let mut commit = || {
            conn.run("INSERT INTO t VALUES (1)", None, false).unwrap();
            checkpoints.committed(&mut conn);
            head(&log)
        };
        let first = commit();
        assert_eq!(commit(), first, "the thread's business");
        is_long.store(true, Ordering::Relaxed);
        assert_eq!(commit(), first, "copied after this one");
        assert_ne!(commit(), first);
        assert!(!is_long.load(Ordering::Relaxed));
    }
}
