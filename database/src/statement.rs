//! A statement with its values, before it is run.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Error, Execute};
use sqlx_core::any::AnyValueKind;

/// A statement that sqlx's `query` has made.
pub type Change<'q> = Query<'q, Any, AnyArguments>;

/// A text with `$1`, `$2` … and the values for them.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub sql: String,
    pub values: Vec<AnyValueKind>,
    /// It has to change a row.
    pub is_certain: bool,
}

impl Statement {
    /// # Errors
    /// [`Error::Encode`] where a value of it could not be written.
    pub fn of(mut query: Change<'_>) -> Result<Self, Error> {
        let values = query.take_arguments().map_err(Error::Encode)?;
        Ok(Self {
            sql: query.sql().as_str().to_owned(),
            values: values.unwrap_or_default().values.0,
            is_certain: false,
        })
    }

    pub fn arguments(self) -> (String, AnyArguments) {
        let mut arguments = AnyArguments::default();
        arguments.values.0 = self.values;
        (self.sql, arguments)
    }
}

/// What work has to know before it does anything: on PostgreSQL it is read in the message that begins its
/// transaction, which saves it a round trip.
#[derive(Default)]
pub struct Questions(pub(crate) Vec<Statement>);

impl Questions {
    /// One question.
    ///
    /// # Errors
    /// As [`Questions::ask`].
    pub fn of(query: Change<'_>) -> Result<Self, Error> {
        Ok(Self(vec![Statement::of(query)?]))
    }

    /// Adds one, which only reads.
    ///
    /// # Errors
    /// [`Error::Encode`] where a value of it could not be written.
    pub fn ask(&mut self, query: Change<'_>) -> Result<(), Error> {
        self.0.push(Statement::of(query)?);
        Ok(())
    }
}

/// What each of the questions found, in their order.
pub type Answers = Vec<Vec<AnyRow>>;
