//! A connection to PostgreSQL that writes. What needs no answer in between travels in one message, because each
//! message is a round trip, and whoever waits for a database in another building waits for each.
//!
//! sqlx sends one statement with values at a time. Several go as a simple query of the protocol
//! (<https://www.postgresql.org/docs/current/protocol-flow.html>), in which they are prepared by name and executed
//! with their values written out. Each sees what those before it did, as on SQLite.

use crate::statement::Statement;
use futures::future::{BoxFuture, TryFutureExt};
use futures::stream::{BoxStream, StreamExt};
use sqlx::any::{AnyConnectOptions, AnyRow, AnyTypeInfoKind};
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Connection, Either, Error};
use sqlx_core::any::AnyValueKind;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Prepared statements that a connection keeps here, as many as sqlx keeps of its own.
const KEPT_STATEMENTS: usize = 100;

#[derive(Debug)]
pub(crate) struct Postgres {
    conn: AnyConnection,
    prepared: Prepared,
    /// Changes that go before the next statement, or with the commit.
    left: Vec<Statement>,
}

/// A part of a message.
pub(crate) enum Part {
    /// One command without values.
    Word(Cow<'static, str>),
    Statement(Statement),
}

impl Postgres {
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let options: AnyConnectOptions = url.parse()?;
        // sqlx writes the text of a slow statement to the log, and here values stand in texts: nothing personal
        // belongs there.
        let options = options.disable_statement_logging();
        Ok(Self {
            conn: AnyConnection::connect_with(&options).await?,
            prepared: Prepared::default(),
            left: Vec::new(),
        })
    }

    pub async fn close(self) {
        drop(self.conn.close().await);
    }

    /// Leaves changes to be made before the next statement, or with the commit.
    pub fn leave(&mut self, changes: impl IntoIterator<Item = Statement>) {
        self.left.extend(changes);
    }

    /// The changes that were left, which are not made then.
    pub fn take_left(&mut self) -> Vec<Statement> {
        std::mem::take(&mut self.left)
    }

    /// Makes the changes that were left.
    pub async fn make_left(&mut self) -> Result<(), Error> {
        if !self.left.is_empty() {
            let left = self.take_left();
            self.say(left.into_iter().map(Part::Statement).collect())
                .await?;
        }
        Ok(())
    }

    /// Runs all the parts in one message; what is after one that fails is not run.
    /// Gives each part's rows.
    pub async fn say(&mut self, parts: Vec<Part>) -> Result<Vec<Vec<AnyRow>>, Error> {
        let mut said = vec![Vec::new(); parts.len()];
        let mut message = Message::default();
        for (part, what) in parts.into_iter().enumerate() {
            let added = match what {
                Part::Word(word) => {
                    message.add(part, &word);
                    Ok(())
                }
                Part::Statement(statement) => self.prepared.add(&mut message, part, &statement),
            };
            if let Err(error) = added {
                self.prepared.forget(&message.new);
                return Err(error);
            }
        }
        let Message { sql, owners, new } = message;
        let mut owners = owners.into_iter();
        let mut now = owners.next();
        let mut answers = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(&mut self.conn);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Either::Right(row)) => {
                    if let Some(rows) = now.and_then(|part| said.get_mut(part)) {
                        rows.push(row);
                    }
                }
                // The server answers each command once.
                Ok(Either::Left(_)) => now = owners.next(),
                Err(error) => {
                    drop(answers);
                    self.prepared.forget(&new);
                    return Err(error);
                }
            }
        }
        Ok(said)
    }

    /// Runs a statement by itself.
    pub fn run<'e, T: Send + 'e>(
        &'e mut self,
        statement: impl FnOnce(&'e mut AnyConnection) -> BoxFuture<'e, Result<T, Error>> + Send + 'e,
    ) -> BoxFuture<'e, Result<T, Error>> {
        Box::pin(async move {
            self.make_left().await?;
            statement(&mut self.conn).await
        })
    }

    /// The same, row by row.
    pub fn stream<'e, T: Send + 'e>(
        &'e mut self,
        statement: impl FnOnce(&'e mut AnyConnection) -> BoxStream<'e, Result<T, Error>> + Send + 'e,
    ) -> BoxStream<'e, Result<T, Error>> {
        let begun = async move {
            self.make_left().await?;
            Ok(statement(&mut self.conn))
        };
        begun.try_flatten_stream().boxed()
    }
}

/// A message under way.
#[derive(Default)]
struct Message {
    sql: String,
    /// For each of its commands the part that it is of.
    owners: Vec<usize>,
    /// The texts that it prepares.
    new: Vec<String>,
}

impl Message {
    fn add(&mut self, part: usize, command: &str) {
        if !self.sql.is_empty() {
            self.sql.push_str("; ");
        }
        self.sql.push_str(command);
        self.owners.push(part);
    }
}

/// The statements that the server has prepared for a connection, by their texts.
#[derive(Debug, Default)]
struct Prepared {
    known: HashMap<String, Known>,
    /// Grows with each use, and gives each statement a name that none had before.
    uses: u64,
}

#[derive(Debug)]
struct Known {
    name: String,
    used: u64,
}

