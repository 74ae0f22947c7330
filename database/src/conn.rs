//! A connection to either engine, on which sqlx's queries run.

use crate::sqlite::{Outcome, Sqlite};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::error::BoxDynError;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Connection, Describe, Either, Error, Execute, Executor, SqlStr};

/// A connection: `sqlx::query(…).execute(&mut *conn)` and its like take it.
#[derive(Debug)]
pub struct Conn(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    Sqlite(Sqlite),
    Postgres(AnyConnection),
    /// One of the readers' pool.
    Pooled(PoolConnection<Any>),
}

impl Conn {
    /// PostgreSQL's connection; SQLite's is none that waits for anything.
    fn remote(&mut self) -> Result<&mut AnyConnection, &mut Sqlite> {
        match &mut self.0 {
            Kind::Sqlite(conn) => Err(conn),
            Kind::Postgres(conn) => Ok(conn),
            Kind::Pooled(conn) => Ok(conn),
        }
    }

    /// Ends it in good order.
    pub(crate) async fn close(self) {
        // One that cannot say good-bye is closed by being dropped.
        match self.0 {
            Kind::Sqlite(conn) => drop(conn),
            Kind::Postgres(conn) => drop(conn.close().await),
            Kind::Pooled(conn) => drop(conn),
        }
    }
}

/// Runs a statement on SQLite, at once.
pub(crate) fn run<'q>(
    conn: &mut Sqlite,
    mut query: impl Execute<'q, Any>,
    first: bool,
) -> Result<Outcome, Error> {
    let values = query.take_arguments().map_err(Error::Encode)?;
    conn.run(query.sql().as_str(), values, first)
}

/// A statement for PostgreSQL that was said, as SQLite's are, to whoever listens.
pub(crate) struct Said {
    sql: SqlStr,
    values: Option<Result<Option<AnyArguments>, BoxDynError>>,
    persistent: bool,
}

pub(crate) fn said<'q>(mut query: impl Execute<'q, Any>) -> Said {
    let values = Some(query.take_arguments());
    let persistent = query.persistent();
    let sql = query.sql();
    tracing::trace!(target: "database::statement", sql = sql.as_str());
    Said {
        sql,
        values,
        persistent,
    }
}

impl Execute<'_, Any> for Said {
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
pub(crate) fn steps(outcome: Result<Outcome, Error>) -> BoxStream<'static, Step> {
    match outcome {
        Ok(Outcome { rows, result }) => {
            let rows = rows.into_iter().map(|row| Ok(Either::Right(row)));
            let end = std::iter::once(Ok(Either::Left(result)));
            stream::iter(rows.chain(end)).boxed()
        }
        Err(error) => stream::iter([Err(error)]).boxed(),
    }
}

pub(crate) fn ready<'e, T: Send + 'e>(value: T) -> BoxFuture<'e, T> {
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
        match self.remote() {
            Ok(conn) => conn.execute(said(query)),
            Err(conn) => ready(run(conn, query, false).map(|outcome| outcome.result)),
        }
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match self.remote() {
            Ok(conn) => conn.fetch_all(said(query)),
            Err(conn) => ready(run(conn, query, false).map(|outcome| outcome.rows)),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match self.remote() {
            Ok(conn) => conn.fetch_optional(said(query)),
            Err(conn) => ready(run(conn, query, true).map(|mut outcome| outcome.rows.pop())),
        }
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match self.remote() {
            Ok(conn) => conn.fetch_many(said(query)),
            Err(conn) => steps(run(conn, query, false)),
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
