//! The writer: one task, or thread, that owns the writing connection. What waits for it shares its next
//! transaction, each piece of work in a savepoint of its own, and one commit; on SQLite one that is alone needs no
//! savepoint. On PostgreSQL others may write [beside](crate::Database::write_beside) it.
//!
//! No caller ever holds the transaction: one that goes away neither cancels it nor leaves it open.

use crate::address::{Address, Engine};
use crate::batch::{Batch, First, Name, Queued};
use crate::checkpoint::Checkpoints;
use crate::conn::{Conn, Kind, connect};
use crate::counts::Counts;
use crate::error::DatabaseError;
use crate::point::failure;
use crate::statement::{Answers, Questions};
use sqlx::Row;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{RwLock, mpsc, oneshot};

/// What each step is undone to.
const SAVEPOINT: Cow<'static, str> = Cow::Borrowed("SAVEPOINT step");

/// Pieces of work in one commit. At a millisecond each the first of them waits as long as anybody
/// notices; beyond it a commit is shared so widely that more gains nothing.
const MOST_IN_A_COMMIT: usize = 64;

/// How long PostgreSQL may take to let us in, and to commit: far more than it takes when it is well.
const CONNECT: Duration = Duration::from_secs(5);
const COMMIT: Duration = Duration::from_secs(10);
/// How long the work of one transaction may take: an import of 50,000 products is a few seconds.
const WORK: Duration = Duration::from_secs(60);
/// How long PostgreSQL may take over a word that is no work, such as BEGIN. A connection whose other end
/// went without a sign (a fail-over, a cable) is given up after it, before anything is done on it.
const WORD: Duration = Duration::from_secs(2);
/// And over a step that customers wait for. The server itself ends a wait for a lock after 5 s.
const PROMPT: Duration = Duration::from_secs(6);

/// Shared by work beside others, and held alone by the one writer.
pub(crate) type Gate = RwLock<()>;

/// How the writing connection is made and used.
pub(crate) struct Writer {
    pub address: Address,
    pub lock: i64,
    pub counts: Arc<Counts>,
    pub gate: Gate,
    /// Steps that customers wait for.
    pub prompt: &'static [&'static str],
}

/// A transaction's connection.
pub(crate) struct Begun {
    conn: Conn,
    /// What the first step asked; none while others hold the locks.
    answers: Option<Answers>,
}

/// Who may write at the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beside {
    Nobody,
    /// Whoever writes beside others too, but for the same scope, if there is one.
    Others(Option<i32>),
}

impl Writer {
    /// Begins the work. SQLite's statements are plain calls, and its commits wait for the disk: that is
    /// done on a thread of its own, unless the runtime has but one for everything.
    ///
    /// What is returned gets the writer's connection when that ends.
    pub fn start(
        self: Arc<Self>,
        conn: Conn,
        waiting: mpsc::Receiver<Queued>,
    ) -> std::io::Result<oneshot::Receiver<Option<Conn>>> {
        let (end, ended) = oneshot::channel();
        let runtime = Handle::current();
        let has_threads = runtime.runtime_flavor() != RuntimeFlavor::CurrentThread;
        let file = match &self.address {
            Address::Sqlite(file) if has_threads => Some(file.clone()),
            Address::Sqlite(_) | Address::Postgres(_) => None,
        };
        let checkpoints = file.clone().map(Checkpoints::start).transpose()?;
        let work = async move {
            // Where nobody waits for it, it is closed by being dropped.
            let _ = end.send(self.run(conn, waiting, checkpoints).await);
        };
        match file {
            Some(_) => {
                // The thread is no part of the runtime, but ends with it, its connection too.
                let (mut tied, gone) = oneshot::channel::<()>();
                runtime.spawn(async move { tied.closed().await });
                let work = async move {
                    tokio::select! {
                        () = work => {}
                        _ = gone => {}
                    }
                };
                let thread = std::thread::Builder::new().name("writer".into());
                thread.spawn(move || runtime.block_on(work))?;
            }
            None => drop(runtime.spawn(work)),
        }
        Ok(ended)
    }

