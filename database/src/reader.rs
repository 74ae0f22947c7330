//! A connection to PostgreSQL that only reads.

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::{AnyConnection, Connection, Error};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::time::timeout;

/// What it is told first.
const SETTINGS: &str = "SET default_transaction_read_only = on; SET statement_timeout = '10s'";
/// How long the server may be silent: a little longer than it lets a statement take.
const SILENCE: Duration = Duration::from_secs(11);
/// How long it may take to let us in.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may take to show that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// A connection whose server may fall silent without a sign, as in a fail-over: no statement waits for it for ever.
#[derive(Debug)]
pub(crate) struct Reader {
    conn: AnyConnection,
    /// The last statement came to its end, so that another one may follow.
    is_usable: bool,
}

impl Reader {
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let connecting = async {
            let mut conn = AnyConnection::connect(url).await?;
            sqlx::raw_sql(SETTINGS).execute(&mut conn).await?;
            Ok(Self {
                conn,
                is_usable: true,
            })
        };
        timeout(CONNECT, connecting).await.unwrap_or_else(silent)
    }

    pub fn is_usable(&self) -> bool {
        self.is_usable
    }

    /// Whether the server answers.
    pub async fn lives(&mut self) -> bool {
        matches!(timeout(SIGN_OF_LIFE, self.conn.ping()).await, Ok(Ok(())))
    }

    /// Ends it in good order, where the server still listens.
    pub async fn close(self) {
        let _ = timeout(SIGN_OF_LIFE, self.conn.close()).await;
    }

    /// Runs a statement.
    pub fn run<'e, T: Send + 'e>(
        &'e mut self,
        statement: impl FnOnce(&'e mut AnyConnection) -> BoxFuture<'e, Result<T, Error>>,
    ) -> BoxFuture<'e, Result<T, Error>> {
        let Self { conn, is_usable } = self;
        // A caller that goes away leaves it so.
        *is_usable = false;
        let running = statement(conn);
        Box::pin(async move {
            let result = timeout(SILENCE, running).await.unwrap_or_else(silent);
            *is_usable = is_end(&result);
            result
        })
    }

    /// The same, of which each row may take so long.
    pub fn stream<'e, T: Send + 'e>(
        &'e mut self,
        statement: impl FnOnce(&'e mut AnyConnection) -> BoxStream<'e, Result<T, Error>>,
    ) -> BoxStream<'e, Result<T, Error>> {
        let Self { conn, is_usable } = self;
        *is_usable = false;
        let running = Some((statement(conn), is_usable));
        let step = |running| async {
            let (mut rows, is_usable): (BoxStream<'e, Result<T, Error>>, &'e mut bool) = running?;
            match timeout(SILENCE, rows.next()).await {
                Ok(Some(row)) if row.is_ok() => Some((row, Some((rows, is_usable)))),
                Ok(Some(failure)) => {
                    *is_usable = is_end(&failure);
                    Some((failure, None))
                }
                Ok(None) => {
                    *is_usable = true;
                    None
                }
                Err(over) => Some((silent(over), None)),
            }
        };
        stream::unfold(running, step).boxed()
    }
}

/// What the database itself refuses is an end too.
fn is_end<T>(result: &Result<T, Error>) -> bool {
    match result {
        Ok(_) => true,
        Err(error) => error.as_database_error().is_some(),
    }
}

fn silent<T>(_: tokio::time::error::Elapsed) -> Result<T, Error> {
    let what = "the database server fell silent";
    Err(Error::Io(std::io::Error::new(ErrorKind::TimedOut, what)))
}
