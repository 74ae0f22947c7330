//! What a file would do to the products that there are: compared before anything is written, and again
//! in the transaction that writes.

use super::ProductFile;
use super::column::Column;
use super::problem::{Problems, RowError};
use super::rows::{FileProduct, FileStock, counted};
use super::slug::slugify;
use crate::catalog::{ProductRow, ProductStatus, StockedProduct};
use model::format_minor;
use std::collections::{HashMap, HashSet};

/// What an import did, or would do, in products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// SKUs that EntMine did not have.
    pub new: u64,
    /// SKUs of which anything differed.
    pub changed: u64,
    /// SKUs that were already as the file says; these got no new version.
    pub unchanged: u64,
    /// Rows that were left alone, because the product is another by now than the file saw.
    pub left_alone: Vec<RowError>,
    /// What is wrong with the file; nothing of these rows was imported.
    pub problems: Problems,
    /// What else a merchant should know, in whole sentences.
    pub notes: Vec<String>,
    /// SKUs that were already as the file says, and whose stock it names for the first time: later files
    /// compare with that.
    pub(super) counted: Vec<String>,
}

/// A product as it will be.
pub(super) struct Wanted<'a> {
    pub row: &'a FileProduct,
    pub before: Option<&'a ProductRow>,
    pub name: &'a str,
    pub slug: String,
    pub category: &'a str,
    pub description: &'a str,
    pub image: &'a str,
    pub currency: &'a str,
    pub price_minor: i64,
    pub status: ProductStatus,
    pub tracked: bool,
    pub on_hand: i64,
    /// See [`ProductRow::imported_on_hand`].
    pub imported_on_hand: Option<i64>,
}

impl Wanted<'_> {
    fn differs(&self) -> bool {
        let Some(before) = self.before else {
            return true;
        };
        let has = &before.product;
        self.price_differs()
            || before.on_hand != self.on_hand
            || has.slug != self.slug
            || has.name != self.name
            || has.category != self.category
            || has.description != self.description
            || has.image != self.image
            || has.tracked != self.tracked
            || status_of(before) != self.status
    }

    /// Whether later files compare the stock with another number from now on.
    fn is_counted_anew(&self) -> bool {
        let before = self.before.and_then(|before| before.imported_on_hand);
        before != self.imported_on_hand
    }

    /// The same number in another currency is another price.
    pub fn price_differs(&self) -> bool {
        self.before.is_none_or(|before| {
            before.product.price_minor != self.price_minor
                || before.product.currency != self.currency
        })
    }

    /// What the file changes of it, in words for the audit.
    pub fn what(&self) -> String {
        let price = format_minor(self.price_minor, self.currency);
        let Some(before) = self.before else {
            return format!("new at {price}, stock {}", self.on_hand);
        };
        let has = &before.product;
        let mut what = Vec::new();
        if self.price_differs() {
            let old = format_minor(has.price_minor, &has.currency);
            what.push(format!("price {old} -> {price}"));
        }
        if before.on_hand != self.on_hand {
            what.push(format!("stock {} -> {}", before.on_hand, self.on_hand));
        }
        if has.name != self.name {
            what.push(format!("name {} -> {}", has.name, self.name));
        }
        if has.category != self.category {
            what.push(format!("category {} -> {}", has.category, self.category));
        }
        if status_of(before) != self.status {
            what.push(format!("status {}", self.status.as_str()));
        }
        for (word, differs) in [
            ("counted or not", has.tracked != self.tracked),
            ("address", has.slug != self.slug),
            ("text", has.description != self.description),
            ("picture", has.image != self.image),
        ] {
            if differs {
                what.push(word.to_owned());
            }
        }
        what.join("; ")
    }

    /// Whoever is shown the product as it was before pays too little, or cannot have it.
    pub fn is_urgent(&self) -> bool {
        self.before.is_some_and(|before| {
            let has = &before.product;
            has.published && (!self.status.is_published() || has.price_minor < self.price_minor)
        })
    }

    pub fn price_version(&self) -> i64 {
        let before = self.before.map_or(0, |before| before.product.price_version);
        before + i64::from(self.price_differs())
    }
}

fn status_of(row: &ProductRow) -> ProductStatus {
    ProductStatus::of(row.product.published, row.product.listed, row.archived)
}

