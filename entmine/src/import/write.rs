//! Writing a product file into the database, all of it or nothing.

use super::ProductFile;
use super::plan::{ImportReport, plan};
use super::problem::Problems;
use crate::audit;
use crate::batch::BATCH_ROWS;
use crate::catalog::{StockedProduct, apply};
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use database::Conn;
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

impl ProductFile {
    /// What importing the file would do to an EntMine without products.
    pub fn plan_alone(&self) -> ImportReport {
        plan(self, &HashMap::new()).1
    }
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
        let refuses = bad_rows == BadRows::Refuse || file.problems.are_of_whole_file();
        if refuses && !file.problems.is_empty() {
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
    let mut changes = wanted.into_iter();
    loop {
        let batch: Vec<_> = changes.by_ref().take(BATCH_ROWS).collect();
        if batch.is_empty() {
            break;
        }
        count += batch.len() as u64;
        apply(tx, actor, batch).await?;
        let _ = done.send(count);
    }
    note(tx, actor, &report);
    Ok(Ok(report))
}

async fn known(conn: &mut Conn) -> Result<HashMap<String, StockedProduct>, StorageError> {
    let rows = sqlx::query("SELECT * FROM products")
        .fetch_all(conn)
        .await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in &rows {
        let row = StockedProduct::read(row)?;
        known.insert(row.product.sku.clone(), row);
    }
    Ok(known)
}

fn note(tx: &mut Writing<'_>, actor: &str, report: &ImportReport) {
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
    tx.note(entry);
}
