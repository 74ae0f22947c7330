//! What is wrong with a merchant's file, row by row.

use std::fmt;

/// How many problems are told one by one; a merchant fixes these and tries again.
const MOST_ERRORS: usize = 100;

/// One problem of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file on which the row starts, from 1; the header is on line 1.
    pub line: u64,
    /// The column's name in the header, or empty where it is about the row or the file.
    pub column: String,
    /// What is wrong and, where it helps, what would be right.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            write!(f, "line {}: {}", self.line, self.reason)
        } else {
            write!(f, "line {}, {}: {}", self.line, self.column, self.reason)
        }
    }
}

/// The problems found so far, in the order of the lines.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<RowError>,
    /// The line of the first problem that is only counted, and how many there are.
    untold: Option<(u64, u64)>,
}

impl Problems {
    pub fn add(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        if self.told.len() < MOST_ERRORS {
            self.told.push(RowError {
                line,
                column: column.to_owned(),
                reason: reason.into(),
            });
        } else {
            let (first, count) = self.untold.unwrap_or((line, 0));
            self.untold = Some((first, count + 1));
        }
    }

    /// `value` where there were no problems.
    pub fn or<T>(mut self, value: T) -> Result<T, Vec<RowError>> {
        if let Some((line, count)) = self.untold {
            self.told.push(RowError {
                line,
                column: String::new(),
                reason: format!("and {count} more from this line on"),
            });
        }
        if self.told.is_empty() {
            Ok(value)
        } else {
            Err(self.told)
        }
    }
}