/// Compares a file with the products that there are. What differs is to be written; the rest is in the
/// report.
pub(super) fn plan<'a>(
    file: &'a ProductFile,
    known: &'a HashMap<String, ProductRow>,
) -> (Vec<Wanted<'a>>, ImportReport) {
    let mut report = ImportReport {
        problems: file.problems.clone(),
        notes: file.notes.clone(),
        ..ImportReport::default()
    };
    let mut slugs = Slugs::of(file, known);
    let mut wanted = Vec::new();
    // New products that a column is missing for.
    let mut missing = HashMap::new();
    let (mut without_stock, mut examples) = (0, Vec::new());
    for row in file.products.iter() {
        let before = known.get(&row.sku);
        let one = match before {
            Some(before) => changed(file, row, before, &mut slugs, &mut report.left_alone),
            None => new(file, row, &mut slugs, &mut report.problems, &mut missing),
        };
        let Some(one) = one else {
            continue;
        };
        if before.is_none() {
            report.new += 1;
            without_stock += u64::from(row.stock == FileStock::Silent && one.tracked);
            if examples.len() < 3 {
                examples.push(format_minor(one.price_minor, one.currency));
            }
        } else if one.differs() {
            report.changed += 1;
        } else {
            report.unchanged += 1;
            if one.is_counted_anew() {
                report.counted.push(row.sku.clone());
            }
            continue;
        }
        wanted.push(one);
    }
    for column in [Column::Title, Column::Price] {
        if let Some(count) = missing.get(column.name()) {
            let are = if *count == 1 { "is" } else { "are" };
            let reason = format!("this column is missing, and {} {are} new", counted(*count));
            report.problems.add(1, column.name(), reason);
        }
    }
    if !examples.is_empty() {
        let (currency, examples) = (&file.currency, examples.join(", "));
        let note = format!("Prices of new products are taken as {currency}, such as {examples}.");
        report.notes.push(note);
    }
    if without_stock > 0 {
        report.notes.push(format!(
            "{} new and without a stock in the file: none in the warehouse.",
            counted(without_stock)
        ));
    }
    (wanted, report)
}

/// A product that EntMine does not have; none where the row does not say enough.
fn new<'a>(
    file: &'a ProductFile,
    row: &'a FileProduct,
    slugs: &mut Slugs,
    problems: &mut Problems,
    missing: &mut HashMap<&'static str, u64>,
) -> Option<Wanted<'a>> {
    if file.is_inventory {
        let reason = format!("'{}' is the SKU of no product here", row.sku);
        problems.add(row.line, Column::Sku.name(), reason);
        return None;
    }
    for (column, is_there) in [
        (Column::Title, row.name.is_some()),
        (Column::Price, row.price_minor.is_some()),
    ] {
        if is_there {
            continue;
        }
        if file.table.columns.has(column) {
            let reason = format!("is empty, and '{}' is a new product", row.sku);
            problems.add(row.line, column.name(), reason);
        } else {
            *missing.entry(column.name()).or_default() += 1;
            let reason = format!("a new product needs the column {}", column.name());
            problems.add_dependent(row.line, reason);
        }
    }
    let (name, price_minor) = (row.name.as_deref()?, row.price_minor?);
    let pieces = match row.stock {
        FileStock::Silent => None,
        FileStock::OnHand { pieces, .. } => Some(pieces),
    };
    Some(Wanted {
        row,
        before: None,
        name,
        slug: slugs.free(&row.slug, name, &row.sku, None),
        category: row.category.as_deref().unwrap_or("Other"),
        description: row.description.as_deref().unwrap_or(""),
        image: row.image.as_deref().unwrap_or(""),
        currency: &file.currency,
        price_minor,
        status: row.status.unwrap_or_default(),
        tracked: row.tracked.unwrap_or(true),
        on_hand: pieces.unwrap_or(0),
        imported_on_hand: Some(pieces.unwrap_or(0)),
    })
}

/// A product that EntMine has, with what the row changes; none where it is left alone.
fn changed<'a>(
    file: &'a ProductFile,
    row: &'a FileProduct,
    before: &'a ProductRow,
    slugs: &mut Slugs,
    left_alone: &mut Vec<RowError>,
) -> Option<Wanted<'a>> {
    let has = &before.product;
    let mut leave = |column: Column, reason: String| {
        left_alone.push(RowError {
            line: row.line,
            column: column.name().to_owned(),
            reason: format!("{} {reason}", row.sku),
        });
    };
    let (on_hand, imported_on_hand) = match stock(row.stock, before) {
        Ok(stock) => stock,
        Err(reason) => {
            leave(Column::Quantity, reason);
            return None;
        }
    };
    let wanted = Wanted {
        row,
        before: Some(before),
        name: row.name.as_deref().unwrap_or(&has.name),
        slug: match row.slug.is_empty() {
            true => has.slug.clone(),
            false => slugs.free(&row.slug, &has.name, &row.sku, Some(&has.slug)),
        },
        category: row.category.as_deref().unwrap_or(&has.category),
        description: row.description.as_deref().unwrap_or(&has.description),
        image: row.image.as_deref().unwrap_or(&has.image),
        currency: match row.price_minor {
            Some(_) => &file.currency,
            None => &has.currency,
        },
        price_minor: row.price_minor.unwrap_or(has.price_minor),
        status: row.status.unwrap_or_else(|| status_of(before)),
        tracked: row.tracked.unwrap_or(has.tracked),
        on_hand,
        imported_on_hand,
    };
    if let Some(revision) = &row.revision
        && *revision != StockedProduct::from(before.clone()).edition()
        && wanted.differs()
    {
        let reason = "was changed here after the file was exported; export again to change it";
        leave(Column::Revision, reason.to_owned());
        return None;
    }
    Some(wanted)
}

