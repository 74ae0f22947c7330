//! Writing a product file into the database, all of it or nothing.

use super::ProductFile;
use super::plan::{ImportReport, Wanted, plan};
use super::problem::Problems;
use crate::audit;
use crate::batch::{self, BATCH_ROWS};
use crate::catalog::{NewPrice, ProductRow, ProductStatus, record_changes, record_prices};
use crate::error::StorageError;
use crate::search::product_text;
use crate::stock::{Moved, MovementKind, record_movements};
use crate::storage::{EntMine, Writing};
use sqlx::{AnyConnection, Row};
use std::collections::HashMap;
use tokio::sync::mpsc;

/// What happens to a file of which some rows are wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRows {
    /// Nothing of it is imported.
    #[default]
    Refuse,
    /// The others are imported.
    Skip,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Rows are wrong; nothing was imported.
    #[error("{} problems in the file", .0.count())]
    Refused(Problems),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl EntMine {
    /// What importing a file would do now. Nothing is written.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn plan_import(&self, file: &ProductFile) -> Result<ImportReport, StorageError> {
        let file = file.clone();
        self.read(move |conn| {
            Box::pin(async move {
                let known = known(conn).await?;
                Ok(plan(&file, &known).1)
            })
        })
        .await
    }

    /// Imports a file as EntMine itself; a file with a bad row is refused.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn import(
        &self,
        file: &ProductFile,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<ImportReport, ImportError> {
        self.import_by("entmine", file, BadRows::Refuse, progress)
            .await
    }

    /// Writes a file's products, found by SKU: new ones are added, changed ones updated, others left
    /// alone. Importing the same file again changes nothing. What the file does not name stays as it
    /// is, and so does a product that is another by now than the file saw.
    ///
    /// `actor` is who does it, as the audit names people: `staff:<name>`. `progress` is told how many
    /// products are done, from time to time and at the end. A caller that stops waiting does not stop
    /// the import.
    ///
    /// # Errors
    /// [`ImportError`]; nothing of the file is there then, unless the storage's `may_be_written` says so.
    pub async fn import_by(
        &self,
        actor: &str,
        file: &ProductFile,
        bad_rows: BadRows,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<ImportReport, ImportError> {
        if bad_rows == BadRows::Refuse && !file.problems.is_empty() {
            return Err(ImportError::Refused(file.problems.clone()));
        }
        let (actor, file) = (actor.to_owned(), file.clone());
        let (done, mut told) = mpsc::unbounded_channel();
        let work = self.write("entmine.import", move |tx| {
            Box::pin(async move { write(tx, &actor, &file, bad_rows, &done).await })
        });
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(count) = told.recv() => progress(count),
                report = &mut work => return report?.map_err(ImportError::Refused),
            }
        }
    }
}

async fn write(
    tx: &mut Writing<'_>,
    actor: &str,
    file: &ProductFile,
    bad_rows: BadRows,
    done: &mpsc::UnboundedSender<u64>,
) -> Result<Result<ImportReport, Problems>, StorageError> {
    let known = known(tx.conn()).await?;
    let (wanted, report) = plan(file, &known);
    if bad_rows == BadRows::Refuse && !report.problems.is_empty() {
        return Ok(Err(report.problems));
    }
    let mut count = (file.products.len() - wanted.len()) as u64;
    // Nobody listens where the caller has gone.
    let _ = done.send(count);
    for batch in wanted.chunks(BATCH_ROWS) {
        upsert(tx, actor, batch).await?;
        count += batch.len() as u64;
        let _ = done.send(count);
    }
    for batch in report.counted.chunks(BATCH_ROWS) {
        remember_counted(tx, batch).await?;
    }
    note(tx, actor, &report).await?;
    Ok(Ok(report))
}

