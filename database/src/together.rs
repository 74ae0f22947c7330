//! Changes that do not build on one another, in one message. On PostgreSQL each would else be a round trip of
//! its own, and whoever waits for a database in another building waits for each.

use crate::conn::{Conn, Kind};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Error, Execute, Row};
use std::fmt::Write as _;

/// A statement that changes rows, before it is run.
pub type Change<'q> = Query<'q, Any, AnyArguments>;

/// With what a statement of many rows may add, far from too many.
const MOST_VALUES: usize = 10_000;
const MOST_STATEMENTS: usize = 32;

/// Statements without a `RETURNING`, each of which changes rows. They all see the database as it was before
/// the first of them (PostgreSQL runs them as one statement), so that no two may change the same row; what
/// refers to a row of another of them is checked at the end.
#[derive(Default)]
pub struct Together(Vec<(String, AnyArguments)>);

impl Together {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is time to run them: PostgreSQL takes 65,535 values in a message.
    pub fn is_full(&self) -> bool {
        let values: usize = self.0.iter().map(|(_, values)| values.values.0.len()).sum();
        values > MOST_VALUES || self.0.len() >= MOST_STATEMENTS
    }

    /// Adds a statement; gives its place in the answer.
    ///
    /// # Errors
    /// [`Error::Encode`] where a value of it could not be written.
    pub fn add(&mut self, mut query: Change<'_>) -> Result<usize, Error> {
        let values = query.take_arguments().map_err(Error::Encode)?;
        let sql = query.sql().as_str().to_owned();
        self.0.push((sql, values.unwrap_or_default()));
        Ok(self.0.len() - 1)
    }

    /// Runs them; gives how many rows each changed.
    ///
    /// # Errors
    /// The first one's that fails; in a transaction then, all of it has to be undone.
    pub async fn run(self, conn: &mut Conn) -> Result<Vec<u64>, Error> {
        match &mut conn.0 {
            Kind::Sqlite(sqlite) => {
                let run = |(sql, values): (String, _)| sqlite.run(&sql, Some(values), false);
                let outcomes = self.0.into_iter().map(run);
                outcomes
                    .map(|done| Ok(done?.result.rows_affected))
                    .collect()
            }
            Kind::Postgres(_) | Kind::Reader(_) => self.in_one(conn).await,
        }
    }

    async fn in_one(mut self, conn: &mut Conn) -> Result<Vec<u64>, Error> {
        if self.0.len() <= 1 {
            let Some((sql, values)) = self.0.pop() else {
                return Ok(Vec::new());
            };
            let query = sqlx::query_with(AssertSqlSafe(sql), values);
            return Ok(vec![query.execute(conn).await?.rows_affected()]);
        }
        let count = self.0.len();
        let mut all = AnyArguments::default();
        let mut sql = String::new();
        for (place, (one, values)) in self.0.into_iter().enumerate() {
            let with = if place == 0 { "WITH" } else { "," };
            let one = renumbered(&one, all.values.0.len());
            // Writing to a string cannot fail.
            let _ = write!(sql, "{with} changed_{place} AS ({one} RETURNING 1)");
            all.values.0.extend(values.values.0);
        }
        for place in 0..count {
            let select = if place == 0 { " SELECT" } else { "," };
            let _ = write!(sql, "{select} (SELECT COUNT(*) FROM changed_{place})");
        }
        let row = sqlx::query_with(AssertSqlSafe(sql), all)
            .fetch_one(conn)
            .await?;
        let counts = (0..count).map(|place| row.try_get::<i64, _>(place));
        counts
            .map(|count| Ok(u64::try_from(count?).unwrap_or(0)))
            .collect()
    }
}

/// A statement whose parameters come after `before` others.
fn renumbered(sql: &str, before: usize) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        match number.parse::<usize>() {
            Ok(number) => {
                let _ = write!(text, "${}", before + number);
            }
            // No parameter: a sign in a text.
            Err(_) => text.push('$'),
        }
        text.push_str(rest);
    }
    text
}
