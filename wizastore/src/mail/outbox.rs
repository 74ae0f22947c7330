//! The outbox.

use super::{Mail, MailError, Mailer, words};
use crate::journal::{self, State};
use crate::store::Store;
use database::rows::listed_after;
use database::{Change, DatabaseError, Together};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Who takes some up, or writes down what became of them, does so alone.
const SCOPE: Option<&str> = Some("mails");
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
/// How long a database is waited for that does not take down what became of them: together with what a mail
/// server is waited for it is less than the lease.
const HELD: Duration = Duration::from_secs(60);
/// A row that was taken up.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Due {
    id: String,
    order_key: String,
    about: String,
    /// Until when it is this process's.
    due_at: i64,
    /// With this one.
    tries: i64,
}

/// What became of one.
enum End {
    Sent,
    NotNeeded,
    Never(String),
    Later(String),
}

/// The e-mails under way, by their ids: since when, and whether they were tried before.
#[derive(Default)]
struct Places(HashMap<String, (Instant, bool)>);

impl Places {
    fn taken(&mut self, due: &Due) {
        let is_again = due.tries > 1;
        self.0.insert(due.id.clone(), (Instant::now(), is_again));
    }

    fn left(&mut self, id: &str) {
        self.0.remove(id);
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
    /// Sends what is due until nothing is, or until `stop`: then nothing more is taken up, and what is under
    /// way is waited for. Gives how many e-mails were sent. Many are under way at once, so that no recipient
    /// waits for another one's mail server. `shop` is the shop's public address, for links to the orders'
    /// pages; without one there are no links.
    ///
    /// Each is sent once: a process that dies between sending and writing that down leaves one that
    /// is sent again under the same Message-ID, by which mail programs know it.
    ///
    /// # Errors
    /// [`DatabaseError`] where the outbox cannot be read or written. What is under way then goes to its end, and
    /// that is written down as soon as it can be, for a minute; after it, it would be sent again.
    pub async fn send_mails(
        &self,
        mailer: &dyn Mailer,
        shop: Option<&str>,
        stop: &CancellationToken,
    ) -> Result<usize, DatabaseError> {
        let mut under_way = FuturesUnordered::new();
        let (mut sent, mut places, mut ended) = (0, Places::default(), Vec::new());
        // After an error nothing more is taken up, and what is under way goes to its end.
        let mut failed = None;
        loop {
            let (most, again) = match failed {
                None if !stop.is_cancelled() => places.free(),
                _ => (0, 0),
            };
            let was_empty = under_way.is_empty();
            let written: Vec<_> = std::mem::take(&mut ended);
            let (end, taken) = {
                let mut round = pin!(self.round(&written, most, again));
                // What is under way goes on meanwhile: it may hold the readers that this waits for.
                loop {
                    tokio::select! {
                        done = &mut round => break done,
                        Some(end) = under_way.next() => ended.push(end),
                    }
                }
            };
            let is_idle = was_empty && written.is_empty() && ended.is_empty();
            match end {
                Ok(()) => {
                    let are_sent = written.iter().filter(|(_, end)| matches!(end, End::Sent));
                    sent += are_sent.count();
                    written.iter().for_each(|(due, _)| places.left(&due.id));
                }
                Err(error) => {
                    ended.extend(written);
                    failed.get_or_insert_with(|| {
                        tracing::error!(%error, "what became of e-mails could not be written down yet");
                        (error, Instant::now())
                    });
                }
            }
            match taken {
                Ok(taken) => {
                    for due in taken {
                        places.taken(&due);
                        under_way.push(self.deliver(mailer, shop, due));
                    }
                }
                Err(error) => {
                    failed.get_or_insert((error, Instant::now()));
                }
            }
            if under_way.is_empty() {
                match failed {
                    Some((_, since)) if !ended.is_empty() && since.elapsed() < HELD => {
                        tokio::time::sleep(LOOK).await;
                    }
                    Some((error, _)) => return Err(error),
                    None if is_idle => return Ok(sent),
                    // This looked for no more than there was room for then.
                    None => {}
                }
                continue;
            }
            if ended.is_empty() || failed.is_some() {
                tokio::select! {
                    Some(end) = under_way.next() => ended.push(end),
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            while let Some(Some(end)) = under_way.next().now_or_never() {
                ended.push(end);
            }
        }
    }

    /// Writes down what ended, and takes up what is due; how each went.
    async fn round(
        &self,
        ended: &[(Due, End)],
        most: usize,
        again: usize,
    ) -> (Result<(), DatabaseError>, Result<Vec<Due>, DatabaseError>) {
        let written = self.write_down(ended).await;
        (written, self.take_up(most, again).await)
    }

    /// Takes up what is due, unless another process did: first what was never tried, and of the rest no more
    /// than `again`.
    async fn take_up(&self, most: usize, again: usize) -> Result<Vec<Due>, DatabaseError> {
        let now_ms = self.clock.now_ms();
        if most == 0 {
            return Ok(Vec::new());
        }
        // Mostly there is nothing, and then nothing is written.
        let due: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT id FROM mails
             WHERE due_at <= $1 AND ended_at IS NULL LIMIT 1) due",
        )
        .bind(now_ms)
        .fetch_one(self.db.reader())
        .await?;
        if due == 0 {
            return Ok(Vec::new());
        }
        let claim = sqlx::query_as(
            "UPDATE mails SET due_at = $2, tries = tries + 1
             WHERE id IN (
                 SELECT id FROM (
                     SELECT * FROM (
                         SELECT id, 0 AS tried FROM mails
                         WHERE due_at <= $1 AND ended_at IS NULL AND tries = 0
                         ORDER BY due_at, id LIMIT $3) fresh
                     UNION ALL
                     SELECT * FROM (
                         SELECT id, 1 AS tried FROM mails
                         WHERE due_at <= $1 AND ended_at IS NULL AND tries > 0
                         ORDER BY due_at, id LIMIT $4) again
                 ) due ORDER BY tried LIMIT $3)
             RETURNING id, order_key, about, due_at, tries",
        )
        .bind(now_ms)
        .bind(now_ms + LEASE_MS)
        .bind(most as i64)
        .bind(again as i64);
        self.db
            .write_beside("store.mail", SCOPE, move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(claim.fetch_all(tx).await?) })
            })
            .await
    }

    /// Sends one that was taken up.
    async fn deliver(&self, mailer: &dyn Mailer, shop: Option<&str>, due: Due) -> (Due, End) {
        let end = match self.compose(&due, shop).await {
            Ok(Some(mail)) => match tokio::time::timeout(ANSWER, mailer.send(&mail)).await {
                Ok(Ok(())) => End::Sent,
                Ok(Err(MailError::Never(why))) => End::Never(why),
                Ok(Err(MailError::Later(why))) => End::Later(why),
                Err(_) => End::Later(format!("no answer within {} s", ANSWER.as_secs())),
            },
            Ok(None) => End::NotNeeded,
            Err(error) => End::Later(error.to_string()),
        };
        let key = &due.order_key;
        match &end {
            End::Sent | End::NotNeeded => {}
            End::Never(why) => tracing::error!(key, why, "an e-mail can never be sent"),
            End::Later(why) => tracing::warn!(key, why, "an e-mail was not sent yet"),
        }
        (due, end)
    }

    /// None where nobody needs it any more.
    async fn compose(&self, due: &Due, shop: Option<&str>) -> Result<Option<Mail>, DatabaseError> {
        let mut db = self.db.reader().acquire().await?;
        let Some(whole) = journal::whole_by_key(&mut db, &due.order_key).await? else {
            return Ok(None);
        };
        if whole.order.erased {
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
        Ok(words::mail(&due.id, &due.about, &whole, &info, shop))
    }

    /// Writes down what became of some. One that ended stays so, and one that another process took up meanwhile
    /// is its, unless it ended here.
    async fn write_down(&self, ended: &[(Due, End)]) -> Result<(), DatabaseError> {
        let now_ms = self.clock.now_ms();
        let (mut sent, mut others) = (Vec::new(), Vec::new());
        for (due, end) in ended {
            match end {
                End::Sent => sent.push(due.id.clone()),
                End::NotNeeded => others.push(end_with(due, "not needed", now_ms)),
                End::Never(why) => others.push(end_with(due, why, now_ms)),
                End::Later(_) => {
                    let wait = self.knobs.background_wait(due.tries, 0.5).as_millis() as i64;
                    others.push(later(due, now_ms + wait));
                }
            }
        }
        if sent.is_empty() && others.is_empty() {
            return Ok(());
        }
        self.db
            .write_beside("store.mail", SCOPE, move |tx| {
                Box::pin(async move {
                    let mut together = Together::default();
                    if !sent.is_empty() {
                        together.add(are_sent(sent, now_ms))?;
                    }
                    for change in others {
                        together.add(change)?;
                        if together.is_full() {
                            std::mem::take(&mut together).run(tx).await?;
                        }
                    }
                    together.leave(tx)?;
                    Ok::<_, DatabaseError>(())
                })
            })
            .await
    }
}

fn are_sent(ids: Vec<String>, now_ms: i64) -> Change<'static> {
    let sql = listed_after(
        "UPDATE mails SET due_at = NULL, ended_at = $1, result = 'sent' WHERE id IN",
        1,
        ids.len(),
        "AND ended_at IS NULL",
    );
    let update = sqlx::query(sql).bind(now_ms);
    ids.into_iter().fold(update, |update, id| update.bind(id))
}

fn end_with(due: &Due, result: &str, now_ms: i64) -> Change<'static> {
    sqlx::query(
        "UPDATE mails SET due_at = NULL, ended_at = $2, result = $3
         WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(due.id.clone())
    .bind(now_ms)
    .bind(result.to_owned())
}

fn later(due: &Due, due_at: i64) -> Change<'static> {
    sqlx::query("UPDATE mails SET due_at = $3 WHERE id = $1 AND due_at = $2 AND ended_at IS NULL")
        .bind(due.id.clone())
        .bind(due.due_at)
        .bind(due_at)
}