/// Writes down that a file named stocks that were so already. No product is another by it.
async fn remember_counted(tx: &mut Writing<'_>, skus: &[String]) -> Result<(), StorageError> {
    let places: Vec<String> = (1..=skus.len()).map(|place| format!("${place}")).collect();
    let places = places.join(", ");
    let sql = format!("UPDATE products SET imported_on_hand = on_hand WHERE sku IN ({places})");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for sku in skus {
        query = query.bind(sku);
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

async fn known(conn: &mut AnyConnection) -> Result<HashMap<String, ProductRow>, StorageError> {
    let rows = sqlx::query("SELECT * FROM products")
        .fetch_all(conn)
        .await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in &rows {
        let row = ProductRow::read(row)?;
        known.insert(row.product.sku.clone(), row);
    }
    Ok(known)
}

/// Adds or updates products, with their prices and their changes in the stream.
async fn upsert(
    tx: &mut Writing<'_>,
    actor: &str,
    wanted: &[Wanted<'_>],
) -> Result<(), StorageError> {
    let sql = batch::insert(
        "INSERT INTO products (sku, version, name, slug, category, description, image, currency,
                               price_minor, price_version, on_hand, reserved, published, listed,
                               archived, tracked, imported_on_hand, search_text)",
        18,
        wanted.len(),
        "ON CONFLICT (sku) DO UPDATE SET
             version = products.version + 1, name = excluded.name, slug = excluded.slug,
             category = excluded.category, description = excluded.description,
             image = excluded.image, currency = excluded.currency,
             price_minor = excluded.price_minor, price_version = excluded.price_version,
             on_hand = excluded.on_hand, published = excluded.published,
             listed = excluded.listed, archived = excluded.archived,
             tracked = excluded.tracked, imported_on_hand = excluded.imported_on_hand,
             search_text = excluded.search_text
         RETURNING sku, version, on_hand, reserved",
    );
    let mut query = sqlx::query(sql);
    for wanted in wanted {
        query = query
            .bind(&wanted.row.sku)
            .bind(1_i64)
            .bind(wanted.name)
            .bind(&wanted.slug)
            .bind(wanted.category)
            .bind(wanted.description)
            .bind(wanted.image)
            .bind(wanted.currency)
            .bind(wanted.price_minor)
            .bind(wanted.price_version())
            .bind(wanted.on_hand)
            .bind(0_i64)
            .bind(i64::from(wanted.status.is_published()))
            .bind(i64::from(wanted.status.is_listed()))
            .bind(i64::from(wanted.status == ProductStatus::Archived))
            .bind(i64::from(wanted.tracked))
            .bind(wanted.imported_on_hand)
            .bind(product_text(wanted.name, &wanted.row.sku, wanted.category));
    }
    let rows = query.fetch_all(tx.conn()).await?;
    let mut changed = Vec::with_capacity(rows.len());
    let before: HashMap<&str, i64> = wanted
        .iter()
        .filter_map(|wanted| Some((wanted.row.sku.as_str(), wanted.before?.on_hand)))
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
            sku: wanted.row.sku.clone(),
            price_version: wanted.price_version(),
            price_minor: wanted.price_minor,
        })
        .collect();
    record_prices(tx, &prices).await?;
    record_changes(tx, &changed).await?;
    // The history of each product says who imported it, and what that changed.
    let details: Vec<_> = wanted
        .iter()
        .map(|wanted| (wanted.row.sku.as_str(), wanted.what()))
        .collect();
    audit::record_each(tx, actor, "product.imported", &details).await
}

async fn note(
    tx: &mut Writing<'_>,
    actor: &str,
    report: &ImportReport,
) -> Result<(), StorageError> {
    let ImportReport {
        new,
        changed,
        unchanged,
        left_alone,
        problems,
        ..
    } = report;
    let (left_alone, refused) = (left_alone.len(), problems.count());
    let entry = audit::Entry {
        actor,
        event: "catalog.import",
        subject: "catalog",
        detail: &format!(
            "{new} new, {changed} changed, {unchanged} unchanged, {left_alone} left alone, \
             {refused} problems"
        ),
    };
    audit::record(tx, entry).await
}
