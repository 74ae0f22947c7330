//! Erasing a customer's data.

use super::{Person, numbers};
use crate::audit;
use crate::error::StorageError;
use crate::order::{erase_words, next_steps, record_erasure, status_of};
use crate::storage::{EntMine, Writing};
use sqlx::Row;

/// What an erasure did, by order numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasure {
    pub erased: Vec<String>,
    /// Their goods have yet to reach somebody; ship or cancel them first.
    pub open: Vec<String>,
}

impl EntMine {
    /// Erases a person's data from the orders that are shipped or cancelled. `actor` is
    /// `staff:<name>`.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether they may be gone. Erasing once more does
    /// no harm.
    pub async fn erase(&self, person: &Person, actor: &str) -> Result<Erasure, StorageError> {
        let (person, actor) = (person.clone(), actor.to_owned());
        self.write("entmine.erase", move |tx| {
            Box::pin(async move { erase(tx, &person, &actor).await })
        })
        .await
    }
}

async fn erase(
    tx: &mut Writing<'_>,
    person: &Person,
    actor: &str,
) -> Result<Erasure, StorageError> {
    let mut erasure = Erasure::default();
    for number in numbers(tx.conn(), person).await? {
        let row = sqlx::query("SELECT key, store, status FROM orders WHERE number = $1")
            .bind(&number)
            .fetch_one(tx.conn())
            .await?;
        let status = status_of(&row.try_get::<String, _>("status")?)?;
        if !next_steps(status).is_empty() {
            erasure.open.push(number);
            continue;
        }
        let now_ms = tx.now_ms;
        erase_words(tx.conn(), &number).await?;
        // The database refuses to empty the body unless all of this goes with it.
        sqlx::query(
            "UPDATE orders
             SET erased_at_ms = $1, body = $2, name = '', email = '', phone = NULL, line1 = '',
                 line2 = NULL, city = '', postcode = '', country = '', note = NULL,
                 email_key = ''
             WHERE number = $3",
        )
        .bind(now_ms)
        .bind(Vec::<u8>::new())
        .bind(&number)
        .execute(tx.conn())
        .await?;
        // The store has a copy, and hears of it by its list of changes.
        let store: String = row.try_get("store")?;
        record_erasure(tx, &number, &store, status, actor).await?;
        let entry = audit::Entry {
            actor,
            event: "order.erased",
            subject: &row.try_get::<String, _>("key")?,
            detail: &number,
        };
        tx.note(entry);
        erasure.erased.push(number);
    }
    Ok(erasure)
}
