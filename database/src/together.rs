//! Changes that need no answer in between: on PostgreSQL they travel in one message.

use crate::conn::{Conn, Kind};
use crate::statement::{Change, Statement};
use sqlx::Error;

/// With what a statement of many rows may add, far from too many.
const MOST_VALUES: usize = 10_000;
const MOST_STATEMENTS: usize = 32;

/// Statements that change rows, one after the other.
#[derive(Default)]
pub struct Together(Vec<Statement>);

impl Together {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is time to run them: PostgreSQL takes 65,535 values in a statement.
    pub fn is_full(&self) -> bool {
        let values: usize = self.0.iter().map(|one| one.values.len()).sum();
        values > MOST_VALUES || self.0.len() >= MOST_STATEMENTS
    }

    /// Adds a statement.
    ///
    /// # Errors
    /// [`Error::Encode`] where a value of it could not be written.
    pub fn add(&mut self, query: Change<'_>) -> Result<(), Error> {
        self.0.push(Statement::of(query)?);
        Ok(())
    }

    /// Adds a statement without a `RETURNING` that has to find its row: where it changes none, it fails.
    ///
    /// # Errors
    /// As [`Together::add`].
    pub fn add_certain(&mut self, query: Change<'_>) -> Result<(), Error> {
        let mut statement = Statement::of(query)?;
        statement.is_certain = true;
        self.0.push(statement);
        Ok(())
    }

    /// Runs them.
    ///
    /// # Errors
    /// The first one's that fails; in a transaction then, all of it has to be undone.
    pub async fn run(self, conn: &mut Conn) -> Result<(), Error> {
        self.leave(conn)?;
        match &mut conn.0 {
            Kind::Postgres(postgres) => postgres.make_left().await,
            Kind::Sqlite(_) | Kind::Reader(_) => Ok(()),
        }
    }

    /// Leaves them to be run before the next statement of this work, or in the message of its commit. On SQLite,
    /// which has no messages, they are run at once.
    ///
    /// # Errors
    /// As [`Together::run`], here or where they are run.
    pub fn leave(self, conn: &mut Conn) -> Result<(), Error> {
        match &mut conn.0 {
            Kind::Sqlite(sqlite) => {
                for statement in self.0 {
                    let is_certain = statement.is_certain;
                    let (sql, values) = statement.arguments();
                    let done = sqlite.run(&sql, Some(values), false)?;
                    if is_certain && done.result.rows_affected != 1 {
                        return Err(Error::RowNotFound);
                    }
                }
                Ok(())
            }
            Kind::Postgres(postgres) => {
                postgres.leave(self.0);
                Ok(())
            }
            Kind::Reader(_) => Err(Error::Protocol("a reader changes nothing".into())),
        }
    }
}
