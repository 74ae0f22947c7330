//! Telling EntMine that its database was restored from a backup.

use super::{EntMine, Writing};
use crate::audit;
use crate::catalog;
use crate::error::StorageError;
use crate::order::OrderNumber;

/// What EntMine is after a restore was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The new epoch.
    pub epoch: i64,
    /// Of each year that was named, the last number that counts as given out; later orders of that
    /// year get numbers after it.
    pub last_numbers: Vec<String>,
}

/// Why a restore could not be declared.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Nothing was changed.
    #[error("'{0}' is not an order number such as SO-2026-000123")]
    BadNumber(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl EntMine {
    /// Declares that this database was restored from a backup. The epoch goes up by one, by which
    /// stores know that what they read before counts no longer; and numbers that were given out
    /// after the backup was made are not given out again: `highest` are the highest ones that the
    /// stores know, one or more of each year.
    ///
    /// # Errors
    /// [`RestoreError::BadNumber`] names the first of `highest` that is no order number;
    /// [`RestoreError::Storage`] says by its `may_be_written` whether the restore may have been
    /// declared. Declaring it once more does no harm.
    pub async fn restored(&self, highest: &[String]) -> Result<Restored, RestoreError> {
        let mut numbers = Vec::with_capacity(highest.len());
        for text in highest {
            let number = OrderNumber::parse(text);
            numbers.push(number.ok_or_else(|| RestoreError::BadNumber(text.clone()))?);
        }
        let restored = self
            .write("entmine.restored", move |tx| {
                Box::pin(async move { restore(tx, numbers).await })
            })
            .await?;
        self.learn_epoch(restored.epoch);
        // Nothing changed in the catalogue, but whoever listens has to look at the epoch.
        self.inner.newest.send_modify(|_| {});
        Ok(restored)
    }
}

async fn restore(
    tx: &mut Writing<'_>,
    mut numbers: Vec<OrderNumber>,
) -> Result<Restored, StorageError> {
    // The highest of each year, the years in order.
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers.dedup_by_key(|number| number.year);
    numbers.reverse();
    let epoch = catalog::epoch(tx.conn()).await? + 1;
    sqlx::query("UPDATE settings SET value = $1 WHERE name = 'epoch'")
        .bind(epoch.to_string())
        .execute(tx.conn())
        .await?;
    let mut last_numbers = Vec::with_capacity(numbers.len());
    for number in numbers {
        last_numbers.push(number.pass(tx).await?.to_string());
    }
    let entry = audit::Entry {
        actor: "entmine",
        event: "entmine.restored",
        subject: &format!("epoch {epoch}"),
        detail: &format!("numbers go on after: {}", last_numbers.join(", ")),
    };
    tx.note(entry);
    Ok(Restored {
        epoch,
        last_numbers,
    })
}
