//! What the processes on one PostgreSQL notify each other of at once, beside what they write. A notice may get lost,
//! so whoever receives them also looks for itself now and then.
//!
//! Notices are sent after the commit and by themselves, not as a part of the work that they are about: a transaction
//! that notifies takes a lock of all databases until its commit is on the disk, so that no two could commit at once.

use crate::address::Address;
use crate::handle::Database;
use sqlx::postgres::{PgListener, PgNotification};
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Words in one message, of which PostgreSQL takes 8,000 bytes.
const MOST: usize = 128;
/// Between two messages: nobody notices it, and no process sends more than 50 of them a second.
const PACE: Duration = Duration::from_millis(20);
/// Where there is nothing to send the connection shows so often that it still leads somewhere.
const RESTED: Duration = Duration::from_secs(30);
/// How long the server may take over a message.
const MESSAGE: Duration = Duration::from_secs(5);
/// How long it is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// What a process receives of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// A word that one of them sent.
    Word(&'a str),
    /// Some may have been missed.
    Gap,
}

impl Database {
    /// Sends the words of `to_send` to the other processes that exchange notices on this channel, and gives what
    /// those send to `receive`. Ends at once on SQLite, whose file belongs to one process, and else when there can be
    /// nothing more to send. Words hold no spaces and 60 bytes at most.
    pub async fn exchange_notices(
        &self,
        channel: &'static str,
        mut to_send: Receiver<String>,
        receive: impl Fn(Notice<'_>) + Send + Sync,
    ) {
        let Address::Postgres(url) = &self.inner.address else {
            return;
        };
        let mut is_known = false;
        loop {
            let error = match within(open(url, channel)).await {
                Ok(line) => {
                    is_known = false;
                    receive(Notice::Gap);
                    match exchange(line, channel, &mut to_send, &receive).await {
                        Ok(()) => return,
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            if !is_known {
                tracing::warn!(%error, "what other replicas change shows some seconds later: no notices come");
            }
            is_known = true;
            sleep(PAUSE).await;
        }
    }
}

/// Ends well when there will be nothing to send.
async fn exchange(
    (mut line, ourselves): (PgListener, u32),
    channel: &str,
    to_send: &mut Receiver<String>,
    receive: &(impl Fn(Notice<'_>) + Send + Sync),
) -> Result<(), sqlx::Error> {
    let pass_on = |notification: PgNotification| {
        if notification.process_id() != ourselves {
            let words = notification.payload().split(' ');
            words.for_each(|word| receive(Notice::Word(word)));
        }
    };
    let mut words = Vec::with_capacity(MOST);
    let mut next = Instant::now();
    loop {
        tokio::select! {
            notification = line.try_recv() => match notification? {
                Some(notification) => pass_on(notification),
                None => return Err(sqlx::Error::PoolClosed),
            },
            count = gather(to_send, &mut words, next) => {
                if count == Some(0) {
                    return Ok(());
                }
                let text = words.join(" ");
                words.clear();
                within(send(&mut line, channel, &text)).await?;
                next = Instant::now() + PACE;
                // What came meanwhile, our own among it.
                while let Some(notification) = line.next_buffered() {
                    pass_on(notification);
                }
            }
        }
    }
}

/// The words that wait, not before it is time. None: there were none for long.
async fn gather(
    to_send: &mut Receiver<String>,
    words: &mut Vec<String>,
    next: Instant,
) -> Option<usize> {
    sleep_until(next).await;
    timeout(RESTED, to_send.recv_many(words, MOST)).await.ok()
}

/// A connection that receives notices, and its number at the server.
async fn open(url: &str, channel: &str) -> Result<(PgListener, u32), sqlx::Error> {
    let mut line = PgListener::connect(url).await?;
    // What is lost is to be known, not mended in silence.
    line.eager_reconnect(false);
    // No notice is worth waiting for the disk.
    sqlx::raw_sql("SET synchronous_commit = off")
        .execute(&mut line)
        .await?;
    line.listen(channel).await?;
    let ourselves: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut line)
        .await?;
    Ok((line, ourselves.cast_unsigned()))
}

/// Without words it only shows that the connection leads somewhere.
async fn send(line: &mut PgListener, channel: &str, words: &str) -> Result<(), sqlx::Error> {
    let sql = match words {
        "" => "SELECT $1, $2",
        _ => "SELECT pg_notify($1, $2)",
    };
    let sending = sqlx::query(sql).bind(channel).bind(words).execute(line);
    sending.await.map(drop)
}

/// A server that falls silent is given up.
async fn within<T>(work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    match timeout(MESSAGE, work).await {
        Ok(done) => done,
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}
