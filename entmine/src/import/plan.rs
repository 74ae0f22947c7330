//! What a file would do to the products that there are: compared before anything is written, and again
//! in the transaction that writes.

use super::ProductFile;
use super::column::Column;
use super::problem::{MOST_SHOWN, Problems, RowError};
use super::rows::{FileProduct, FileStock, counted};
use super::slugs::Slugs;
use crate::catalog::{
    FieldMarks, ProductChange, ProductFields, StockChange, StockedProduct, differences,
};
use crate::stock::MovementKind;
use model::{Product, format_minor};
use std::collections::HashMap;

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
    /// What is new and what changes, in words: the first hundred.
    pub changes: Vec<String>,
}

/// Why stock changes by a file, as the ledger says it.
const REASON: &str = "product file";

/// What a change changes, in words.
fn words(change: &ProductChange) -> String {
    let (row, wants) = (change.after(), &change.after().product);
    let price = format_minor(wants.price_minor, &wants.currency);
    let Some(before) = change.before() else {
        return format!("new at {price}, stock {}", row.on_hand);
    };
    let mut words = differences(
        (&ProductFields::of(before), &before.product.currency),
        (&ProductFields::of(row), &wants.currency),
    );
    if before.product.currency != wants.currency {
        words.push(format!(
            "currency {} -> {}",
            before.product.currency, wants.currency
        ));
    }
    if before.on_hand != row.on_hand {
        words.push(format!("stock {} -> {}", before.on_hand, row.on_hand));
    }
    if before.product.slug != wants.slug {
        words.push("address".to_owned());
    }
    words.join("; ")
}

/// The change with so many pieces more, or fewer.
fn with_pieces(change: ProductChange, pieces: i64) -> ProductChange {
    match pieces {
        0 => change,
        pieces => change.moved(StockChange {
            kind: MovementKind::Count,
            on_hand: pieces,
            reserved: 0,
            reason: REASON,
            number: None,
            request: None,
        }),
    }
}

/// Compares a file with the products that there are. What differs is to be written, and where only the
/// stock that files compare with does, that; the rest is in the report.
pub(super) fn plan(
    file: &ProductFile,
    known: &HashMap<String, StockedProduct>,
) -> (Vec<ProductChange>, ImportReport) {
    let mut report = ImportReport {
        problems: file.problems.clone(),
        notes: file.notes.clone(),
        ..ImportReport::default()
    };
    let mut slugs = Slugs::of(file, known);
    let mut wanted = Vec::new();
    // New products that a column is missing for.
    let mut missing = HashMap::new();
    let (mut without_stock, mut uncounted, mut unlisted) = (0, 0, 0);
    let mut examples = Vec::new();
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
            let is_silent = row.stock == FileStock::Silent;
            let is_tracked = one.after().product.tracked;
            without_stock += u64::from(is_silent && is_tracked);
            uncounted += u64::from(is_silent && !is_tracked && row.fields.tracked.is_none());
        } else if one.is_news() {
            report.changed += 1;
        } else {
            report.unchanged += 1;
            if one.is_written() {
                // Only what later files compare the stock with.
                wanted.push(one);
            }
            continue;
        }
        let was_listed = before.is_none_or(|before| before.product.listed);
        unlisted += u64::from(was_listed && !one.after().product.listed);
        if one.price_differs() && examples.len() < 3 {
            let product = &one.after().product;
            examples.push(format_minor(product.price_minor, &product.currency));
        }
        let words = words(&one);
        if report.changes.len() < MOST_SHOWN {
            report.changes.push(format!("{}: {words}", row.sku));
        }
        wanted.push(one.noted("product.imported", words));
    }
    for row in file
        .wrong
        .iter()
        .filter(|row| !known.contains_key(&row.sku))
    {
        let newly = NewRow {
            line: row.line,
            sku: &row.sku,
            says_title: row.says_title,
        };
        newly.say_what_it_lacks(file, &mut report.problems, &mut missing);
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
        let note = format!("New prices are taken as {currency}, such as {examples}.");
        report.notes.push(note);
    }
    if without_stock > 0 {
        report.notes.push(format!(
            "{} new and without a stock in the file: none in the warehouse.",
            counted(without_stock)
        ));
    }
    if uncounted > 0 {
        report.notes.push(format!(
            "{} new and with an empty stock: the stock is not counted, and {} can always be bought.",
            counted(uncounted),
            if uncounted == 1 { "it" } else { "they" },
        ));
    }
    if unlisted > 0 {
        report.notes.push(format!(
            "{} unlisted: sold by {} address, in no list and not found by search.",
            counted(unlisted),
            if unlisted == 1 { "its" } else { "their" },
        ));
    }
    (wanted, report)
}

