//! Which product of an import gets which page's address.

use super::ProductFile;
use super::rows::FileProduct;
use super::slug::slugify;
use crate::catalog::StockedProduct;
use std::collections::{HashMap, HashSet};

/// The addresses of pages: those of products that the file does not move, and those that it gives out.
pub(super) struct Slugs {
    taken: HashSet<String>,
    /// Addresses that rows of the file ask for and that nobody has yet.
    asked: HashSet<String>,
    /// Addresses that a product of the file has and goes on asking for, with its SKU: whatever the
    /// order of the rows, it keeps it.
    kept: HashMap<String, String>,
}

impl Slugs {
    pub(super) fn of(file: &ProductFile, known: &HashMap<String, StockedProduct>) -> Self {
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
    pub(super) fn free(&mut self, asked: &str, name: &str, sku: &str, has: Option<&str>) -> String {
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
