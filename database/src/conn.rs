//! A connection to either engine, on which sqlx's queries run.

use crate::address::{Address, Engine};
use crate::error::DatabaseError;
use crate::postgres::{Part, Postgres};
use crate::reader::Reader;
use crate::sqlite::{Outcome, Sqlite};
use crate::statement::{Answers, Questions};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::error::BoxDynError;
use sqlx::{Any, Describe, Either, Error, Execute, Executor, SqlStr};
use std::borrow::Cow;
use std::sync::Arc;

/// A connection: `sqlx::query(…).execute(&mut *conn)` and its like take it.
#[derive(Debug)]
pub struct Conn(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    Sqlite(Sqlite),
    Postgres(Postgres),
    Reader(Reader),
}

impl Conn {
    /// Ends it in good order.
    pub(crate) async fn close(self) {
        // One that cannot say good-bye is closed by being dropped.
        match self.0 {
            Kind::Sqlite(conn) => drop(conn),
            Kind::Postgres(conn) => conn.close().await,
            Kind::Reader(reader) => reader.close().await,
        }
    }
}

/// What the writer says.
impl Conn {
    /// Says some words, then asks; on PostgreSQL all in one message. Gives the rows of the words' answers, and those of
    /// the questions'.
    pub(crate) async fn ask(
        &mut self,
        words: Vec<Cow<'static, str>>,
        questions: &Questions,
    ) -> Result<(Vec<AnyRow>, Answers), Error> {
        let questions = questions.0.iter().cloned();
        match &mut self.0 {
            Kind::Sqlite(sqlite) => {
                words.iter().try_for_each(|word| sqlite.say(word))?;
                let answers = questions.map(|question| {
                    let (sql, values) = question.arguments();
                    Ok(sqlite.run(&sql, Some(values), false)?.rows)
                });
                Ok((Vec::new(), answers.collect::<Result<_, Error>>()?))
            }
            Kind::Postgres(postgres) => {
                let count = words.len();
                let words = words.into_iter().map(Part::Word);
                let parts = words.chain(questions.map(Part::Statement)).collect();
                let mut said = postgres.say(parts).await?;
                let answers = said.split_off(count);
                Ok((said.into_iter().flatten().collect(), answers))
            }
            Kind::Reader(_) => Err(writes_nothing()),
        }
    }

    /// Makes the changes that were left for later, and commits; where the last step does not stand, without what
    /// was done in it.
    pub(crate) async fn commit(
        &mut self,
        stands: bool,
        in_savepoint: bool,
    ) -> Result<(), DatabaseError> {
        // PostgreSQL takes the COMMIT of a transaction that has failed without a word, and writes nothing: a
        // step that kept such a failure to itself is found out by its savepoint.
        let words: &[&'static str] = match (stands, in_savepoint) {
            (true, true) => &["RELEASE SAVEPOINT step", "COMMIT"],
            (true, false) => &["COMMIT"],
            (false, true) => &[
                "ROLLBACK TO SAVEPOINT step",
                "RELEASE SAVEPOINT step",
                "COMMIT",
            ],
            (false, false) => &["ROLLBACK"],
        };
        match &mut self.0 {
            Kind::Postgres(postgres) => {
                let left = postgres.take_left().into_iter();
                let words = words.iter().map(|word| Part::Word(Cow::Borrowed(*word)));
                let left = left.map(Part::Statement);
                let committed = postgres.say(left.chain(words).collect()).await;
                committed.map(|_| ()).map_err(uncommitted)
            }
            Kind::Sqlite(sqlite) => {
                let committed = words.iter().try_for_each(|word| sqlite.say(word));
                committed.map_err(unclear)
            }
            Kind::Reader(_) => Err(writes_nothing().into()),
        }
    }

    /// Makes the changes that were left for later.
    pub(crate) async fn make_left(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            Kind::Postgres(postgres) => postgres.make_left().await,
            Kind::Sqlite(_) | Kind::Reader(_) => Ok(()),
        }
    }

    /// Gives up the changes that were left for later.
    pub(crate) fn forget_left(&mut self) {
        if let Kind::Postgres(postgres) = &mut self.0 {
            postgres.take_left();
        }
    }
}

/// What a message with changes and their commit proves where it failed. Data that the server does not take end the
/// message before the commit, and what cannot be written out is never sent. Nothing else is believed: a pooler that
/// has lost the server says so in the server's name.
fn uncommitted(error: Error) -> DatabaseError {
    let is_unsent = matches!(error, Error::Encode(_));
    match DatabaseError::from(error) {
        failed if is_unsent || failed.is_of_the_work() => failed,
        DatabaseError::NotDone(error) => DatabaseError::CommitUnclear(error),
        unclear => unclear,
    }
}

fn unclear(error: Error) -> DatabaseError {
    DatabaseError::CommitUnclear(Arc::new(error))
}

fn writes_nothing() -> Error {
    Error::Protocol("a reader writes nothing".into())
}