/// The stock that a row makes, and what later files compare with; or why the row has to be left alone.
fn stock(stock: FileStock, before: &ProductRow) -> Result<(i64, Option<i64>), String> {
    let (has, last) = (before.on_hand, before.imported_on_hand);
    match stock {
        FileStock::Silent => Ok((has, last)),
        // The row does not change what the export saw.
        FileStock::OnHand {
            pieces,
            seen: Some(seen),
        } if pieces == seen => Ok((has, last)),
        FileStock::OnHand { pieces, .. } if pieces == has => Ok((has, Some(pieces))),
        FileStock::OnHand {
            pieces,
            seen: Some(seen),
        } if seen == has => Ok((pieces, Some(pieces))),
        FileStock::OnHand {
            seen: Some(seen), ..
        } => Err(format!(
            "has {has} pieces by now, where the file saw {seen}"
        )),
        // Without *Seen*: a file that says what it said the last time changes nothing either.
        FileStock::OnHand { pieces, seen: None } if last == Some(pieces) => Ok((has, last)),
        FileStock::OnHand { pieces, seen: None } if last == Some(has) => Ok((pieces, Some(pieces))),
        FileStock::OnHand { .. } => Err(format!(
            "has {has} pieces by now, and the file does not say which stock it saw; count the stock \
             here, or leave the stock's column out"
        )),
    }
}

/// The addresses of pages: those of products that the file does not move, and those that it gives out.
struct Slugs {
    taken: HashSet<String>,
    /// Addresses that rows of the file ask for and that nobody has yet.
    asked: HashSet<String>,
    /// Addresses that a product of the file has and goes on asking for, with its SKU: whatever the
    /// order of the rows, it keeps it.
    kept: HashMap<String, String>,
}

impl Slugs {
    fn of(file: &ProductFile, known: &HashMap<String, ProductRow>) -> Self {
        let moved: HashSet<&str> = file
            .products
            .iter()
            .filter(|row| !row.slug.is_empty())
            .map(|row| row.sku.as_str())
            .collect();
        let stays = known
            .values()
            .filter(|row| !moved.contains(row.product.sku.as_str()));
        Self {
            taken: stays.map(|row| row.product.slug.clone()).collect(),
            asked: file.products.iter().map(|row| row.slug.clone()).collect(),
            kept: file
                .products
                .iter()
                .filter_map(|row| {
                    let slug = &known.get(&row.sku)?.product.slug;
                    is_address_of(slug, row).then(|| (slug.clone(), row.sku.clone()))
                })
                .collect(),
        }
    }

    /// An address that no other product has: the one that the product has already, the one that is asked
    /// for, or one with the SKU; and the same one at each import.
    fn free(&mut self, asked: &str, name: &str, sku: &str, has: Option<&str>) -> String {
        if let Some(has) = has
            && self.kept.get(has).is_some_and(|owner| owner == sku)
            && self.taken.insert(has.to_owned())
        {
            return has.to_owned();
        }
        let candidates = [
            asked.to_owned(),
            slugify(name),
            slugify(sku),
            "product".into(),
        ];
        let stem = candidates.into_iter().find(|slug| !slug.is_empty());
        let stem = stem.unwrap_or_default();
        if !self.kept.contains_key(&stem) && self.taken.insert(stem.clone()) {
            return stem;
        }
        let stem = match slugify(sku) {
            sku if sku.is_empty() => stem,
            sku => format!("{stem}-{sku}"),
        };
        let mut slug = stem.clone();
        let mut number = 2;
        while self.asked.contains(&slug)
            || self.kept.contains_key(&slug)
            || !self.taken.insert(slug.clone())
        {
            slug = format!("{stem}-{number}");
            number += 1;
        }
        slug
    }
}

/// Whether an address is the one that a row asks for, or one that [`Slugs::free`] gave instead.
fn is_address_of(slug: &str, row: &FileProduct) -> bool {
    let sku = slugify(&row.sku);
    let with_sku = match sku.is_empty() {
        true => row.slug.clone(),
        false => format!("{}-{sku}", row.slug),
    };
    let numbered = |rest: &str| {
        let number = rest.strip_prefix('-').unwrap_or("x");
        rest.is_empty() || number.bytes().all(|byte| byte.is_ascii_digit())
    };
    !row.slug.is_empty()
        && (slug == row.slug || slug.strip_prefix(&*with_sku).is_some_and(numbered))
}
