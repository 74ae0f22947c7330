//! The outbox.

use super::{Mail, MailError, Mailer, words};
use crate::journal::{self, State};
use crate::store::Store;
use database::DatabaseError;
use database::{Change, Conn};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// E-mails under way at once: more connections than this many a mail server refuses.
const AT_ONCE: usize = 16;
/// One that takes longer waits for its recipient's server: it holds nobody else's place any more.
const SLOW: Duration = Duration::from_millis(500);
/// With those that are slow, so many.
const MOST: usize = 128;
/// Of these, so many may be ones that could not be sent before: those that are tried for the first
/// time never wait for them.
const AGAIN: usize = 4;
/// How often what became due meanwhile is taken up while others are still under way.
const LOOK: Duration = SLOW;
/// A mail server that is silent for longer is asked again later.
const ANSWER: Duration = Duration::from_secs(30);
/// Whoever tries to send one has it for so long: longer than any mail server is waited for.
const LEASE_MS: i64 = 2 * 60 * 1_000;
/// A customer who saw that an order was not placed mostly places it again at once: then nobody needs
/// the e-mail any more.
const REJECTED_LATER_MS: i64 = 10 * 60 * 1_000;

/// An e-mail is owed about an order from now on, once.
pub(crate) async fn owe(
    tx: &mut Conn,
    key: &str,
    about: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let owed = owed_at(key, about, now_ms, now_ms);
    owed.execute(tx).await.map(|_| ())
}

/// The e-mail that is owed when an order has come to an end, if it has.
pub(crate) fn owed_end(key: &str, state: State, now_ms: i64) -> Option<Change<'static>> {
    let due_at = match state {
        State::Confirmed | State::Cancelled => now_ms,
        State::Rejected => now_ms + REJECTED_LATER_MS,
        // Whoever settles an order by hand tells its customer.
        State::Settled
        | State::Journalled
        | State::Sending
        | State::RetryWait
        | State::Unknown
        | State::Voiding
        | State::Quarantined => return None,
    };
    Some(owed_at(key, state.as_str(), due_at, now_ms))
}

fn owed_at(key: &str, about: &str, due_at: i64, now_ms: i64) -> Change<'static> {
    sqlx::query(
        "INSERT INTO mails (id, order_key, about, created_at, due_at, tries)
         VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (order_key, about) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(key)
    .bind(about)
    .bind(now_ms)
    .bind(due_at)
}

/// A row that is due.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Due {
    id: String,
    order_key: String,
    about: String,
    /// Once it was taken up: until when it is this process's.
    due_at: i64,
    tries: i64,
}

/// What became of one.
enum End {
    Sent,
    Never(String),
    Later(String),
}

/// The e-mails under way, by their ids: since when, and whether they were tried before.
#[derive(Default)]
struct Places(HashMap<String, (Instant, bool)>);

impl Places {
    fn taken(&mut self, due: &Due) {
        let is_again = due.tries > 0;
        self.0.insert(due.id.clone(), (Instant::now(), is_again));
    }

    fn left(&mut self, id: String) {
        self.0.remove(&id);
    }

    /// How many more may go now, and how many of these may have been tried before.
    fn free(&self) -> (usize, usize) {
        let quick = |(since, _): &&(Instant, bool)| since.elapsed() < SLOW;
        let quick: Vec<_> = self.0.values().filter(quick).collect();
        let again = quick.iter().filter(|(_, is_again)| *is_again).count();
        let left = MOST.saturating_sub(self.0.len());
        let free = AT_ONCE.saturating_sub(quick.len()).min(left);
        (free, AGAIN.saturating_sub(again).min(free))
    }
}