impl Prepared {
    /// Adds the execution of a statement to a message, and before it what prepares it, where it is new.
    fn add(
        &mut self,
        message: &mut Message,
        part: usize,
        statement: &Statement,
    ) -> Result<(), Error> {
        tracing::trace!(target: "database::statement", sql = statement.sql);
        let sql = match statement.is_certain {
            // Nothing divided by nothing is an error, and ends the message.
            true => format!(
                "WITH changed AS ({} RETURNING 1) SELECT 1 / COUNT(*) FROM changed",
                statement.sql
            ),
            false => statement.sql.clone(),
        };
        self.uses += 1;
        let kinds: Vec<&str> = statement.values.iter().map(kind).collect();
        let kinds = kinds.join(", ");
        let text = format!("{kinds}: {sql}");
        if !self.known.contains_key(&text) {
            self.make_room(message, part);
            let name = format!("together_{}", self.uses);
            let kinds = if kinds.is_empty() {
                String::new()
            } else {
                format!(" ({kinds})")
            };
            message.add(part, &format!("PREPARE {name}{kinds} AS {sql}"));
            message.new.push(text.clone());
            self.known.insert(text.clone(), Known { name, used: 0 });
        }
        let Some(known) = self.known.get_mut(&text) else {
            return Ok(());
        };
        known.used = self.uses;
        let mut execute = format!("EXECUTE {}", known.name);
        for (place, value) in statement.values.iter().enumerate() {
            execute.push_str(if place == 0 { " (" } else { ", " });
            literal(&mut execute, value)?;
        }
        if !statement.values.is_empty() {
            execute.push(')');
        }
        message.add(part, &execute);
        Ok(())
    }

    /// Gives up the statement that was not used for longest, where there are too many.
    fn make_room(&mut self, message: &mut Message, part: usize) {
        if self.known.len() < KEPT_STATEMENTS {
            return;
        }
        let oldest = self.known.iter().min_by_key(|(_, known)| known.used);
        if let Some(text) = oldest.map(|(text, _)| text.clone())
            && let Some(known) = self.known.remove(&text)
        {
            message.add(part, &format!("DEALLOCATE {}", known.name));
        }
    }

    /// Of a message that failed nobody knows what it prepared: next time they get other names.
    fn forget(&mut self, new: &[String]) {
        for text in new {
            self.known.remove(text);
        }
    }
}

/// How PostgreSQL calls the type of a value, as sqlx tells it.
fn kind(value: &AnyValueKind) -> &'static str {
    match value {
        AnyValueKind::Null(kind) => match kind {
            AnyTypeInfoKind::Null | AnyTypeInfoKind::Integer => "integer",
            AnyTypeInfoKind::Bool => "boolean",
            AnyTypeInfoKind::SmallInt => "smallint",
            AnyTypeInfoKind::BigInt => "bigint",
            AnyTypeInfoKind::Real => "real",
            AnyTypeInfoKind::Double => "double precision",
            AnyTypeInfoKind::Text => "text",
            AnyTypeInfoKind::Blob => "bytea",
        },
        AnyValueKind::Bool(_) => "boolean",
        AnyValueKind::SmallInt(_) => "smallint",
        AnyValueKind::Integer(_) => "integer",
        AnyValueKind::BigInt(_) => "bigint",
        AnyValueKind::Real(_) => "real",
        AnyValueKind::Double(_) => "double precision",
        AnyValueKind::Blob(_) => "bytea",
        // The list is open upstream; the pinned version has no more than texts beside these.
        _ => "text",
    }
}

/// Writes a value out, between quotation marks: PostgreSQL reads it as what the statement's parameter is. In
/// such a text a quotation mark is written twice, and a backslash is only itself
/// (`standard_conforming_strings`, which each connection sets).
fn literal(sql: &mut String, value: &AnyValueKind) -> Result<(), Error> {
    // Writing to a string cannot fail.
    let _ = match value {
        AnyValueKind::Null(_) => write!(sql, "NULL"),
        AnyValueKind::Bool(value) => write!(sql, "'{value}'"),
        AnyValueKind::SmallInt(value) => write!(sql, "'{value}'"),
        AnyValueKind::Integer(value) => write!(sql, "'{value}'"),
        AnyValueKind::BigInt(value) => write!(sql, "'{value}'"),
        AnyValueKind::Real(value) => write!(sql, "'{value}'"),
        AnyValueKind::Double(value) => write!(sql, "'{value}'"),
        AnyValueKind::Text(text) => return quoted(sql, text),
        AnyValueKind::TextSlice(text) => return quoted(sql, text),
        AnyValueKind::Blob(bytes) => {
            sql.push_str("'\\x");
            for byte in bytes.iter() {
                let _ = write!(sql, "{byte:02x}");
            }
            write!(sql, "'")
        }
        other => {
            let unknown = format!("a value of an unknown kind: {other:?}");
            return Err(Error::Encode(unknown.into()));
        }
    };
    Ok(())
}

fn quoted(sql: &mut String, text: &str) -> Result<(), Error> {
    // It would end the message.
    if text.contains('\0') {
        return Err(Error::Encode("a text with a NUL character".into()));
    }
    sql.push('\'');
    sql.push_str(&text.replace('\'', "''"));
    sql.push('\'');
    Ok(())
}