    /// Works until the queue is closed. `conn` is none after a failure that leaves the connection's
    /// state in doubt.
    async fn run(
        &self,
        conn: Conn,
        mut waiting: mpsc::Receiver<Queued>,
        mut checkpoints: Option<Checkpoints>,
    ) -> Option<Conn> {
        let mut conn = Some(conn);
        let mut queued = Vec::with_capacity(MOST_IN_A_COMMIT);
        let mut open = true;
        while open && waiting.recv_many(&mut queued, MOST_IN_A_COMMIT).await > 0 {
            let mut batch = Batch::default();
            for one in queued.drain(..) {
                match one {
                    Queued::Step(name, step) if open => batch.add(name, step),
                    Queued::Step(_, step) => step.tell(Err(sqlx::Error::PoolClosed.into())),
                    Queued::Close => open = false,
                }
            }
            if !batch.steps.is_empty() {
                self.counts.begun();
                let alone = self.gate.write().await;
                let end = self.transaction(&mut conn, &mut batch).await;
                drop(alone);
                self.counts.ended(end.is_ok());
                batch.tell(&end);
                if let (Some(checkpoints), Some(Conn(Kind::Sqlite(conn)))) =
                    (&mut checkpoints, &mut conn)
                {
                    checkpoints.committed(conn);
                }
            }
        }
        // What is still queued is dropped, which tells its callers.
        waiting.close();
        if let Some(checkpoints) = checkpoints {
            checkpoints.end();
        }
        conn
    }

    async fn transaction(
        &self,
        kept: &mut Option<Conn>,
        batch: &mut Batch,
    ) -> Result<(), DatabaseError> {
        let first = batch.first(self.address.engine());
        let begun = self.begin(kept.take(), Beside::Nobody, first).await?;
        self.finish(kept, begun, batch, Beside::Nobody).await
    }

    /// Does the work in a transaction that was begun. `kept` gets its connection back, unless a failure leaves that
    /// one's state in doubt: then it is dropped, which rolls back what was begun.
    pub async fn finish(
        &self,
        kept: &mut Option<Conn>,
        begun: Begun,
        batch: &mut Batch,
        beside: Beside,
    ) -> Result<(), DatabaseError> {
        let Begun { mut conn, answers } = begun;
        let First {
            questions,
            in_savepoint,
        } = batch.first(self.address.engine());
        let answers = match answers {
            Some(answers) => answers,
            None => self.wait_for_others(&mut conn, beside, questions).await?,
        };
        let work = self.work(&mut conn, batch, answers);
        let stands = self.within(WORK, work).await?;
        let unclear = |error| DatabaseError::CommitUnclear(Arc::new(error));
        self.pass(&batch.names, "commit").await.map_err(unclear)?;
        let commit = async { Ok(conn.commit(stands, in_savepoint).await) };
        let end = self.within(COMMIT, commit).await;
        if let Err(error) = end.unwrap_or_else(|silent| Err(unclear(silent))) {
            // SQLite can keep a transaction open after a COMMIT that failed.
            let rollback = sqlx::raw_sql("ROLLBACK").execute(&mut conn);
            let is_over = self.within(CONNECT, rollback).await.is_ok();
            *kept = Some(conn).filter(|_| is_over && !error.may_be_written());
            return Err(error);
        }
        *kept = Some(conn);
        // Else all of it was rolled back.
        if stands || in_savepoint {
            let steps = batch.steps.len() as u64;
            self.counts.commits.fetch_add(1, Ordering::Relaxed);
            self.counts.steps.fetch_add(steps, Ordering::Relaxed);
        }
        self.pass(&batch.names, "committed").await.map_err(unclear)
    }

    /// A connection in a transaction, with what the first step asked: on PostgreSQL a new
    /// one where nothing can be begun on the kept one.
    pub async fn begin(
        &self,
        kept: Option<Conn>,
        beside: Beside,
        first: First<'_>,
    ) -> Result<Begun, sqlx::Error> {
        if let Some(mut conn) = kept {
            match self.begin_on(&mut conn, beside, first).await {
                Ok(answers) => return Ok(Begun { conn, answers }),
                Err(error) if self.address.engine() == Engine::Sqlite => return Err(error),
                Err(error) => tracing::warn!(%error, "the database's connection is made anew"),
            }
        }
        let mut conn = self.within(CONNECT, connect(&self.address)).await?;
        let answers = self.begin_on(&mut conn, beside, first).await?;
        Ok(Begun { conn, answers })
    }

