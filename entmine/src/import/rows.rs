//! From a table's rows to what the file wants of products: the variants of a handle inherit what its
//! first row says, and each gets a SKU.

use super::cells::Cells;
use super::column::Column;
use super::handle::{FileFields, Inherited};
use super::problem::Problems;
use super::sku::{name_shared_skus, sku_stem, with_skus};
use super::slug::slugify;
use super::table::{Columns, Row, Table};
use super::{field, price};
use std::collections::{BTreeSet, HashMap};

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
    /// So many pieces in the warehouse, below zero while they are added up; `seen` is what an export saw there.
    OnHand { pieces: i64, seen: Option<i64> },
}

impl FileStock {
    /// What two locations have together.
    pub fn and(self, other: Self) -> Self {
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

/// What a row wants of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileProduct {
    pub line: u64,
    pub sku: String,
    /// What a SKU is made of where the file has none.
    pub stem: String,
    pub fields: FileFields,
    /// What the page's address is made of; empty where the file does not say.
    pub slug: String,
    pub stock: FileStock,
    pub revision: Option<String>,
}

/// A row of which something is wrong, as far as it can be asked what else is: a merchant corrects a row once.
#[derive(Clone, Debug)]
pub(super) struct WrongRow {
    pub line: u64,
    /// Its SKU, given or made; empty where that cannot be known.
    pub sku: String,
    /// Whether there is a title, be it wrong.
    pub says_title: bool,
}

/// What became of a table.
pub(super) struct Read {
    pub products: Vec<FileProduct>,
    /// Nothing of these is imported.
    pub wrong: Vec<WrongRow>,
    pub notes: Vec<String>,
}

/// The products of a table, in its order, with prices in a currency (ISO 4217).
pub(super) fn read(
    table: &Table,
    currency: &str,
    on_duplicate: OnDuplicate,
    problems: &mut Problems,
) -> Read {
    let columns = &table.columns;
    let mut rows: HashMap<&str, Vec<&Row>> = HashMap::new();
    let whole = || table.rows.iter().filter(|row| !row.is_broken);
    for row in whole() {
        let handle = row.get(columns, Column::Handle);
        if !handle.is_empty() {
            rows.entry(handle).or_default().push(row);
        }
    }
    let mut reading = Reading {
        columns,
        currency: currency.to_owned(),
        other_currencies: BTreeSet::new(),
        rows,
        handles: HashMap::new(),
        products: Vec::new(),
        wrong_rows: Vec::new(),
        wrong: HashMap::new(),
        sells_on: 0,
    };
    for row in whole() {
        reading.row(row, problems);
    }
    reading.without_variants(problems);
    let mut notes = Vec::new();
    if reading.sells_on > 0 {
        notes.push(format!(
            "{} sold also when there are none left (policy continue): the stock is not counted.",
            counted(reading.sells_on),
        ));
    }
    if !reading.other_currencies.is_empty() {
        let named: Vec<String> = reading.other_currencies.into_iter().collect();
        notes.push(format!(
            "Prices are marked with {}, and are taken as {currency} all the same.",
            named.join(" and ")
        ));
    }
    let mut products = reading.products;
    if columns.is_inventory() {
        products = summed(products, &reading.wrong, problems);
    }
    none_of_oversold(&mut products, &mut notes);
    let mut products = with_skus(products, columns, on_duplicate, problems, &mut notes);
    let wrong = reading.wrong_rows;
    if on_duplicate == OnDuplicate::Error && !columns.is_inventory() {
        name_shared_skus(&products, &wrong, columns, problems);
    }
    if columns.is_inventory() {
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
    Read {
        products,
        wrong,
        notes,
    }
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
        if let Some(other) = wrong.get(&identity) {
            let reason = format!("is of the same product as line {other}, which is wrong");
            problems.add_dependent(line.line, reason);
            continue;
        }
        let place = *places.entry(identity).or_insert(products.len());
        match products.get_mut(place) {
            None => products.push(line),
            Some(product) => product.stock = product.stock.and(line.stock),
        }
    }
    products
}

/// What a row of an inventory file knows its product by: two variants may have one SKU by mistake.
fn identity(sku: &str, stem: &str) -> String {
    format!("{sku}\0{stem}")
}

struct Reading<'t> {
    columns: &'t Columns,
    currency: String,
    /// What prices are marked with that is no sign of the currency.
    other_currencies: BTreeSet<String>,
    /// The rows of each handle, in their order.
    rows: HashMap<&'t str, Vec<&'t Row>>,
    handles: HashMap<&'t str, Inherited>,
    products: Vec<FileProduct>,
    wrong_rows: Vec<WrongRow>,
    /// Products of which the stock of one location is wrong, with its line.
    wrong: HashMap<String, u64>,
    sells_on: u64,
}