impl Store {
    /// Sends what is due until nothing is; gives how many e-mails were sent. Many are under way at
    /// once, so that no recipient waits for another one's mail server. `shop` is the shop's public
    /// address, for links to the orders' pages; without one there are no links.
    ///
    /// Each is sent once: a process that dies between sending and writing that down leaves one that
    /// is sent again under the same Message-ID, by which mail programs know it.
    ///
    /// # Errors
    /// [`DatabaseError`] where the outbox cannot be read or written; what is under way is given up
    /// then, and taken up again when its lease has run out.
    pub async fn send_mails(
        &self,
        mailer: &dyn Mailer,
        shop: Option<&str>,
    ) -> Result<usize, DatabaseError> {
        let mut under_way = FuturesUnordered::new();
        let (mut sent, mut places) = (0, Places::default());
        loop {
            // What is under way goes on meanwhile: it may hold the readers that this waits for.
            let (most, again) = places.free();
            let is_free = under_way.is_empty();
            let mut taken = pin!(self.take_up(most, again));
            let taken = loop {
                tokio::select! {
                    taken = &mut taken => break taken?,
                    Some((id, was_sent)) = under_way.next() => {
                        places.left(id);
                        sent += usize::from(was_sent);
                    }
                }
            };
            for due in taken {
                places.taken(&due);
                under_way.push(self.deliver(mailer, shop, due));
            }
            match under_way.is_empty() {
                true if is_free => return Ok(sent),
                // All of it ended while this looked for no more than there was room for then.
                true => continue,
                false => {}
            }
            tokio::select! {
                Some((id, was_sent)) = under_way.next() => {
                    places.left(id);
                    sent += usize::from(was_sent);
                }
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Takes up what is due: first what was never tried, and of the rest no more than `again`.
    async fn take_up(&self, most: usize, again: usize) -> Result<Vec<Due>, DatabaseError> {
        let now_ms = self.clock.now_ms();
        let mut due = Vec::new();
        if most == 0 {
            return Ok(due);
        }
        for (tried, limit) in [(false, most), (true, again)] {
            let limit = limit.min(most - due.len()) as i64;
            let rows: Vec<Due> = sqlx::query_as(if tried {
                "SELECT id, order_key, about, due_at, tries FROM mails
                 WHERE due_at <= $1 AND ended_at IS NULL AND tries > 0 ORDER BY due_at, id LIMIT $2"
            } else {
                "SELECT id, order_key, about, due_at, tries FROM mails
                 WHERE due_at <= $1 AND ended_at IS NULL AND tries = 0 ORDER BY due_at, id LIMIT $2"
            })
            .bind(now_ms)
            .bind(limit)
            .fetch_all(self.db.reader())
            .await?;
            due.extend(rows);
        }
        if due.is_empty() {
            return Ok(due);
        }
        self.db
            .write("store.mail", move |tx| {
                Box::pin(async move {
                    let mut mine = Vec::new();
                    for one in due {
                        mine.extend(claim(tx, one, now_ms).await?);
                    }
                    Ok::<_, DatabaseError>(mine)
                })
            })
            .await
    }

    /// Sends one that was taken up, and writes down what became of it; its id, and whether it was sent.
    async fn deliver(&self, mailer: &dyn Mailer, shop: Option<&str>, due: Due) -> (String, bool) {
        let end = match self.compose(&due, shop).await {
            Ok(Some(mail)) => match tokio::time::timeout(ANSWER, mailer.send(&mail)).await {
                Ok(Ok(())) => End::Sent,
                Ok(Err(MailError::Never(why))) => End::Never(why),
                Ok(Err(MailError::Later(why))) => End::Later(why),
                Err(_) => End::Later(format!("no answer within {} s", ANSWER.as_secs())),
            },
            Ok(None) => End::Never("not needed".to_owned()),
            Err(error) => End::Later(error.to_string()),
        };
        let was_sent = matches!(end, End::Sent);
        let (key, id) = (due.order_key.clone(), due.id.clone());
        if let Err(error) = self.end(due, end).await {
            tracing::error!(%error, key, "what became of an e-mail could not be written down");
        }
        (id, was_sent)
    }

    /// None where nobody needs it any more.
    async fn compose(&self, due: &Due, shop: Option<&str>) -> Result<Option<Mail>, DatabaseError> {
        let mut db = self.db.reader().acquire().await?;
        let Some(order) = journal::by_key(&mut db, &due.order_key).await? else {
            return Ok(None);
        };
        if order.erased {
            return Ok(None);
        }
        if due.about == State::Rejected.as_str() {
            let placed_again: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE follows = $1")
                    .bind(&due.order_key)
                    .fetch_one(&mut *db)
                    .await?;
            if placed_again > 0 {
                return Ok(None);
            }
        }
        let info = self.shop();
        Ok(words::mail(&due.id, &due.about, &order, &info, shop))
    }

    async fn end(&self, due: Due, end: End) -> Result<(), DatabaseError> {
        let (key, now_ms) = (&due.order_key, self.clock.now_ms());
        let wait = self.knobs.background_wait(due.tries + 1, 0.5).as_millis() as i64;
        match &end {
            End::Sent => {}
            End::Never(why) if why == "not needed" => {}
            End::Never(why) => tracing::error!(key, why, "an e-mail can never be sent"),
            End::Later(why) => tracing::warn!(key, why, "an e-mail was not sent yet"),
        }
        let work = self.db.write("store.mail", move |tx| {
            Box::pin(async move {
                // One that ended stays so, and one that another process took up meanwhile is its.
                let query = match end {
                    End::Sent => end_with(&due, "sent".to_owned(), now_ms),
                    End::Never(why) => end_with(&due, why, now_ms),
                    End::Later(_) => sqlx::query(
                        "UPDATE mails SET due_at = $3
                         WHERE id = $1 AND due_at = $2 AND ended_at IS NULL",
                    )
                    .bind(due.id.clone())
                    .bind(due.due_at)
                    .bind(now_ms + wait),
                };
                query.execute(tx).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        work.await
    }
}

type Query = sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>;

fn end_with(due: &Due, result: String, now_ms: i64) -> Query {
    sqlx::query(
        "UPDATE mails SET due_at = NULL, ended_at = $2, result = $3
         WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(due.id.clone())
    .bind(now_ms)
    .bind(result)
}

/// Takes an e-mail up, unless another process did.
async fn claim(tx: &mut Conn, due: Due, now_ms: i64) -> Result<Option<Due>, sqlx::Error> {
    let until_ms = now_ms + LEASE_MS;
    let claimed = sqlx::query(
        "UPDATE mails SET due_at = $3, tries = tries + 1
         WHERE id = $1 AND due_at = $2 AND ended_at IS NULL",
    )
    .bind(&due.id)
    .bind(due.due_at)
    .bind(until_ms)
    .execute(tx)
    .await?;
    Ok((claimed.rows_affected() == 1).then_some(Due {
        due_at: until_ms,
        ..due
    }))
}