/// A row of a product that EntMine does not have, right or wrong.
struct NewRow<'r> {
    line: u64,
    /// Empty where it cannot be known.
    sku: &'r str,
    says_title: bool,
}

impl NewRow<'_> {
    /// Says what the row would have to say besides. Columns that are not there are counted.
    fn say_what_it_lacks(
        &self,
        file: &ProductFile,
        problems: &mut Problems,
        missing: &mut HashMap<&'static str, u64>,
    ) {
        let (line, sku, columns) = (self.line, self.sku, &file.table.columns);
        if file.is_inventory {
            if !sku.is_empty() {
                let reason = format!("'{sku}' is the SKU of no product here");
                problems.add(line, Column::Sku.name(), reason);
            }
            return;
        }
        // An empty price was named where the row was read.
        for column in [Column::Title, Column::Price] {
            if !columns.has(column) {
                *missing.entry(column.name()).or_default() += 1;
                let reason = format!("a new product needs the column {}", column.name());
                problems.add_dependent(line, reason);
            }
        }
        if columns.has(Column::Title) && !self.says_title {
            let product = match sku {
                "" => "the product is new".to_owned(),
                sku => format!("'{sku}' is a new product"),
            };
            problems.add(
                line,
                Column::Title.name(),
                format!("is empty, and {product}"),
            );
        }
    }
}

/// A product that EntMine does not have; none where the row does not say enough.
fn new(
    file: &ProductFile,
    row: &FileProduct,
    slugs: &mut Slugs,
    problems: &mut Problems,
    missing: &mut HashMap<&'static str, u64>,
) -> Option<ProductChange> {
    let newly = NewRow {
        line: row.line,
        sku: &row.sku,
        says_title: row.fields.name.is_some(),
    };
    newly.say_what_it_lacks(file, problems, missing);
    if file.is_inventory {
        return None;
    }
    let mut fields = ProductFields {
        // Shopify leaves the stock of what it does not count empty.
        tracked: row.stock != FileStock::Silent || !file.table.columns.has(Column::Quantity),
        ..ProductFields::default()
    };
    row.fields.write_into(&mut fields);
    (row.fields.name.as_ref()).and(row.fields.price_minor)?;
    let pieces = match row.stock {
        FileStock::Silent => None,
        FileStock::OnHand { pieces, .. } => Some(pieces),
    };
    let mut after = StockedProduct {
        product: Product {
            sku: row.sku.clone(),
            slug: slugs.free(&row.slug, &fields.name, &row.sku, None),
            currency: file.currency.clone(),
            ..Product::default()
        },
        imported_on_hand: Some(pieces.unwrap_or(0)),
        ..StockedProduct::default()
    };
    fields.write_into(&mut after);
    Some(with_pieces(ProductChange::new(after), pieces.unwrap_or(0)))
}

/// A product that EntMine has, with what the row changes; none where it is left alone.
fn changed(
    file: &ProductFile,
    row: &FileProduct,
    before: &StockedProduct,
    slugs: &mut Slugs,
    left_alone: &mut Vec<RowError>,
) -> Option<ProductChange> {
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
    let mut after = before.clone();
    after.imported_on_hand = imported_on_hand;
    if !row.slug.is_empty() {
        after.product.slug = slugs.free(&row.slug, &has.name, &row.sku, Some(&has.slug));
    }
    let mut fields = ProductFields::of(before);
    row.fields.write_into(&mut fields);
    if let Some(revision) = &row.revision {
        let marks = FieldMarks::parse(revision);
        let both = marks.conflicts(&fields, before);
        if !both.is_empty() {
            let fields = both.join(", ");
            let reason = format!(
                "was changed here after the file was exported, and the file changes the same: \
                 {fields}; export again to change it"
            );
            leave(Column::Revision, reason);
            return None;
        }
        // What the file did not touch stays as a colleague has it by now.
        fields = marks.merge(&fields, before);
    }
    fields.write_into(&mut after);
    if row.fields.price_minor.is_some() {
        after.product.currency.clone_from(&file.currency);
    }
    let change = ProductChange::of(before.clone()).with(|row| *row = after);
    Some(with_pieces(change, on_hand - before.on_hand))
}

/// The stock that a row makes, and what later files compare with; or why the row has to be left alone.
fn stock(stock: FileStock, before: &StockedProduct) -> Result<(i64, Option<i64>), String> {
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
