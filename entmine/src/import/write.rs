//! Writing a product file into the database, all of it or nothing.

use super::rows::FileProduct;
use super::slug::slugify;
use super::{ImportReport, ProductFile};
use crate::audit;
use crate::batch::{self, BATCH_ROWS};
use crate::catalog::{NewPrice, ProductRow, record_changes, record_prices};
use crate::error::StorageError;
use crate::stock::{Moved, MovementKind, record_movements};
use crate::storage::{EntMine, Writing};
use sqlx::Row;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

impl EntMine {
    /// Writes a file's products, found by SKU: new ones are added, changed ones updated, others
    /// left alone. Importing the same file again changes nothing. Stock is set to the file's
    /// (reservations stay); products that the file does not name stay as they are.
    ///
    /// `progress` is told how many products are done, from time to time and at the end. A caller
    /// that stops waiting does not stop the import.
    ///
    /// # Errors
    /// [`StorageError`]; nothing of the file is there then, unless its `may_be_written` says so.
    pub async fn import(
        &self,
        file: &ProductFile,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<ImportReport, StorageError> {
        self.import_by("entmine", file, progress).await
    }

    /// As [`EntMine::import`]; `actor` is who did it, as the audit names people: `staff:<name>`.
    ///
    /// # Errors
    /// [`StorageError`]; nothing of the file is there then, unless its `may_be_written` says so.
    pub async fn import_by(
        &self,
        actor: &str,
        file: &ProductFile,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<ImportReport, StorageError> {
        let actor = actor.to_owned();
        let products = Arc::clone(&file.products);
        let (done, mut told) = mpsc::unbounded_channel();
        let work = self.write("entmine.import", move |tx| {
            Box::pin(async move { write(tx, &actor, &products, &done).await })
        });
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(count) = told.recv() => progress(count),
                report = &mut work => return report,
            }
        }
    }
}

async fn write(
    tx: &mut Writing<'_>,
    actor: &str,
    file: &[FileProduct],
    done: &mpsc::UnboundedSender<u64>,
) -> Result<ImportReport, StorageError> {
    let known = known(tx).await?;
    let slugs = slugs(file, &known);
    let wanted: Vec<Wanted<'_>> = file
        .iter()
        .zip(&slugs)
        .map(|(product, slug)| Wanted {
            product,
            slug,
            before: known.get(&product.sku),
        })
        .collect();
    let mut report = ImportReport::default();
    let mut count = 0;
    for batch in wanted.chunks(BATCH_ROWS) {
        let differing: Vec<_> = batch.iter().filter(|wanted| wanted.differs()).collect();
        let new = differing
            .iter()
            .filter(|wanted| wanted.before.is_none())
            .count() as u64;
        report.new += new;
        report.changed += differing.len() as u64 - new;
        report.unchanged += (batch.len() - differing.len()) as u64;
        upsert(tx, actor, &differing).await?;
        count += batch.len() as u64;
        // Nobody listens where the caller has gone.
        let _ = done.send(count);
    }
    note(tx, actor, report).await?;
    Ok(report)
}

/// A product of the file beside what EntMine has of it.
struct Wanted<'a> {
    product: &'a FileProduct,
    slug: &'a str,
    before: Option<&'a ProductRow>,
}

impl Wanted<'_> {
    fn differs(&self) -> bool {
        let wanted = self.product;
        self.before.is_none_or(|before| {
            let has = &before.product;
            self.price_differs()
                || before.on_hand != wanted.quantity
                || has.slug != self.slug
                || has.name != wanted.name
                || has.category != wanted.category
                || has.description != wanted.description
                || has.image != wanted.image
                || has.published != wanted.published
        })
    }

    /// The same number in another currency is another price.
    fn price_differs(&self) -> bool {
        self.before.is_none_or(|before| {
            before.product.price_minor != self.product.price_minor
                || before.product.currency != self.product.currency
        })
    }

    /// Whoever is shown the product as it was before pays too little, or cannot have it.
    fn is_urgent(&self) -> bool {
        self.before.is_some_and(|before| {
            let has = &before.product;
            has.published && (!self.product.published || has.price_minor < self.product.price_minor)
        })
    }

    fn price_version(&self) -> i64 {
        let before = self.before.map_or(0, |before| before.product.price_version);
        before + i64::from(self.price_differs())
    }
}

async fn known(tx: &mut Writing<'_>) -> Result<HashMap<String, ProductRow>, StorageError> {
    let rows = sqlx::query("SELECT * FROM products")
        .fetch_all(tx.conn())
        .await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in &rows {
        let row = ProductRow::read(row)?;
        known.insert(row.product.sku.clone(), row);
    }
    Ok(known)
}