    /// On PostgreSQL the transaction's locks are mostly free, so that all of this is one message. They are taken
    /// before the savepoint, or going back to that would give them up. What is asked while others hold them may be
    /// different after them: then there are no answers yet.
    async fn begin_on(
        &self,
        conn: &mut Conn,
        beside: Beside,
        first: First<'_>,
    ) -> Result<Option<Answers>, sqlx::Error> {
        let lock = self.lock;
        let try_to_lock = match (self.address.engine(), beside) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres, Beside::Nobody) => {
                Some(format!("SELECT pg_try_advisory_xact_lock({lock})"))
            }
            (Engine::Postgres, Beside::Others(None)) => {
                Some(format!("SELECT pg_try_advisory_xact_lock_shared({lock})"))
            }
            (Engine::Postgres, Beside::Others(Some(scope))) => Some(format!(
                "SELECT pg_try_advisory_xact_lock_shared({lock})
                 AND pg_try_advisory_xact_lock({}, {scope})",
                self.scopes()
            )),
        };
        let mut words = match try_to_lock {
            None => vec!["BEGIN IMMEDIATE".into()],
            Some(lock) => vec!["BEGIN".into(), lock.into()],
        };
        if first.in_savepoint {
            words.push(SAVEPOINT);
        }
        let asked = conn.ask(words, first.questions);
        let (said, answers) = self.within(WORD, asked).await?;
        // SQLite says nothing of locks, and there is nobody else.
        let is_ours = said.first().map_or(Ok(true), |row| row.try_get(0))?;
        Ok(is_ours.then_some(answers))
    }

    /// Waits for the transaction's locks: the one of all first, which whoever has a scope's has already. Then asks.
    async fn wait_for_others(
        &self,
        conn: &mut Conn,
        beside: Beside,
        questions: &Questions,
    ) -> Result<Answers, sqlx::Error> {
        let lock = self.lock;
        let (of_all, of_scope) = match beside {
            Beside::Nobody => (format!("SELECT pg_advisory_xact_lock({lock})"), None),
            Beside::Others(scope) => (
                format!("SELECT pg_advisory_xact_lock_shared({lock})"),
                scope.map(|scope| {
                    format!("SELECT pg_advisory_xact_lock({}, {scope})", self.scopes())
                }),
            ),
        };
        let mut words = vec!["RELEASE SAVEPOINT step".into(), of_all.into()];
        words.extend(of_scope.map(Cow::Owned));
        words.push(SAVEPOINT);
        let (_, answers) = self.within(PROMPT, conn.ask(words, questions)).await?;
        Ok(answers)
    }

    /// The first of the two numbers by which PostgreSQL knows a scope's lock; such pairs are other locks than
    /// those of one number.
    fn scopes(&self) -> i32 {
        (self.lock >> 32) as i32 ^ self.lock as i32
    }

    /// A server that fell silent must not hold up everyone for ever. The connection is given up
    /// then, never used again. SQLite has no line that could fall silent.
    async fn within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        match self.address.engine() {
            Engine::Sqlite => work.await,
            Engine::Postgres => tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
                let silent = "the database server fell silent";
                Err(sqlx::Error::Io(std::io::Error::new(
                    std::io::ErrorKind::TimedOut,
                    silent,
                )))
            }),
        }
    }

    /// Runs each step, the first one with `answers`. What the database is told and asked between two steps is one
    /// message, because each is a round trip on PostgreSQL. Gives whether the last step stands; it is not undone yet.
    async fn work(
        &self,
        conn: &mut Conn,
        batch: &mut Batch,
        answers: Answers,
    ) -> Result<bool, sqlx::Error> {
        let is_alone = batch.steps.len() == 1;
        // The first one's savepoint came with the transaction, if it has one.
        let mut answers = Some(answers);
        let mut stands = true;
        for (name, step) in batch.names.iter().zip(&mut batch.steps) {
            let answers = match answers.take() {
                Some(answers) => answers,
                None => {
                    let words = match stands {
                        true => vec!["RELEASE SAVEPOINT step".into(), SAVEPOINT],
                        // This one runs in the same savepoint.
                        false => vec!["ROLLBACK TO SAVEPOINT step".into()],
                    };
                    let asked = conn.ask(words, step.questions());
                    self.within(PROMPT, asked).await?.1
                }
            };
            self.pass(std::slice::from_ref(name), "begin").await?;
            let limit = match self.prompt.contains(&name.step) {
                true => PROMPT,
                false => WORK,
            };
            let run = async { Ok(step.run(conn, answers).await) };
            stands = self.within(limit, run).await?;
            match stands {
                false => conn.forget_left(),
                // What it left goes with the commit.
                true if is_alone => {}
                true => match self.within(limit, conn.make_left()).await {
                    Err(error) if error.as_database_error().is_some() => {
                        step.fail(error.into());
                        stands = false;
                    }
                    left => left?,
                },
            }
        }
        Ok(stands)
    }

    /// Passes a point.
    async fn pass(&self, names: &[Name], phase: &str) -> Result<(), sqlx::Error> {
        for Name { step, points } in names {
            points.pass(step, phase).await.map_err(failure)?;
        }
        Ok(())
    }
}
