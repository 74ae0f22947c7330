//! From a table's rows to what the file wants of products: the variants of a handle inherit what its
//! first row says, and each gets a SKU.

use super::column::Column;
use super::field;
use super::problem::Problems;
use super::slug::slugify;
use super::table::{Columns, Row, Table, is_not_stocked};
use crate::catalog::ProductStatus;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// What to do where two rows of a file have the same SKU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Both are named, and the file has to be corrected.
    #[default]
    Error,
    /// The first is taken, the others are left out.
    First,
    /// The others get SKUs of their own, made from it and their options.
    Rename,
}

/// What a row says about stock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FileStock {
    /// Nothing.
    #[default]
    Silent,
    /// So many pieces in the warehouse; `seen` is what an export saw there.
    OnHand { pieces: i64, seen: Option<i64> },
}

impl FileStock {
    /// What two locations have together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::OnHand { pieces: one, .. }, Self::OnHand { pieces: other, .. }) => {
                Self::OnHand {
                    pieces: one + other,
                    seen: None,
                }
            }
            (Self::Silent, other) => other,
            (one, Self::Silent) => one,
        }
    }
}

/// What a row wants of one product. None: nothing, so that a known product keeps what it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileProduct {
    pub line: u64,
    pub sku: String,
    /// What a SKU is made of where the file has none.
    stem: String,
    pub name: Option<String>,
    /// What the page's address is made of; empty where the file does not say.
    pub slug: String,
    pub category: Option<String>,
    pub description: Option<String>,
    pub image: Option<String>,
    pub price_minor: Option<i64>,
    pub status: Option<ProductStatus>,
    pub tracked: Option<bool>,
    pub stock: FileStock,
    pub revision: Option<String>,
}

/// What became of a table.
pub(super) struct Read {
    pub products: Vec<FileProduct>,
    pub notes: Vec<String>,
}

/// The products of a table, in its order.
pub(super) fn read(table: &Table, on_duplicate: OnDuplicate, problems: &mut Problems) -> Read {
    let mut reading = Reading {
        columns: &table.columns,
        handles: HashMap::new(),
        products: Vec::new(),
        wrong: HashMap::new(),
        oversold: 0,
        sells_on: 0,
    };
    for row in &table.rows {
        reading.row(row, problems);
    }
    for (handle, inherited) in &reading.handles {
        if !inherited.has_variant {
            let reason = format!("'{handle}' has no row with a price or a SKU: nothing to sell");
            problems.add(inherited.line, Column::Price.name(), reason);
        }
    }
    let mut notes = reading.notes();
    let mut products = reading.products;
    if table.columns.is_inventory() {
        products = summed(products, &reading.wrong, problems);
    }
    let mut products = with_skus(products, on_duplicate, problems, &mut notes);
    if table.columns.is_inventory() {
        notes.push("This is an inventory file: only stock changes.".to_owned());
        for product in &mut products {
            *product = FileProduct {
                line: product.line,
                sku: std::mem::take(&mut product.sku),
                stock: product.stock,
                ..FileProduct::default()
            };
        }
    }
    Read { products, notes }
}

/// The lines of an inventory file, one for each product instead of one for each place that keeps it. Where
/// one of its places is wrong the sum would be too.
fn summed(
    lines: Vec<FileProduct>,
    wrong: &HashMap<String, u64>,
    problems: &mut Problems,
) -> Vec<FileProduct> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut products: Vec<FileProduct> = Vec::new();
    for line in lines {
        let identity = identity(&line.sku, &line.stem);
        if let Some(other) = wrong.get(identity) {
            let reason = format!("is of the same product as line {other}, which is wrong");
            problems.add_dependent(line.line, reason);
            continue;
        }
        let place = *places.entry(identity.to_owned()).or_insert(products.len());
        match products.get_mut(place) {
            None => products.push(line),
            Some(product) => product.stock = product.stock.and(line.stock),
        }
    }
    products
}

/// What a row of an inventory file knows its product by.
fn identity<'s>(sku: &'s str, stem: &'s str) -> &'s str {
    if sku.is_empty() { stem } else { sku }
}

