//! SQLite in plain calls: a statement runs where it is asked for, in a few microseconds. sqlx's own driver
//! has a thread for each connection and two changes of thread for each statement, which cost fifty times
//! what the statement does.
//!
//! Statements, their parameters and rows stay sqlx's `Any`, so that a text is written once for both
//! engines. The members of `AnyRow` and `AnyArguments` used here are those that sqlx's drivers use; they
//! are outside its promise of compatibility, which is one more reason why its version is pinned.

use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use rusqlite::{Batch, Connection, OpenFlags, Statement, ToSql};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow, AnyTypeInfoKind};
use sqlx_core::any::{AnyColumn, AnyTypeInfo, AnyValue, AnyValueKind};
use sqlx_core::error::{DatabaseError, ErrorKind};
use sqlx_core::ext::ustr::UStr;
use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::path::Path;
use std::sync::Arc;

/// Prepared statements that a connection keeps: more than there are texts on the ways of customers.
const KEPT_STATEMENTS: usize = 200;

/// A connection to a SQLite file.
pub struct Sqlite {
    conn: Connection,
    /// What is known of statements that were run, by their text.
    known: HashMap<String, Known>,
}

/// What is known of a statement.
#[derive(Clone)]
struct Known {
    /// For each of its parameters which value it takes: SQLite numbers them in the order in which they
    /// first appear, whatever number stands behind the `$`.
    parameters: Arc<[usize]>,
    columns: Arc<Columns>,
}

/// What each row of a statement's result has in common.
struct Columns {
    names: Arc<sqlx_core::HashMap<UStr, usize>>,
    list: Vec<AnyColumn>,
}

/// What a statement gave.
#[derive(Default)]
pub(crate) struct Outcome {
    pub rows: Vec<AnyRow>,
    pub result: AnyQueryResult,
}

impl Sqlite {
    /// Opens a file, which is made where it is missing.
    pub fn open(file: &Path) -> Result<Self, sqlx::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file, flags).map_err(failed)?;
        conn.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        // Or a statement with a value that might matter to its plan, such as that of LIMIT, is planned anew each time.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(failed)?;
        Ok(Self {
            conn,
            known: HashMap::new(),
        })
    }

    /// Runs one statement with its parameters, or, without any, all that the text holds. Where `first` says
    /// so no row beyond the first is asked for.
    pub fn run(
        &mut self,
        sql: &str,
        values: Option<AnyArguments>,
        first: bool,
    ) -> Result<Outcome, sqlx::Error> {
        tracing::trace!(target: "database::statement", sql);
        match values {
            Some(values) => self.one(sql, values, first).map_err(failed),
            None => self.script(sql, first).map_err(failed),
        }
    }

    /// Runs a statement that takes no values and is run again and again, such as COMMIT: it stays prepared.
    pub fn say(&mut self, word: &str) -> Result<(), sqlx::Error> {
        self.run(word, Some(AnyArguments::default()), false)
            .map(drop)
    }

    /// Whether a transaction is open.
    pub fn is_in_transaction(&self) -> bool {
        !self.conn.is_autocommit()
    }

    fn one(&mut self, sql: &str, values: AnyArguments, first: bool) -> rusqlite::Result<Outcome> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let known = match self.known.get(sql) {
            Some(known) => known.clone(),
            None => {
                // Texts differ by the lengths of their lists only, but nothing here may grow without end.
                if self.known.len() >= 4 * KEPT_STATEMENTS {
                    self.known.clear();
                }
                let known = Known {
                    parameters: parameters(&statement),
                    columns: Arc::new(Columns::of(&statement)),
                };
                self.known.insert(sql.to_owned(), known.clone());
                known
            }
        };
        let values = &values.values.0;
        for (index, place) in known.parameters.iter().enumerate() {
            // A statement with fewer values than parameters is a fault of the code that asks.
            let missing = || rusqlite::Error::InvalidParameterCount(values.len(), place + 1);
            let value = values.get(*place).ok_or_else(missing)?;
            statement.raw_bind_parameter(index + 1, Parameter(value))?;
        }
        let mut outcome = Outcome::default();
        step(&mut statement, known.columns, first, &mut outcome)?;
        if !statement.readonly() {
            outcome.result.rows_affected = self.conn.changes();
        }
        Ok(outcome)
    }

    fn script(&self, sql: &str, first: bool) -> rusqlite::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut statements = Batch::new(&self.conn, sql);
        while let Some(mut statement) = statements.next()? {
            let columns = Arc::new(Columns::of(&statement));
            step(&mut statement, columns, first, &mut outcome)?;
            if !statement.readonly() {
                outcome.result.rows_affected += self.conn.changes();
            }
        }
        Ok(outcome)
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sqlite")
    }
}