impl<'t> Reading<'t> {
    fn row(&mut self, row: &'t Row, problems: &mut Problems) {
        let mut cells = Cells {
            row,
            columns: self.columns,
            problems,
        };
        let handle = row.get(self.columns, Column::Handle);
        let knows_handle = !self.columns.has(Column::Handle)
            || cells.read(Column::Handle, field::handle).is_some();
        let inherited = match handle {
            "" => Inherited::read("", &[row], self.columns, cells.problems),
            handle => self.inherited(handle, cells.problems),
        };
        // A picture more, or a row that only describes its variants.
        if !cells.is_variant() {
            return;
        }
        let before = cells.problems.count();
        let options = cells.options();
        let knows_stem = knows_handle && cells.problems.count() == before;
        let own_image = cells.read_if(Column::VariantImage, field::image);
        let own_image = own_image.filter(|image| !image.is_empty());
        let price = cells.read_if(Column::Price, |text| {
            let (minor, named) = price::written_price(text)?;
            Ok((minor, named.to_owned()))
        });
        let price_minor = price.map(|(minor, named)| {
            let fits =
                price::currencies_of(&named).is_none_or(|codes| codes.contains(&self.currency));
            if !fits {
                self.other_currencies.insert(named);
            }
            minor
        });
        let sku = match cells.get(Column::Sku) {
            "" if self.columns.has(Column::Handle) => Some(String::new()),
            "" => cells.read(Column::Sku, |_| {
                Err("is empty, and so is the handle that one could be made of".to_owned())
            }),
            _given => cells.read(Column::Sku, field::sku),
        };
        let stem = match knows_stem {
            true => sku_stem(&inherited.handle, &options),
            false => String::new(),
        };
        let stock = cells.stock();
        if let (None, Some(sku)) = (stock, &sku) {
            self.wrong.insert(identity(sku, &stem), row.line);
        }
        let mut sells_on = 0;
        let tracked = cells.tracked(&mut sells_on);
        let revision = cells.get(Column::Revision).to_owned();
        let is_wrong = !knows_handle || cells.problems.count() > before;
        let (Some(sku), Some(stock), None, false) = (&sku, stock, inherited.wrong, is_wrong) else {
            if let Some(line) = inherited
                .wrong
                .filter(|line| !is_wrong && *line != row.line)
            {
                let reason = format!("is a variant of a product of which line {line} is wrong");
                cells.problems.add_dependent(row.line, reason);
            }
            self.wrong_rows.push(WrongRow {
                line: row.line,
                sku: sku.map_or_else(String::new, |sku| if sku.is_empty() { stem } else { sku }),
                says_title: inherited.says_title,
            });
            return;
        };
        self.sells_on += sells_on;
        let said = inherited.fields;
        self.products.push(FileProduct {
            line: row.line,
            sku: sku.clone(),
            stem,
            slug: variant_slug(&inherited.slug, &options),
            fields: FileFields {
                name: said.name.map(|title| cells.name(&title, &options)),
                image: own_image.or(said.image),
                price_minor,
                tracked,
                ..said
            },
            stock,
            revision: (!revision.is_empty()).then_some(revision),
        });
    }

    /// What the rows of a handle have in common, read where its first row is.
    fn inherited(&mut self, handle: &'t str, problems: &mut Problems) -> Inherited {
        if let Some(known) = self.handles.get(handle) {
            return known.clone();
        }
        let rows = self.rows.get(handle).map_or(&[][..], Vec::as_slice);
        let read = Inherited::read(handle, rows, self.columns, problems);
        self.handles.insert(handle, read.clone());
        read
    }

    /// Handles whose rows sell nothing.
    fn without_variants(&self, problems: &mut Problems) {
        for (handle, rows) in &self.rows {
            let sells = |row: &&Row| {
                let mut nothing = Problems::default();
                let cells = Cells {
                    row,
                    columns: self.columns,
                    problems: &mut nothing,
                };
                cells.is_variant()
            };
            if let Some(first) = rows.first()
                && !rows.iter().any(sells)
            {
                let reason =
                    format!("'{handle}' has no row with a price or a SKU: nothing to sell");
                problems.add(first.line, self.columns.called(Column::Price), reason);
            }
        }
    }
}

/// Stock below zero is oversold: there is none of it.
fn none_of_oversold(products: &mut [FileProduct], notes: &mut Vec<String>) {
    let mut oversold = 0;
    for product in products {
        if let FileStock::OnHand { pieces, .. } = &mut product.stock
            && *pieces < 0
        {
            *pieces = 0;
            oversold += 1;
        }
    }
    if oversold > 0 {
        notes.push(format!(
            "{} with a stock below zero: oversold, so there are none of {}.",
            counted(oversold),
            if oversold == 1 { "it" } else { "them" },
        ));
    }
}

/// "1 product", "3 products".
pub(super) fn counted(count: u64) -> String {
    format!("{count} product{}", if count == 1 { "" } else { "s" })
}

fn variant_slug(handle: &str, options: &[String]) -> String {
    let options = slugify(&options.join("-"));
    match (handle.is_empty(), options.is_empty()) {
        (_, true) => handle.to_owned(),
        (true, false) => options,
        (false, false) => format!("{handle}-{options}"),
    }
}