struct Reading<'t> {
    columns: &'t Columns,
    handles: HashMap<String, Inherited>,
    products: Vec<FileProduct>,
    /// Products of which the stock of one location is wrong, with its line.
    wrong: HashMap<String, u64>,
    oversold: u64,
    sells_on: u64,
}

/// What the first row of a handle says for all of its variants.
#[derive(Clone, Default)]
struct Inherited {
    line: u64,
    handle: String,
    title: Option<String>,
    slug: String,
    category: Option<String>,
    description: Option<String>,
    image: Option<String>,
    status: Option<ProductStatus>,
    has_variant: bool,
    /// Something is wrong with the row.
    is_wrong: bool,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row, problems: &mut Problems) {
        let mut cells = Cells {
            row,
            columns: self.columns,
            problems,
        };
        let is_variant = cells.is_variant();
        let before = cells.problems.count();
        let mut inherited = if self.columns.has(Column::Handle) {
            let Some(handle) = cells.read(Column::Handle, field::handle) else {
                return;
            };
            let known = self.handles.entry(handle);
            let inherited = known.or_insert_with_key(|handle| Inherited::read(handle, &mut cells));
            if inherited.line == row.line {
                inherited.is_wrong = cells.problems.count() > before;
            }
            inherited.has_variant |= is_variant;
            inherited.clone()
        } else {
            Inherited::read("", &mut cells)
        };
        // A picture more, or a first row that only describes its variants.
        if !is_variant {
            return;
        }
        let own_image = cells.read_if(Column::VariantImage, field::image);
        inherited.image = own_image.filter(|i| !i.is_empty()).or(inherited.image);
        let options = cells.options();
        let price_minor = cells.read_if(Column::Price, field::written_price);
        if self.columns.has(Column::Price) && price_minor.is_none() {
            return;
        }
        let sku = match cells.get(Column::Sku) {
            "" => String::new(),
            _given => match cells.read(Column::Sku, field::sku) {
                Some(sku) => sku,
                None => return,
            },
        };
        let name = inherited.title.map(|title| cells.name(&title, &options));
        let stock = match cells.stock(&mut self.oversold) {
            Some(stock) => stock,
            None => {
                let stem = sku_stem(&inherited.handle, &options);
                self.wrong
                    .insert(identity(&sku, &stem).to_owned(), row.line);
                return;
            }
        };
        let tracked = cells.tracked(&mut self.sells_on);
        let revision = cells.get(Column::Revision).to_owned();
        if cells.problems.count() > before {
            return;
        }
        if inherited.is_wrong {
            let first = inherited.line;
            let reason = format!("is a variant of the product on line {first}, which is wrong");
            cells.problems.add_dependent(row.line, reason);
            return;
        }
        self.products.push(FileProduct {
            line: row.line,
            sku,
            stem: sku_stem(&inherited.handle, &options),
            name,
            slug: variant_slug(&inherited.slug, &options),
            category: inherited.category,
            description: inherited.description,
            image: inherited.image,
            price_minor,
            status: inherited.status,
            tracked,
            stock,
            revision: (!revision.is_empty()).then_some(revision),
        });
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.oversold > 0 {
            notes.push(format!(
                "{} with a stock below zero: oversold, so there are none of {}.",
                counted(self.oversold),
                if self.oversold == 1 { "it" } else { "them" },
            ));
        }
        if self.sells_on > 0 {
            notes.push(format!(
                "{} sold also when there are none left (policy continue): the stock is not counted.",
                counted(self.sells_on),
            ));
        }
        notes
    }
}

/// "1 product", "3 products".
pub(super) fn counted(count: u64) -> String {
    format!("{count} product{}", if count == 1 { "" } else { "s" })
}

/// A row whose fields are read one by one, each bad one noted with its value.
struct Cells<'r, 'p> {
    row: &'r Row,
    columns: &'r Columns,
    problems: &'p mut Problems,
}

impl Cells<'_, '_> {
    fn get(&self, column: Column) -> &str {
        self.row.get(self.columns, column)
    }

