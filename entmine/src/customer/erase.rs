//! Erasing a customer's data.

use super::{Person, orders};
use crate::audit;
use crate::error::StorageError;
use crate::order::{erase_words, record_erasure};
use crate::storage::{EntMine, Writing};

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
    for order in orders(tx.conn(), person).await? {
        let number = order.number.clone();
        if order.is_open() {
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
        record_erasure(tx, &number, &order.store, order.status, actor).await?;
        let entry = audit::Entry {
            actor,
            event: "order.erased",
            subject: &order.key,
            detail: &number,
        };
        tx.note(entry);
        erasure.erased.push(number);
    }
    Ok(erasure)
}
