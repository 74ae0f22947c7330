//! Handing a customer's data out.

use super::{Person, orders};
use crate::audit;
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;

/// Everything that EntMine holds of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonalData {
    /// RFC 3339 UTC.
    pub exported_at: String,
    /// The oldest first.
    pub orders: Vec<PersonalOrder>,
}

/// One order of that person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonalOrder {
    pub number: String,
    pub accepted_at: String,
    pub status: String,
    /// The order as the store sent it: name, addresses, lines, wishes.
    pub order: Value,
}

impl EntMine {
    /// A person's data, and a note in the audit that `actor` (`staff:<name>`) took them.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the note may be there.
    pub async fn export_person(
        &self,
        person: &Person,
        actor: &str,
    ) -> Result<PersonalData, StorageError> {
        let (person, actor) = (person.clone(), actor.to_owned());
        self.write("entmine.export", move |tx| {
            Box::pin(async move { export(tx, &person, &actor).await })
        })
        .await
    }
}

async fn export(
    tx: &mut Writing<'_>,
    person: &Person,
    actor: &str,
) -> Result<PersonalData, StorageError> {
    let mut exported = Vec::new();
    for order in orders(tx.conn(), person).await? {
        let number = order.number;
        let row = sqlx::query("SELECT accepted_at_ms, body FROM orders WHERE number = $1")
            .bind(&number)
            .fetch_one(tx.conn())
            .await?;
        let body: Vec<u8> = row.try_get("body")?;
        let entry = audit::Entry {
            actor,
            event: "order.exported",
            subject: &order.key,
            detail: &number,
        };
        tx.note(entry);
        exported.push(PersonalOrder {
            accepted_at: rfc3339(row.try_get("accepted_at_ms")?),
            status: order.status.as_str().to_owned(),
            order: serde_json::from_slice(&body)
                .map_err(|error| StorageError::Unreadable(format!("body of {number}: {error}")))?,
            number,
        });
    }
    Ok(PersonalData {
        exported_at: rfc3339(tx.now_ms),
        orders: exported,
    })
}