/// Runs a statement on SQLite, at once.
fn run<'q>(
    conn: &mut Sqlite,
    mut query: impl Execute<'q, Any>,
    first: bool,
) -> Result<Outcome, Error> {
    let values = query.take_arguments().map_err(Error::Encode)?;
    conn.run(query.sql().as_str(), values, first)
}

/// A statement for PostgreSQL that was written to the log, as SQLite's are where they run
/// (`WIZASTORE_LOG=database::statement=trace`).
struct Logged {
    sql: SqlStr,
    values: Option<Result<Option<AnyArguments>, BoxDynError>>,
    persistent: bool,
}

/// Writes a statement to the log.
fn logged<'q>(mut query: impl Execute<'q, Any>) -> Logged {
    let values = Some(query.take_arguments());
    let persistent = query.persistent();
    let sql = query.sql();
    tracing::trace!(target: "database::statement", sql = sql.as_str());
    Logged {
        sql,
        values,
        persistent,
    }
}

impl Execute<'_, Any> for Logged {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&AnyStatement> {
        None
    }

    fn take_arguments(&mut self) -> Result<Option<AnyArguments>, BoxDynError> {
        self.values.take().unwrap_or(Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}

pub(crate) type Step = Result<Either<AnyQueryResult, AnyRow>, Error>;

/// What sqlx calls a stream of results: the rows, then what the statement changed.
fn steps(outcome: Result<Outcome, Error>) -> BoxStream<'static, Step> {
    match outcome {
        Ok(Outcome { rows, result }) => {
            let rows = rows.into_iter().map(|row| Ok(Either::Right(row)));
            let end = std::iter::once(Ok(Either::Left(result)));
            stream::iter(rows.chain(end)).boxed()
        }
        Err(error) => stream::iter([Err(error)]).boxed(),
    }
}

fn ready<'e, T: Send + 'e>(value: T) -> BoxFuture<'e, T> {
    Box::pin(std::future::ready(value))
}

/// Nothing here describes or prepares statements apart from running them.
pub(crate) fn unsupported<T: Send + 'static>() -> BoxFuture<'static, Result<T, Error>> {
    ready(Err(Error::Protocol("statements are only run".into())))
}

impl<'c> Executor<'c> for &'c mut Conn {
    type Database = Any;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<AnyQueryResult, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Sqlite(conn) => ready(run(conn, query, false).map(|outcome| outcome.result)),
            Kind::Postgres(conn) => conn.run(|conn| conn.execute(logged(query))),
            Kind::Reader(reader) => reader.run(|conn| conn.execute(logged(query))),
        }
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Sqlite(conn) => ready(run(conn, query, false).map(|outcome| outcome.rows)),
            Kind::Postgres(conn) => conn.run(|conn| conn.fetch_all(logged(query))),
            Kind::Reader(reader) => reader.run(|conn| conn.fetch_all(logged(query))),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Sqlite(conn) => {
                ready(run(conn, query, true).map(|mut outcome| outcome.rows.pop()))
            }
            Kind::Postgres(conn) => conn.run(|conn| conn.fetch_optional(logged(query))),
            Kind::Reader(reader) => reader.run(|conn| conn.fetch_optional(logged(query))),
        }
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Sqlite(conn) => steps(run(conn, query, false)),
            Kind::Postgres(conn) => conn.stream(|conn| conn.fetch_many(logged(query))),
            Kind::Reader(reader) => reader.stream(|conn| conn.fetch_many(logged(query))),
        }
    }

    fn prepare_with<'e>(
        self,
        _: SqlStr,
        _: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        unsupported()
    }

    fn describe<'e>(self, _: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        unsupported()
    }
}

/// A connection that writes.
pub(crate) async fn connect(address: &Address) -> Result<Conn, Error> {
    let mut conn = Conn(match address {
        Address::Sqlite(file) => Kind::Sqlite(Sqlite::open(file)?),
        Address::Postgres(url) => Kind::Postgres(Postgres::connect(url).await?),
    });
    sqlx::raw_sql(settings(address.engine()))
        .execute(&mut conn)
        .await?;
    Ok(conn)
}

/// What each writing connection is told first.
pub(crate) fn settings(engine: Engine) -> &'static str {
    match engine {
        // FULL: a commit waits for the disk, so an order that was answered survives a power cut.
        // secure_delete: what is erased is overwritten, or a customer's data would stay in free places of the file. The
        // log has them until it is written over.
        Engine::Sqlite => {
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON"
        }
        // Whoever has waited for a lock has to see what its holder wrote.
        // A replica that stops in the middle of a transaction must not stop the others: its lock is
        // taken from it, well within a customer's patience.
        Engine::Postgres => {
            "SET default_transaction_isolation = 'read committed'; \
             SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '3s'; \
             SET lock_timeout = '5s'; SET statement_timeout = '10s'; \
             SET standard_conforming_strings = on"
        }
    }
}
