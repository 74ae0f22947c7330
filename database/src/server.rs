//! A PostgreSQL server, which may fall silent without a sign, as in a fail-over.

use sqlx::{AnyConnection, Connection, Error};
use std::fmt;
use std::io::ErrorKind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long it may take to let us in.
const CONNECT: Duration = Duration::from_secs(4);
/// How long it may take to say what it does about a statement.
const ASK: Duration = Duration::from_secs(3);
/// For so long after it was found silent nobody waits for it: whoever reads several things, as a page does, waits
/// for the first of them only.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// The server of the reading connections.
pub(crate) struct Server {
    url: String,
    silent_until: Mutex<Option<Instant>>,
    /// One question at a time: where the server is silent the others need not ask.
    asking: tokio::sync::Mutex<()>,
}

/// An address may hold a password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    pub fn at(url: String) -> Self {
        Self {
            url,
            silent_until: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// # Errors
    /// Where it was found silent a moment ago.
    pub fn check(&self) -> Result<(), Error> {
        match *self.silent_until() {
            Some(until) if until > Instant::now() => Err(silent()),
            _ => Ok(()),
        }
    }

    /// A connection that was told its settings; gives also the number of the server's process for it.
    pub async fn connect(&self, settings: &'static str) -> Result<(AnyConnection, i32), Error> {
        let connecting = async {
            let mut conn = AnyConnection::connect(&self.url).await?;
            sqlx::raw_sql(settings).execute(&mut conn).await?;
            let pid = sqlx::query_scalar("SELECT pg_backend_pid()");
            let pid = pid.fetch_one(&mut conn).await?;
            Ok((conn, pid))
        };
        let connected = timeout(CONNECT, connecting).await;
        connected.unwrap_or_else(|_| Err(self.fell_silent()))
    }

    /// Whether one of its processes is at work on a statement. Where it is not, the statement never came there, or
    /// its end did not come back.
    ///
    /// # Errors
    /// Where the server is silent.
    pub async fn is_at_work(&self, pid: i32) -> Result<bool, Error> {
        let _one_at_a_time = self.asking.lock().await;
        self.check()?;
        let asking = async {
            let mut conn = AnyConnection::connect(&self.url).await?;
            let is_active = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active')",
            );
            let is_active: bool = is_active.bind(pid).fetch_one(&mut conn).await?;
            conn.close().await?;
            Ok::<_, Error>(is_active)
        };
        match timeout(ASK, asking).await {
            Ok(Ok(is_active)) => Ok(is_active),
            // A server that lets nobody else in is there, and says so.
            Ok(Err(error)) => Ok(error.as_database_error().is_some()),
            Err(_) => Err(self.fell_silent()),
        }
    }

    fn fell_silent(&self) -> Error {
        *self.silent_until() = Some(Instant::now() + LEFT_ALONE);
        silent()
    }

    fn silent_until(&self) -> MutexGuard<'_, Option<Instant>> {
        let known = self.silent_until.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a reader gets instead of an answer.
pub(crate) fn silent() -> Error {
    let what = "the database server fell silent";
    Error::Io(std::io::Error::new(ErrorKind::TimedOut, what))
}