    fn read<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.get(column)) {
            Ok(value) => Some(value),
            Err(reason) => {
                let reason = quoted(self.get(column), &reason);
                self.problems.add(self.row.line, column.name(), reason);
                None
            }
        }
    }

    /// As `read`; nothing where the file has no such column.
    fn read_if<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.columns.has(column).then(|| self.read(column, read))?
    }

    /// Whether the row is about something that can be sold, not only about a picture or a title.
    fn is_variant(&self) -> bool {
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
    fn options(&mut self) -> Vec<String> {
        let columns = [Column::Option1, Column::Option2, Column::Option3];
        let given = columns
            .into_iter()
            .filter(|column| !matches!(self.get(*column), "" | "Default Title"))
            .collect::<Vec<_>>();
        let options = given.into_iter();
        options
            .filter_map(|column| self.read(column, field::text))
            .collect()
    }

    fn name(&mut self, title: &str, options: &[String]) -> String {
        if options.is_empty() {
            return title.to_owned();
        }
        format!("{title}, {}", options.join(", "))
    }

    /// What the row says about stock; none where that is wrong.
    fn stock(&mut self, oversold: &mut u64) -> Option<FileStock> {
        // What somebody counted goes before what Shopify says, and what can be sold there before what
        // is promised to customers there.
        let columns: &[Column] = if self.columns.is_inventory() {
            &[Column::Counted, Column::Available, Column::OnHand]
        } else {
            &[Column::Quantity]
        };
        let given = columns.iter().find(|column| !self.get(**column).is_empty());
        let Some(&column) = given else {
            return self.stock_by_location(oversold);
        };
        let field = self.get(column);
        if is_not_stocked(field) {
            return Some(FileStock::Silent);
        }
        *oversold += u64::from(field.starts_with(['-', '\u{2212}']));
        let pieces = self.read(column, field::quantity)?;
        let seen = match self.get(Column::Seen) {
            "" => None,
            _given => Some(self.read(Column::Seen, field::quantity)?),
        };
        Some(FileStock::OnHand { pieces, seen })
    }

    /// The pieces of all the locations that have a column each.
    fn stock_by_location(&mut self, oversold: &mut u64) -> Option<FileStock> {
        let mut stock = FileStock::Silent;
        for (place, field) in self.row.stock_by_location(self.columns) {
            let pieces = match field::quantity(field) {
                Ok(pieces) => pieces,
                Err(reason) => {
                    let (line, name) = (self.row.line, &self.columns.names[place]);
                    self.problems.add(line, name, quoted(field, &reason));
                    return None;
                }
            };
            *oversold += u64::from(field.starts_with(['-', '\u{2212}']));
            stock = stock.and(FileStock::OnHand { pieces, seen: None });
        }
        Some(stock)
    }

    /// Whether stock is counted: with a tracker, unless it is sold on when there is none left.
    fn tracked(&mut self, sells_on: &mut u64) -> Option<bool> {
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

impl Inherited {
    /// Reads the first row of a handle. What is wrong is noted once, here, and is nothing to the other
    /// rows, so that these are checked too.
    fn read(handle: &str, cells: &mut Cells<'_, '_>) -> Self {
        let title = match cells.get(Column::Title) {
            "" => None,
            _given => cells.read(Column::Title, field::text),
        };
        let published = cells.read_if(Column::Published, field::published);
        let status = cells.read_if(Column::Status, field::status);
        Self {
            line: cells.row.line,
            handle: handle.to_owned(),
            title,
            slug: slugify(handle),
            category: cells.category(),
            description: cells.read_if(Column::Body, field::description),
            image: cells.read_if(Column::Image, field::image),
            status: match (published, status) {
                (None, status) => status,
                (Some(true), status) => Some(status.unwrap_or_default()),
                (Some(false), Some(ProductStatus::Archived)) => Some(ProductStatus::Archived),
                (Some(false), _) => Some(ProductStatus::Draft),
            },
            has_variant: false,
            is_wrong: false,
        }
    }
}

impl Cells<'_, '_> {
    /// The department: the merchant's own word, else the last of Shopify's category.
    fn category(&mut self) -> Option<String> {
        let own = self.get(Column::Type);
        if own.is_empty() && !self.get(Column::Category).is_empty() {
            return self.read(Column::Category, |path| {
                field::category(path.rsplit('>').next().unwrap_or("").trim())
            });
        }
        self.read_if(Column::Type, field::category)
    }
}

fn variant_slug(handle: &str, options: &[String]) -> String {
    let options = slugify(&options.join("-"));
    match (handle.is_empty(), options.is_empty()) {
        (_, true) => handle.to_owned(),
        (true, false) => options,
        (false, false) => format!("{handle}-{options}"),
    }
}

/// What a SKU is made of where there is none: handle and options. It depends on nothing else in the file,
/// so that it is the same at each import, whatever rows come, go or change places.
fn sku_stem(handle: &str, options: &[String]) -> String {
    if handle.is_empty() {
        return String::new();
    }
    let parts = std::iter::once(handle).chain(options.iter().map(String::as_str));
    let parts: Vec<String> = parts.map(sku_part).collect();
    // No part has a dot, so that no two lists of parts give one SKU.
    let stem = parts.join(".");
    if stem.chars().count() <= field::MAX_SKU {
        return stem;
    }
    let start: String = stem.chars().take(field::MAX_SKU - 9).collect();
    format!("{start}-{}", mark(&stem))
}

/// A part of a SKU in plain letters. Where letters alone would not tell it from another, such as `+`
/// from `-`, it gets a mark.
fn sku_part(text: &str) -> String {
    let plain = slugify(text);
    if text.to_lowercase().replace(' ', "-") == plain {
        plain
    } else if plain.is_empty() {
        mark(text)
    } else {
        format!("{plain}-{}", mark(text))
    }
}

fn mark(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))[..8].to_owned()
}

