//! A connection to PostgreSQL that only reads.

use crate::server::{Server, silent};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::{AnyConnection, Connection, Error};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What it is told first.
const SETTINGS: &str = "SET default_transaction_read_only = on; SET statement_timeout = '10s'";
/// After so long the server is asked whether it is at work on the statement.
const LONG: Duration = Duration::from_secs(2);
/// How long it may then go on: a little longer than it lets a statement take.
const REST: Duration = Duration::from_secs(9);
/// How long it may take to show that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// A connection whose server may fall silent without a sign: no statement waits for it for ever.
#[derive(Debug)]
pub(crate) struct Reader {
    conn: AnyConnection,
    /// The server's process for it.
    pid: i32,
    server: Arc<Server>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The last statement came to its end, so that another one may follow.
    Ready,
    /// A statement is under way, or was left by its caller.
    Busy,
    /// Nothing came any more. Another statement would wait in vain.
    Silent,
}

impl Reader {
    pub async fn connect(server: &Arc<Server>) -> Result<Self, Error> {
        let (conn, pid) = server.connect(SETTINGS).await?;
        Ok(Self {
            conn,
            pid,
            server: server.clone(),
            state: State::Ready,
        })
    }

    pub fn is_usable(&self) -> bool {
        self.state == State::Ready
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// Where it says nothing at all.
    pub async fn lives(&mut self) -> Result<bool, Error> {
        match timeout(SIGN_OF_LIFE, self.conn.ping()).await {
            Ok(answer) => Ok(answer.is_ok()),
            Err(_) => Err(silent()),
        }
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
        let Some((conn, mut running)) = self.begin() else {
            return Box::pin(async { Err(silent()) });
        };
        let statement = statement(conn);
        Box::pin(async move {
            let result = running.answer(statement).await?;
            running.ended(&result);
            result
        })
    }

    /// The same, of which each row may take so long.
    pub fn stream<'e, T: Send + 'e>(
        &'e mut self,
        statement: impl FnOnce(&'e mut AnyConnection) -> BoxStream<'e, Result<T, Error>>,
    ) -> BoxStream<'e, Result<T, Error>> {
        let Some((conn, running)) = self.begin() else {
            return stream::once(async { Err(silent()) }).boxed();
        };
        let rows = Some((statement(conn), running));
        let step = |rows| async {
            let (mut rows, mut running): (BoxStream<'e, Result<T, Error>>, Running<'e>) = rows?;
            match running.answer(rows.next()).await {
                Ok(Some(row)) if row.is_ok() => Some((row, Some((rows, running)))),
                Ok(Some(failure)) => {
                    running.ended(&failure);
                    Some((failure, None))
                }
                Ok(None) => {
                    running.ended(&Ok(()));
                    None
                }
                Err(silent) => Some((Err(silent), None)),
            }
        };
        stream::unfold(rows, step).boxed()
    }

    /// A caller that goes away leaves it busy.
    fn begin(&mut self) -> Option<(&mut AnyConnection, Running<'_>)> {
        if self.state == State::Silent {
            return None;
        }
        self.state = State::Busy;
        let running = Running {
            pid: self.pid,
            server: &self.server,
            state: &mut self.state,
        };
        Some((&mut self.conn, running))
    }
}

/// A statement under way.
struct Running<'e> {
    pid: i32,
    server: &'e Server,
    state: &'e mut State,
}

impl Running<'_> {
    /// What the server answers. Where that takes long, another connection shows whether it will: a server that went
    /// without a sign is found out long before the longest statement would have ended.
    async fn answer<T>(&mut self, answer: impl Future<Output = T>) -> Result<T, Error> {
        let mut answer = pin!(answer);
        if let Ok(answer) = timeout(LONG, &mut answer).await {
            return Ok(answer);
        }
        let is_at_work = tokio::select! {
            biased;
            answer = &mut answer => return Ok(answer),
            is_at_work = self.server.is_at_work(self.pid) => is_at_work,
        };
        let answer = match is_at_work {
            Ok(true) => timeout(REST, answer).await.map_err(|_| silent()),
            // An answer may be on its way just now.
            Ok(false) => timeout(SIGN_OF_LIFE, answer).await.map_err(|_| silent()),
            Err(error) => Err(error),
        };
        if answer.is_err() {
            *self.state = State::Silent;
        }
        answer
    }

    /// What the database itself refuses is an end too.
    fn ended<T>(&mut self, result: &Result<T, Error>) {
        let is_end = match result {
            Ok(_) => true,
            Err(error) => error.as_database_error().is_some(),
        };
        if is_end {
            *self.state = State::Ready;
        }
    }
}
