//! What is wrong with a merchant's file, row by row.

use std::collections::BTreeMap;
use std::fmt;

/// How many problems are shown one by one; a merchant fixes these and tries again.
pub const MOST_SHOWN: usize = 100;
/// How many problems of one line are kept; the others are counted. A line may have thousands of fields.
const MOST_OF_A_LINE: usize = 20;

/// One problem of the file, or one thing to know about a row.
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

/// Everything that is wrong with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    all: Vec<RowError>,
    /// How many more there are, on lines that have many.
    not_kept: usize,
    /// Rows that are right by themselves, but cannot be imported because of a problem elsewhere.
    dependent: Vec<RowError>,
    /// The file cannot be read as what it should be, so that no row of it can be trusted.
    of_whole_file: bool,
    /// Rows share a SKU, which [`super::OnDuplicate`] has ways out of.
    with_shared_skus: bool,
}

impl Problems {
    pub(super) fn add(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        let of_line = self.all.iter().rev().take_while(|other| other.line == line);
        if of_line.take(MOST_OF_A_LINE).count() == MOST_OF_A_LINE {
            self.not_kept += 1;
            return;
        }
        self.all.push(RowError {
            line,
            column: column.to_owned(),
            reason: reason.into(),
        });
    }

    /// What is wrong with the whole file: nothing of it can be imported, not even other rows.
    pub(super) fn add_of_file(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        self.of_whole_file = true;
        self.add(line, column, reason);
    }

    /// A row with the SKU of an earlier one.
    pub(super) fn add_shared_sku(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        self.with_shared_skus = true;
        self.add(line, column, reason);
    }

    /// A row that cannot be imported because of a problem elsewhere; it is no problem of its own.
    pub(super) fn add_dependent(&mut self, line: u64, reason: impl Into<String>) {
        self.dependent.push(RowError {
            line,
            column: String::new(),
            reason: reason.into(),
        });
    }

    /// Whether nothing of the file can be imported, whatever is skipped.
    pub fn are_of_whole_file(&self) -> bool {
        self.of_whole_file
    }

    /// Whether rows share a SKU, so that another [`super::OnDuplicate`] would take them.
    pub fn have_shared_skus(&self) -> bool {
        self.with_shared_skus
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many problems there are.
    pub fn count(&self) -> usize {
        self.all.len() + self.not_kept
    }

    /// The first hundred, in the order of their lines; of one line at most twenty.
    pub fn shown(&self) -> Vec<RowError> {
        let mut shown = self.all.clone();
        shown.sort_by_key(|problem| problem.line);
        shown.truncate(MOST_SHOWN);
        shown
    }

    /// The lines of the rows that are wrong, with everything that is wrong with each.
    pub(super) fn by_line(&self) -> BTreeMap<u64, String> {
        let mut lines: BTreeMap<u64, String> = BTreeMap::new();
        for RowError {
            line,
            column,
            reason,
        } in self.all.iter().chain(&self.dependent)
        {
            let words = lines.entry(*line).or_default();
            if !words.is_empty() {
                words.push_str("; ");
            }
            if !column.is_empty() {
                words.push_str(column);
                words.push_str(": ");
            }
            words.push_str(reason);
        }
        lines
    }
}