fn step(
    statement: &mut Statement<'_>,
    mut columns: Arc<Columns>,
    first: bool,
    outcome: &mut Outcome,
) -> rusqlite::Result<()> {
    let is_readonly = statement.readonly();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if row.as_ref().column_count() != columns.list.len() {
            // The table has changed since the statement was prepared.
            columns = Arc::new(Columns::of(row.as_ref()));
        }
        let mut values = Vec::with_capacity(columns.list.len());
        for index in 0..columns.list.len() {
            let kind = kind(row.get_ref(index)?, index)?;
            values.push(AnyValue { kind });
        }
        outcome.rows.push(AnyRow {
            column_names: columns.names.clone(),
            columns: columns.list.clone(),
            values,
        });
        // What writes goes on to its end, where constraints have the last word.
        if first && is_readonly {
            break;
        }
    }
    Ok(())
}

/// The number behind each parameter's `$`, counted from 0.
fn parameters(statement: &Statement<'_>) -> Arc<[usize]> {
    let number = |index| {
        let name = statement.parameter_name(index)?;
        name.strip_prefix('$')?
            .parse::<usize>()
            .ok()?
            .checked_sub(1)
    };
    (1..=statement.parameter_count())
        .map(|index| number(index).unwrap_or(index - 1))
        .collect()
}

impl Columns {
    fn of(statement: &Statement<'_>) -> Self {
        let name = |(ordinal, name): (usize, &str)| AnyColumn {
            ordinal,
            name: UStr::new(name),
            type_info: AnyTypeInfo {
                kind: AnyTypeInfoKind::Null,
            },
        };
        let list: Vec<_> = statement
            .column_names()
            .into_iter()
            .enumerate()
            .map(name)
            .collect();
        let names = list
            .iter()
            .map(|column| (column.name.clone(), column.ordinal))
            .collect();
        Self {
            names: Arc::new(names),
            list,
        }
    }
}

/// A value of a row. Texts are UTF-8, because nothing else is ever written.
fn kind(value: ValueRef<'_>, index: usize) -> rusqlite::Result<AnyValueKind> {
    Ok(match value {
        ValueRef::Null => AnyValueKind::Null(AnyTypeInfoKind::Null),
        ValueRef::Integer(number) => AnyValueKind::BigInt(number),
        ValueRef::Real(number) => AnyValueKind::Double(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => AnyValueKind::Text(Arc::new(text.to_owned())),
            Err(error) => return Err(rusqlite::Error::Utf8Error(index, error)),
        },
        ValueRef::Blob(bytes) => AnyValueKind::Blob(Arc::new(bytes.to_vec())),
    })
}

struct Parameter<'a>(&'a AnyValueKind);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let owned = |value| Ok(ToSqlOutput::Owned(value));
        let borrowed = |value| Ok(ToSqlOutput::Borrowed(value));
        match self.0 {
            AnyValueKind::Null(_) => owned(SqliteValue::Null),
            AnyValueKind::Bool(value) => owned(SqliteValue::Integer((*value).into())),
            AnyValueKind::SmallInt(value) => owned(SqliteValue::Integer((*value).into())),
            AnyValueKind::Integer(value) => owned(SqliteValue::Integer((*value).into())),
            AnyValueKind::BigInt(value) => owned(SqliteValue::Integer(*value)),
            AnyValueKind::Real(value) => owned(SqliteValue::Real((*value).into())),
            AnyValueKind::Double(value) => owned(SqliteValue::Real(*value)),
            AnyValueKind::Text(text) => borrowed(ValueRef::Text(text.as_bytes())),
            AnyValueKind::TextSlice(text) => borrowed(ValueRef::Text(text.as_bytes())),
            AnyValueKind::Blob(bytes) => borrowed(ValueRef::Blob(bytes)),
            // The list is open upstream; the pinned version has no more.
            other => Err(rusqlite::Error::ToSqlConversionFailure(
                format!("a parameter of an unknown kind: {other:?}").into(),
            )),
        }
    }
}

fn failed(error: rusqlite::Error) -> sqlx::Error {
    let code = error.sqlite_error().map(|error| error.extended_code);
    match code {
        Some(code) => sqlx::Error::Database(Box::new(SqliteError {
            code,
            message: error.to_string(),
        })),
        None => sqlx::Error::Protocol(error.to_string()),
    }
}

/// What SQLite says, in the form that sqlx's errors have.
#[derive(Debug, thiserror::Error)]
#[error("(code: {code}) {message}")]
struct SqliteError {
    /// The extended result code (<https://www.sqlite.org/rescode.html>).
    code: i32,
    message: String,
}

impl DatabaseError for SqliteError {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        use rusqlite::ffi;
        match self.code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                ErrorKind::UniqueViolation
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use rusqlite::StatementStatus;
    use sqlx::Row;
    use sqlx::any::AnyArguments;
    use sqlx_core::arguments::Arguments;

