//! SKUs of rows that have none, and of rows that share one.

use super::column::Column;
use super::field;
use super::problem::Problems;
use super::rows::{FileProduct, OnDuplicate, WrongRow, counted};
use super::slug::slugify;
use super::table::Columns;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// What a SKU is made of where there is none: handle and options. It depends on nothing else in the file,
/// so that it is the same at each import, whatever rows come, go or change places.
pub(super) fn sku_stem(handle: &str, options: &[String]) -> String {
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
pub(super) fn with_skus(
    products: Vec<FileProduct>,
    columns: &Columns,
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
            product.sku.clone_from(&product.stem);
            taken.insert(product.sku.clone());
            made += 1;
        }
        if let Some(first) = lines.get(&product.sku) {
            match on_duplicate {
                OnDuplicate::Error => {
                    let (sku, line) = (&product.sku, product.line);
                    let reason = format!("{sku} on line {line} is already the SKU of line {first}");
                    problems.add_shared_sku(line, columns.called(Column::Sku), reason);
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

/// Says of rows that are wrong anyway that another has their SKU too.
pub(super) fn name_shared_skus(
    products: &[FileProduct],
    wrong: &[WrongRow],
    columns: &Columns,
    problems: &mut Problems,
) {
    let right = products.iter().map(|product| (&*product.sku, product.line));
    let mut lines: HashMap<&str, u64> = right.collect();
    for row in wrong.iter().filter(|row| !row.sku.is_empty()) {
        match lines.get(&*row.sku) {
            Some(other) => {
                let reason = format!("{} is also the SKU of line {other}", row.sku);
                problems.add_shared_sku(row.line, columns.called(Column::Sku), reason);
            }
            None => {
                lines.insert(&row.sku, row.line);
            }
        }
    }
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