/// Gives each product a SKU of its own: those without one get one of handle and options, which is the
/// same at each import of the same file.
fn with_skus(
    products: Vec<FileProduct>,
    on_duplicate: OnDuplicate,
    problems: &mut Problems,
    notes: &mut Vec<String>,
) -> Vec<FileProduct> {
    let mut taken: HashSet<String> = products.iter().map(|p| p.sku.clone()).collect();
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut kept = Vec::with_capacity(products.len());
    let (mut made, mut renamed, mut left_out) = (0, 0, 0);
    for mut product in products {
        if product.sku.is_empty() {
            if product.stem.is_empty() {
                let reason = "is empty, and so is the handle that one could be made of";
                problems.add(product.line, Column::Sku.name(), reason);
                continue;
            }
            product.sku.clone_from(&product.stem);
            taken.insert(product.sku.clone());
            made += 1;
        }
        if let Some(first) = lines.get(&product.sku) {
            match on_duplicate {
                OnDuplicate::Error => {
                    let (sku, line) = (&product.sku, product.line);
                    let reason = format!("{sku} on line {line} is already the SKU of line {first}");
                    problems.add(line, Column::Sku.name(), reason);
                    continue;
                }
                OnDuplicate::First => {
                    left_out += 1;
                    continue;
                }
                OnDuplicate::Rename => {
                    let own = format!("{}-{}", product.sku, product.stem);
                    product.sku = free_sku(&own, &mut taken);
                    renamed += 1;
                }
            }
        }
        lines.insert(product.sku.clone(), product.line);
        kept.push(product);
    }
    let mut note = |count: u64, what: &str| {
        if count > 0 {
            notes.push(format!("{} {what}", counted(count)));
        }
    };
    note(
        made,
        "without a SKU: each got one made of its handle and options, the same at the next import.",
    );
    note(
        renamed,
        "with a SKU that an earlier row has: each got one of its own.",
    );
    note(
        left_out,
        "left out, because an earlier row has the same SKU.",
    );
    kept
}

/// A SKU that nothing else in the file has, beginning with a stem.
fn free_sku(stem: &str, taken: &mut HashSet<String>) -> String {
    let stem: String = stem.chars().take(field::MAX_SKU - 8).collect();
    let mut sku = stem.clone();
    let mut number = 2;
    while !taken.insert(sku.clone()) {
        sku = format!("{stem}-{number}");
        number += 1;
    }
    sku
}