    fn opened() -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let conn = Sqlite::open(&folder.path().join("a ? # %20.db")).unwrap();
        (folder, conn)
    }

    #[test]
    fn values_come_back_as_they_went_in() {
        let (_folder, mut conn) = opened();
        conn.run("CREATE TABLE t (a, b, c, d, e, f)", None, false)
            .unwrap();
        let mut values = AnyArguments::default();
        values.add(i64::MAX).unwrap();
        values.add("naïve; -- no comment").unwrap();
        values.add(Option::<String>::None).unwrap();
        values.add(vec![0_u8, 255]).unwrap();
        values.add(true).unwrap();
        values.add(0.5_f64).unwrap();
        let sql = "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6) RETURNING *";
        let outcome = conn.run(sql, Some(values), false).unwrap();
        assert_eq!(outcome.result.rows_affected(), 1);
        let row = &outcome.rows[0];
        assert_eq!(row.get::<i64, _>("a"), i64::MAX);
        assert_eq!(row.get::<String, _>("b"), "naïve; -- no comment");
        assert_eq!(row.get::<Option<String>, _>("c"), None);
        assert_eq!(row.get::<Vec<u8>, _>("d"), [0, 255]);
        assert_eq!(row.get::<i64, _>("e"), 1);
        assert_eq!(row.get::<f64, _>("f"), 0.5);
    }

    #[test]
    fn a_parameter_takes_the_value_of_its_number() {
        let (_folder, mut conn) = opened();
        let mut values = AnyArguments::default();
        for value in ["a", "b", "c"] {
            values.add(value).unwrap();
        }
        let sql = "SELECT $3 || $1 || $2 || $1 AS all_of_them";
        let outcome = conn.run(sql, Some(values), false).unwrap();
        assert_eq!(outcome.rows[0].get::<String, _>(0), "caba");
        assert!(
            conn.run("SELECT $1", Some(AnyArguments::default()), false)
                .is_err()
        );
    }

    #[test]
    fn a_script_runs_whole_and_counts_what_it_changed() {
        let (_folder, mut conn) = opened();
        let sql = "CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1), (2); SELECT a FROM t; DELETE FROM t WHERE a = 1;";
        let outcome = conn.run(sql, None, false).unwrap();
        assert_eq!(outcome.rows.len(), 2);
        assert_eq!(outcome.result.rows_affected(), 3);
    }

    #[test]
    fn what_a_constraint_refuses_is_told_by_its_kind() {
        let (_folder, mut conn) = opened();
        let table = "CREATE TABLE t (a PRIMARY KEY CHECK (a > 0)); INSERT INTO t VALUES (1)";
        conn.run(table, None, false).unwrap();
        for (value, kind) in [
            (1_i64, ErrorKind::UniqueViolation),
            (0, ErrorKind::CheckViolation),
        ] {
            let mut values = AnyArguments::default();
            values.add(value).unwrap();
            let sql = "INSERT INTO t VALUES ($1)";
            let refused = conn.run(sql, Some(values), false).err().unwrap();
            let refused = refused.into_database_error().unwrap();
            assert_eq!(
                std::mem::discriminant(&refused.kind()),
                std::mem::discriminant(&kind)
            );
        }
    }

    /// As `.cargo/config.toml` wishes.
    #[test]
    fn what_an_order_s_savepoint_keeps_stays_in_memory() {
        let (_folder, mut conn) = opened();
        let outcome = conn.run("PRAGMA compile_options", None, false).unwrap();
        let options = outcome.rows.iter().map(|row| row.get::<String, _>(0));
        let options: Vec<_> = options.collect();
        let spill = "STMTJRNL_SPILL=131071".to_owned();
        assert!(options.contains(&spill), "{options:?}");
    }

    #[test]
    fn a_savepoint_that_keeps_more_is_gone_back_to_as_well() {
        let (_folder, mut conn) = opened();
        // Only with a write-ahead log are pages kept for savepoints alone.
        let sql = "PRAGMA journal_mode = WAL; CREATE TABLE t (a, b);
            WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                INSERT INTO t SELECT i, hex(randomblob(200)) FROM n;
            BEGIN; SAVEPOINT before; UPDATE t SET a = 0; ROLLBACK TO before; COMMIT;";
        conn.run(sql, None, false).unwrap();
        let sum = conn.run("SELECT SUM(a) FROM t", None, true).unwrap();
        assert_eq!(sum.rows[0].get::<i64, _>(0), 200_010_000);
    }

    #[test]
    fn a_kept_statement_is_planned_once() {
        let (_folder, mut conn) = opened();
        conn.run(
            "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)",
            None,
            false,
        )
        .unwrap();
        let some = "SELECT a FROM t ORDER BY a LIMIT $1";
        for most in 1..=2 {
            let mut values = AnyArguments::default();
            values.add(most).unwrap();
            assert_eq!(
                conn.run(some, Some(values), false).unwrap().rows.len(),
                most as usize
            );
        }
        let statement = conn.conn.prepare_cached(some).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    /// A table that gets a column while its statement is kept.
    #[test]
    fn a_kept_statement_sees_a_changed_table() {
        let (_folder, mut conn) = opened();
        conn.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)", None, false)
            .unwrap();
        let all = "SELECT * FROM t WHERE a = $1";
        for columns in 1..=3 {
            let mut values = AnyArguments::default();
            values.add(1_i64).unwrap();
            let outcome = conn.run(all, Some(values), true).unwrap();
            assert_eq!(outcome.rows[0].len(), columns);
            let more = format!("ALTER TABLE t ADD COLUMN c{columns}");
            conn.run(&more, None, false).unwrap();
        }
    }
}
