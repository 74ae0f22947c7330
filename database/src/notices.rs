//! What the processes on one PostgreSQL tell each other at once: that there is news, and of what. A notice may get
//! lost, so whoever listens also looks for itself now and then.
//!
//! Notices are sent after the commit and by themselves, not as a part of the work that they are about: a transaction
//! that notifies takes a lock of all databases until its commit is on the disk, so that no two could commit at once.

use crate::address::Address;
use crate::open::Database;
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{sleep, timeout};

/// Words in one message, of which PostgreSQL takes 8,000 bytes.
const MOST: usize = 128;
/// Between two messages. Nobody notices it, and a busy shop sends few of them.
const PACE: Duration = Duration::from_millis(20);
/// Where there is nothing to tell the connection shows so often that it still leads somewhere.
const RESTED: Duration = Duration::from_secs(30);
/// How long the server may take over a word.
const WORD: Duration = Duration::from_secs(5);
/// How long it is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// What one process hears of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// There is news of this.
    News(&'a str),
    /// Something may have been missed.
    Gap,
}

impl Database {
    /// Sends the words that come out of `told` to the other processes that exchange notices on this channel, and gives
    /// what those tell to `heard`. Ends when nobody can tell anything any more, and at once on SQLite, whose file
    /// belongs to one process. Words hold no spaces and 60 bytes at most.
    pub async fn exchange_notices(
        &self,
        channel: &'static str,
        mut told: Receiver<String>,
        heard: impl Fn(Heard<'_>) + Send + Sync,
    ) {
        let Address::Postgres(url) = &self.inner.address else {
            return;
        };
        while let Err(error) = exchange(url, channel, &mut told, &heard).await {
            tracing::debug!(%error, "nothing is heard of other processes for a while");
            sleep(PAUSE).await;
        }
    }
}

/// Ends well when there will be nothing to tell.
async fn exchange(
    url: &str,
    channel: &str,
    told: &mut Receiver<String>,
    heard: &(impl Fn(Heard<'_>) + Send + Sync),
) -> Result<(), sqlx::Error> {
    let (mut line, ourselves) = within(open(url, channel)).await?;
    heard(Heard::Gap);
    let mut words = Vec::with_capacity(MOST);
    loop {
        tokio::select! {
            notice = line.try_recv() => match notice? {
                Some(notice) if notice.process_id() == ourselves => {}
                Some(notice) => notice
                    .payload()
                    .split(' ')
                    .for_each(|word| heard(Heard::News(word))),
                None => return Err(sqlx::Error::PoolClosed),
            },
            count = timeout(RESTED, told.recv_many(&mut words, MOST)) => {
                if count == Ok(0) {
                    return Ok(());
                }
                let text = words.join(" ");
                words.clear();
                within(send(&mut line, channel, &text)).await?;
                sleep(PACE).await;
            }
        }
    }
}

/// A connection that hears of others, and its number at the server.
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
    match timeout(WORD, work).await {
        Ok(done) => done,
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}
