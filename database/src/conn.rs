//! A connection to either engine, on which sqlx's queries run.

use crate::reader::Reader;
use crate::sqlite::{Outcome, Sqlite};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::error::BoxDynError;
use sqlx::{Any, AnyConnection, Connection, Describe, Either, Error, Execute, Executor, SqlStr};

/// A connection: `sqlx::query(…).execute(&mut *conn)` and its like take it.
#[derive(Debug)]
pub struct Conn(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    Sqlite(Sqlite),
    Postgres(AnyConnection),
    Reader(Reader),
}

impl Conn {
    /// Ends it in good order.
    pub(crate) async fn close(self) {
        // One that cannot say good-bye is closed by being dropped.
        match self.0 {
            Kind::Sqlite(conn) => drop(conn),
            Kind::Postgres(conn) => drop(conn.close().await),
            Kind::Reader(reader) => reader.close().await,
        }
    }
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
            Kind::Postgres(conn) => conn.execute(logged(query)),
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
            Kind::Postgres(conn) => conn.fetch_all(logged(query)),
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
            Kind::Postgres(conn) => conn.fetch_optional(logged(query)),
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
            Kind::Postgres(conn) => conn.fetch_many(logged(query)),
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
