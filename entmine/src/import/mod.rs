//! A merchant's own product file: whatever Shopify, or a person with a spreadsheet, writes.
//!
//! Bytes become text (`text`), a table (`table`, `column`), rows (`field`, `price`, `rows`), and a plan beside the
//! products that there are (`plan`), which is shown before anything is written and worked out again in
//! the one transaction that writes (`write`). So nothing of a file with a bad row is imported, unless
//! that was asked for.

mod cell;
mod cells;
mod column;
mod export;
pub(crate) mod field;
mod handle;
mod plain;
mod plan;
pub(crate) mod price;
mod problem;
mod quotes;
mod refused;
mod rows;
mod sku;
pub(crate) mod slug;
mod slugs;
mod table;
mod text;
mod write;

pub(crate) use export::decimal;
pub use export::export;
pub(crate) use plain::tidy;
pub use plan::ImportReport;
pub use problem::{MOST_SHOWN, Problems, RowError};
pub use rows::OnDuplicate;
pub use write::{BadRows, ImportError};

use crate::pictures::PictureError;
use rows::{FileProduct, WrongRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use table::Table;

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// ISO 4217: what prices are in, which the file does not say.
    pub currency: String,
    pub on_duplicate: OnDuplicate,
}

impl ReadOptions {
    pub fn in_currency(currency: &str) -> Self {
        Self {
            currency: currency.to_owned(),
            on_duplicate: OnDuplicate::default(),
        }
    }
}

/// A product file that was read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ProductFile {
    products: Arc<[FileProduct]>,
    /// Rows that are not in it, because something is wrong with them.
    wrong: Arc<[WrongRow]>,
    table: Arc<Table>,
    problems: Problems,
    notes: Vec<String>,
    currency: String,
    is_inventory: bool,
}

impl ProductFile {
    /// Reads a file. What is wrong with it is in [`ProductFile::problems`], and only the other rows
    /// are in the file then.
    pub fn read(bytes: &[u8], options: &ReadOptions) -> Self {
        let mut problems = Problems::default();
        let mut notes = Vec::new();
        let mut table = Table::default();
        match text::no_text(bytes) {
            Some(what) => problems.add_of_file(
                1,
                "",
                format!("the file is {what}; save the table as \"CSV UTF-8\" and import that"),
            ),
            None => {
                let decoded = text::decode(bytes);
                notes = decoded.notes;
                table = table::read(&decoded.text, &mut problems);
            }
        }
        notes.extend(table.notes());
        match table.delimiter {
            b';' => notes.push("The fields are separated by semicolons.".to_owned()),
            b'\t' => notes.push("The fields are separated by tabs.".to_owned()),
            _comma => {}
        }
        let read = rows::read(
            &table,
            &options.currency,
            options.on_duplicate,
            &mut problems,
        );
        notes.extend(read.notes);
        Self {
            products: read.products.into(),
            wrong: read.wrong.into(),
            is_inventory: table.columns.is_inventory(),
            table: Arc::new(table),
            problems,
            notes,
            currency: options.currency.clone(),
        }
    }

    /// Reads a file of which every row has to be right.
    ///
    /// # Errors
    /// The first hundred problems.
    pub fn parse(bytes: &[u8], currency: &str) -> Result<Self, Vec<RowError>> {
        let file = Self::read(bytes, &ReadOptions::in_currency(currency));
        match file.problems.is_empty() {
            true => Ok(file),
            false => Err(file.problems.shown()),
        }
    }

    /// How many products the file has; each variant is one.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether the file has no product.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// What is wrong with the file.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What a merchant should know about how the file was read, in whole sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The addresses of pictures that are on other servers, each once.
    pub fn linked_pictures(&self) -> Vec<&str> {
        let images = self
            .products
            .iter()
            .filter_map(|p| p.fields.image.as_deref());
        let linked: BTreeSet<&str> = images.filter(|image| image.contains("://")).collect();
        linked.into_iter().collect()
    }

    /// The same file with its pictures' copies instead of their addresses. A product whose picture could
    /// not be copied keeps the one that it has, and the notes say so.
    #[must_use]
    pub fn with_copies(self, copies: &BTreeMap<String, Result<String, PictureError>>) -> Self {
        let mut products = self.products.to_vec();
        for product in &mut products {
            let Some(image) = &product.fields.image else {
                continue;
            };
            match copies.get(image) {
                Some(Ok(copy)) => product.fields.image = Some(copy.clone()),
                Some(Err(_)) => product.fields.image = None,
                None => {}
            }
        }
        let failed = copies
            .iter()
            .filter_map(|(address, copied)| Some((address, copied.as_ref().err()?)));
        let failed: Vec<_> = failed.collect();
        let mut notes = self.notes;
        if !failed.is_empty() {
            let count = failed.len();
            let many = if count == 1 { "picture" } else { "pictures" };
            notes.push(format!("{count} {many} could not be copied:"));
            let shown = failed.iter().take(MOST_SHOWN);
            notes.extend(shown.map(|(address, error)| format!("{address} {error}")));
        }
        Self {
            products: products.into(),
            notes,
            ..self
        }
    }

    /// The same file without any picture of another server: products keep the ones that they have.
    #[must_use]
    pub fn without_linked_pictures(self) -> Self {
        let mut products = self.products.to_vec();
        for product in &mut products {
            product.fields.image = product
                .fields
                .image
                .take()
                .filter(|image| !image.contains("://"));
        }
        Self {
            products: products.into(),
            ..self
        }
    }
}