/// The address of each product of the file. The file's own are unique; where a product that the
/// file does not name (a renamed SKU leaves one) has an address already, the file's product gets
/// one with its SKU, and the same one at each import.
fn slugs(file: &[FileProduct], known: &HashMap<String, ProductRow>) -> Vec<String> {
    let named: HashSet<&str> = file.iter().map(|product| product.sku.as_str()).collect();
    let others: HashSet<&str> = known
        .values()
        .filter(|row| !named.contains(row.product.sku.as_str()))
        .map(|row| row.product.slug.as_str())
        .collect();
    let mut taken: HashSet<String> = file.iter().map(|product| product.slug.clone()).collect();
    file.iter()
        .map(|product| {
            if !others.contains(product.slug.as_str()) {
                return product.slug.clone();
            }
            let stem = format!("{}-{}", product.slug, slugify(&product.sku));
            let mut slug = stem.clone();
            let mut number = 2;
            while others.contains(slug.as_str()) || taken.contains(&slug) {
                slug = format!("{stem}-{number}");
                number += 1;
            }
            taken.insert(slug.clone());
            slug
        })
        .collect()
}

/// Adds or updates products, with their prices and their changes in the stream.
async fn upsert(
    tx: &mut Writing<'_>,
    actor: &str,
    wanted: &[&Wanted<'_>],
) -> Result<(), StorageError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let sql = batch::insert(
        "INSERT INTO products (sku, version, name, slug, category, description, image, currency,
                               price_minor, price_version, on_hand, reserved, published)",
        13,
        wanted.len(),
        "ON CONFLICT (sku) DO UPDATE SET
             version = products.version + 1, name = excluded.name, slug = excluded.slug,
             category = excluded.category, description = excluded.description,
             image = excluded.image, currency = excluded.currency,
             price_minor = excluded.price_minor, price_version = excluded.price_version,
             on_hand = excluded.on_hand, published = excluded.published,
             archived = CASE WHEN excluded.published = 1 THEN 0 ELSE products.archived END
         RETURNING sku, version, on_hand, reserved",
    );
    let mut query = sqlx::query(sql);
    for wanted in wanted {
        let product = wanted.product;
        query = query
            .bind(&product.sku)
            .bind(1_i64)
            .bind(&product.name)
            .bind(wanted.slug)
            .bind(&product.category)
            .bind(&product.description)
            .bind(&product.image)
            .bind(&product.currency)
            .bind(product.price_minor)
            .bind(wanted.price_version())
            .bind(product.quantity)
            .bind(0_i64)
            .bind(i64::from(product.published));
    }
    let rows = query.fetch_all(tx.conn()).await?;
    let mut changed = Vec::with_capacity(rows.len());
    let before: HashMap<&str, i64> = wanted
        .iter()
        .filter_map(|wanted| Some((wanted.product.sku.as_str(), wanted.before?.on_hand)))
        .collect();
    let mut moved = Vec::new();
    for row in &rows {
        let (sku, on_hand): (String, i64) = (row.try_get("sku")?, row.try_get("on_hand")?);
        let on_hand_change = on_hand - before.get(sku.as_str()).copied().unwrap_or(0);
        if on_hand_change != 0 {
            moved.push(Moved {
                sku: sku.clone(),
                on_hand_change,
                reserved_change: 0,
                on_hand,
                reserved: row.try_get("reserved")?,
            });
        }
        changed.push((sku, row.try_get("version")?));
    }
    record_movements(tx, MovementKind::Count, &moved, actor, "product file", None).await?;
    tx.urgent |= wanted.iter().any(|wanted| wanted.is_urgent());
    let prices: Vec<NewPrice> = wanted
        .iter()
        .filter(|wanted| wanted.price_differs())
        .map(|wanted| NewPrice {
            sku: wanted.product.sku.clone(),
            price_version: wanted.price_version(),
            price_minor: wanted.product.price_minor,
        })
        .collect();
    record_prices(tx, &prices).await?;
    record_changes(tx, &changed).await
}

async fn note(tx: &mut Writing<'_>, actor: &str, report: ImportReport) -> Result<(), StorageError> {
    let ImportReport {
        new,
        changed,
        unchanged,
    } = report;
    let entry = audit::Entry {
        actor,
        event: "catalog.import",
        subject: "catalog",
        detail: &format!("{new} new, {changed} changed, {unchanged} unchanged"),
    };
    audit::record(tx, entry).await
}
