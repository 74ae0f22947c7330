//! What the rows of a handle say together. A handle is a product for a customer; each of its rows is a
//! variant, a picture, or both, and their order means nothing: a spreadsheet may have sorted them.

use super::cells::Cells;
use super::column::Column;
use super::field;
use super::problem::Problems;
use super::slug::slugify;
use super::table::{Columns, Row};
use crate::catalog::{ProductFields, ProductStatus};

/// The columns that count for every variant of a handle.
pub(super) const INHERITED: [Column; 7] = [
    Column::Title,
    Column::Body,
    Column::Type,
    Column::Category,
    Column::Published,
    Column::Image,
    Column::Status,
];

/// What a file says of the fields that staff edit too. None: nothing, so that a known product keeps what it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileFields {
    pub name: Option<String>,
    pub category: Option<String>,
    pub description: Option<String>,
    pub image: Option<String>,
    pub price_minor: Option<i64>,
    pub status: Option<ProductStatus>,
    /// Where the file has no word for the status.
    pub published: Option<bool>,
    pub tracked: Option<bool>,
}

impl FileFields {
    /// Changes what the file says something of.
    pub fn write_into(&self, fields: &mut ProductFields) {
        set(&mut fields.name, &self.name);
        set(&mut fields.category, &self.category);
        set(&mut fields.description, &self.description);
        set(&mut fields.image, &self.image);
        set(&mut fields.price_minor, &self.price_minor);
        set(&mut fields.status, &self.status);
        // Unlisted is published, and archived is not: then nothing changes.
        if let Some(published) = self.published
            && published != fields.status.is_published()
        {
            fields.status = match published {
                true => ProductStatus::Active,
                false => ProductStatus::Draft,
            };
        }
        set(&mut fields.tracked, &self.tracked);
    }
}

fn set<T: Clone>(field: &mut T, said: &Option<T>) {
    if let Some(said) = said {
        field.clone_from(said);
    }
}

/// What all variants of a handle have in common.
#[derive(Clone, Default)]
pub(super) struct Inherited {
    pub handle: String,
    /// The name is the title, to which a variant adds its options.
    pub fields: FileFields,
    /// Whether there is a title, be it wrong.
    pub says_title: bool,
    pub slug: String,
    /// The line on which something of it is wrong.
    pub wrong: Option<u64>,
}

/// The row that says something in a column: the first of a handle's that is not empty there, of pictures
/// the one that comes first, else the first row.
pub(super) fn saying<'r>(rows: &[&'r Row], columns: &Columns, column: Column) -> Option<&'r Row> {
    let says = |row: &&&Row| !row.get(columns, column).is_empty();
    if column == Column::Image && columns.has(Column::ImagePosition) {
        let position = |row: &&&Row| {
            let position = row.get(columns, Column::ImagePosition).parse();
            position.unwrap_or(u32::MAX)
        };
        let first = rows.iter().filter(says).min_by_key(position);
        return first.or(rows.first()).copied();
    }
    rows.iter().find(says).or(rows.first()).copied()
}

impl Inherited {
    /// Reads what the rows of a handle say. What is wrong is noted once, on its line.
    pub fn read(handle: &str, rows: &[&Row], columns: &Columns, problems: &mut Problems) -> Self {
        let mut reading = Reading {
            rows,
            columns,
            problems,
            wrong: None,
        };
        let published = reading.read_if(Column::Published, field::published);
        let status = reading.read_if(Column::Status, field::status);
        Self {
            handle: handle.to_owned(),
            says_title: reading.says(Column::Title),
            slug: slugify(handle),
            fields: FileFields {
                name: reading.title(),
                category: reading.category(),
                description: reading.read_if(Column::Body, field::description),
                image: reading.read_if(Column::Image, field::image),
                status: match (published, status) {
                    (Some(false), Some(ProductStatus::Archived)) => Some(ProductStatus::Archived),
                    (Some(false), Some(_)) => Some(ProductStatus::Draft),
                    (_, status) => status,
                },
                published: published.filter(|_| status.is_none()),
                ..FileFields::default()
            },
            wrong: reading.wrong,
        }
    }
}

struct Reading<'r, 'p> {
    rows: &'r [&'r Row],
    columns: &'r Columns,
    problems: &'p mut Problems,
    wrong: Option<u64>,
}

impl Reading<'_, '_> {
    fn says(&self, column: Column) -> bool {
        let row = saying(self.rows, self.columns, column);
        row.is_some_and(|row| !row.get(self.columns, column).is_empty())
    }

    fn read_if<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let row = saying(self.rows, self.columns, column)?;
        let before = self.problems.count();
        let mut cells = Cells {
            row,
            columns: self.columns,
            problems: &mut *self.problems,
        };
        let value = cells.read_if(column, read);
        if self.problems.count() > before {
            self.wrong = self.wrong.or(Some(row.line));
        }
        value
    }

    /// No title is no empty title: a known product keeps its name.
    fn title(&mut self) -> Option<String> {
        // An export of EntMine's own has names with the options in them.
        let read = match self.columns.has(Column::Revision) {
            true => field::name,
            false => field::text,
        };
        self.says(Column::Title)
            .then(|| self.read_if(Column::Title, read))?
    }

    /// The department: the merchant's own word, else the last of Shopify's category.
    fn category(&mut self) -> Option<String> {
        if self.says(Column::Category) && !self.says(Column::Type) {
            return self.read_if(Column::Category, |path| {
                field::category(path.rsplit('>').next().unwrap_or("").trim())
            });
        }
        self.read_if(Column::Type, field::category)
    }
}
