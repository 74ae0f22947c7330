//! From rows to products: variants of a handle inherit what its first row says.

use super::field;
use super::problem::{Problems, RowError};
use super::slug::slugify;
use super::table::{self, Column, Row};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A product as the file wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileProduct {
    pub sku: String,
    pub name: String,
    pub slug: String,
    pub category: String,
    pub description: String,
    pub image: String,
    pub currency: String,
    pub price_minor: i64,
    pub quantity: i64,
    pub published: bool,
}

/// The products of a file, in its order.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(bytes: &[u8], currency: &str) -> Result<Vec<FileProduct>, Vec<RowError>> {
    let mut reading = Reading {
        currency,
        handles: HashMap::new(),
        skus: HashMap::new(),
        slugs: HashMap::new(),
        products: Vec::new(),
    };
    let mut problems = Problems::default();
    table::read(bytes, &mut problems, |row, problems| {
        reading.row(&row, problems);
    });
    problems.or(reading.products)
}

struct Reading<'a> {
    currency: &'a str,
    handles: HashMap<String, Inherited>,
    /// The line of each SKU and slug, to name both where one is there twice.
    skus: HashMap<String, u64>,
    slugs: HashMap<String, u64>,
    products: Vec<FileProduct>,
}

/// What the first row of a handle says for all of its variants.
#[derive(Clone, Default)]
struct Inherited {
    title: String,
    slug: String,
    category: String,
    description: String,
    image: String,
    published: bool,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row<'_>, problems: &mut Problems) {
        let mut cells = Cells { row, problems };
        let Some(handle) = cells.read(Column::Handle, field::handle) else {
            return;
        };
        let inherited = match self.handles.entry(handle) {
            Entry::Occupied(known) => {
                if is_extra_image(row) {
                    return;
                }
                known.get().clone()
            }
            Entry::Vacant(new) => {
                let inherited = Inherited::read(new.key(), &mut cells);
                new.insert(inherited).clone()
            }
        };
        let options = options(&mut cells);
        let sku = cells.read(Column::Sku, field::sku);
        let price_minor = cells.read(Column::Price, field::price);
        let quantity = cells.read(Column::Quantity, field::quantity);
        let name = name(&inherited.title, &options, &mut cells);
        if let Some(sku) = &sku {
            only_once(&mut self.skus, sku, Column::Sku, &mut cells);
        }
        let slug = variant_slug(&inherited.slug, &options);
        only_once(&mut self.slugs, &slug, Column::Handle, &mut cells);
        if let (Some(sku), Some(price_minor), Some(quantity)) = (sku, price_minor, quantity) {
            self.products.push(FileProduct {
                sku,
                name,
                slug,
                category: inherited.category,
                description: inherited.description,
                image: inherited.image,
                currency: self.currency.to_owned(),
                price_minor,
                quantity,
                published: inherited.published,
            });
        }
    }
}

/// A row under a known handle that only brings one more picture; a product has one here.
fn is_extra_image(row: &Row<'_>) -> bool {
    row.get(Column::Sku).is_empty()
        && row.get(Column::Price).is_empty()
        && !row.get(Column::Image).is_empty()
}

/// A row whose fields are read one by one, each bad one noted.
struct Cells<'r, 'p> {
    row: &'r Row<'r>,
    problems: &'p mut Problems,
}

impl Cells<'_, '_> {
    fn read<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.row.get(column)) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.bad(column, reason);
                None
            }
        }
    }

    fn bad(&mut self, column: Column, reason: impl Into<String>) {
        self.problems.add(self.row.line, column.name(), reason);
    }
}

impl Inherited {
    /// Reads the first row of a handle. What is wrong is noted once, here, and stands empty for the
    /// other rows, so that these are checked too.
    fn read(handle: &str, cells: &mut Cells<'_, '_>) -> Self {
        let slug = slugify(handle);
        if slug.is_empty() {
            cells.bad(
                Column::Handle,
                "has no letter or digit to make an address of",
            );
        }
        let published = cells.read(Column::Published, field::published);
        let active = cells.read(Column::Status, field::active);
        Self {
            title: cells.read(Column::Title, field::text).unwrap_or_default(),
            slug,
            category: cells
                .read(Column::Type, field::category)
                .unwrap_or_default(),
            description: cells
                .read(Column::Body, field::description)
                .unwrap_or_default(),
            image: cells.read(Column::Image, field::image).unwrap_or_default(),
            published: published == Some(true) && active == Some(true),
        }
    }
}

/// The options that tell a variant from its sisters. "Default Title" is Shopify's word for the only
/// variant of a product without options.
fn options(cells: &mut Cells<'_, '_>) -> Vec<String> {
    [Column::Option1, Column::Option2, Column::Option3]
        .into_iter()
        .filter(|column| !matches!(cells.row.get(*column), "" | "Default Title"))
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(|column| cells.read(column, field::text))
        .collect()
}

fn name(title: &str, options: &[String], cells: &mut Cells<'_, '_>) -> String {
    if options.is_empty() {
        return title.to_owned();
    }
    let name = format!("{title}, {}", options.join(", "));
    match field::text(&name) {
        Ok(name) => name,
        Err(reason) => {
            cells.bad(Column::Option1, format!("together with the title {reason}"));
            name
        }
    }
}

fn variant_slug(handle: &str, options: &[String]) -> String {
    let options = slugify(&options.join("-"));
    if options.is_empty() {
        handle.to_owned()
    } else {
        format!("{handle}-{options}")
    }
}

/// Notes a SKU or slug that an earlier row has already, with both lines.
fn only_once(
    seen: &mut HashMap<String, u64>,
    value: &str,
    column: Column,
    cells: &mut Cells<'_, '_>,
) {
    match seen.entry(value.to_owned()) {
        Entry::Vacant(new) => {
            new.insert(cells.row.line);
        }
        Entry::Occupied(first) => {
            let (line, first) = (cells.row.line, first.get());
            let reason = if column == Column::Sku {
                format!("{value} on line {line} is already the SKU of line {first}")
            } else {
                format!(
                    "the product's address {value} on line {line} is already the one of line {first}"
                )
            };
            cells.bad(column, reason);
        }
    }
}
