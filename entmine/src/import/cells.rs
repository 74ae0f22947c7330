//! A row whose fields are read one by one.

use super::column::Column;
use super::field;
use super::problem::Problems;
use super::rows::FileStock;
use super::table::{Columns, Row, is_not_stocked};

/// A row whose fields are read one by one, each bad one noted with its value.
pub(super) struct Cells<'r, 'p> {
    pub row: &'r Row,
    pub columns: &'r Columns,
    pub problems: &'p mut Problems,
}

impl Cells<'_, '_> {
    pub fn get(&self, column: Column) -> &str {
        self.row.get(self.columns, column)
    }

    pub fn read<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.get(column)) {
            Ok(value) => Some(value),
            Err(reason) => {
                let reason = quoted(self.get(column), &reason);
                self.problems
                    .add(self.row.line, self.columns.called(column), reason);
                None
            }
        }
    }

    /// As `read`; nothing where the file has no such column.
    pub fn read_if<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.columns.has(column).then(|| self.read(column, read))?
    }

    /// Whether the row is about something that can be sold, not only about a picture or a title.
    pub fn is_variant(&self) -> bool {
        let says = [
            Column::Sku,
            Column::Price,
            Column::Option1,
            Column::Option2,
            Column::Option3,
        ];
        let counts = !self.columns.has(Column::Price) && !self.get(Column::Quantity).is_empty();
        let says = || says.into_iter().any(|column| !self.get(column).is_empty());
        counts || self.columns.is_inventory() || says()
    }

    /// The options that tell a variant from its sisters. "Default Title" is Shopify's word for the only
    /// variant of a product without options.
    pub fn options(&mut self) -> Vec<String> {
        let columns = [Column::Option1, Column::Option2, Column::Option3];
        let given = columns
            .into_iter()
            .filter(|column| {
                let option = self.get(*column);
                !option.is_empty() && !option.eq_ignore_ascii_case("Default Title")
            })
            .collect::<Vec<_>>();
        let options = given.into_iter();
        options
            .filter_map(|column| self.read(column, field::text))
            .collect()
    }

    pub fn name(&mut self, title: &str, options: &[String]) -> String {
        if options.is_empty() {
            return title.to_owned();
        }
        format!("{title}, {}", options.join(", "))
    }

    /// What the row says about stock; none where that is wrong.
    pub fn stock(&mut self) -> Option<FileStock> {
        // What somebody counted goes before what Shopify says, and what can be sold there before what
        // is promised to customers there.
        let columns: &[Column] = if self.columns.is_inventory() {
            &[Column::Counted, Column::Available, Column::OnHand]
        } else {
            &[Column::Quantity]
        };
        let given = columns.iter().find(|column| !self.get(**column).is_empty());
        let Some(&column) = given else {
            return self.stock_by_location();
        };
        let field = self.get(column);
        if is_not_stocked(field) {
            return Some(FileStock::Silent);
        }
        let pieces = self.read(column, field::quantity);
        let seen = match self.get(Column::Seen) {
            "" => Some(None),
            _given => self.read(Column::Seen, field::quantity).map(Some),
        };
        Some(FileStock::OnHand {
            pieces: pieces?,
            seen: seen?,
        })
    }

    /// The pieces of all the locations that have a column each.
    fn stock_by_location(&mut self) -> Option<FileStock> {
        let mut stock = Some(FileStock::Silent);
        for (place, field) in self.row.stock_by_location(self.columns) {
            stock = match field::quantity(field) {
                Ok(pieces) => {
                    stock.map(|stock| stock.and(FileStock::OnHand { pieces, seen: None }))
                }
                Err(reason) => {
                    let (line, name) = (self.row.line, &self.columns.names[place]);
                    self.problems.add(line, name, quoted(field, &reason));
                    None
                }
            };
        }
        stock
    }

    /// Whether stock is counted: with a tracker, unless it is sold on when there is none left.
    pub fn tracked(&mut self, sells_on: &mut u64) -> Option<bool> {
        let continues = self.read_if(Column::Policy, field::sells_on);
        if continues == Some(true) {
            *sells_on += 1;
            return Some(false);
        }
        if self.columns.has(Column::Tracker) {
            return Some(!self.get(Column::Tracker).is_empty());
        }
        None
    }
}

/// What is wrong with a value, with the value.
fn quoted(value: &str, reason: &str) -> String {
    const SHOWN: usize = 40;
    if value.is_empty() {
        return reason.to_owned();
    }
    let mut shown: String = value.chars().take(SHOWN).collect();
    if value.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("'{shown}' {reason}")
}
