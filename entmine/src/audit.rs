//! The record of who did what.

use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::search::{audit_text, has_words, pattern, patterns};
use crate::storage::EntMine;
use database::{Change, Conn};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Entries on one page.
const PAGE: i64 = 100;

/// One entry; none of its texts may hold customer data.
pub(crate) struct Entry<'a> {
    /// `store:<name>`, `staff:<name>` or `entmine`.
    pub actor: &'a str,
    pub event: &'a str,
    /// The order key or SKU that it happened to.
    pub subject: &'a str,
    pub detail: &'a str,
}

/// An entry that waits for the end of the work that it is of.
pub(crate) struct Noted {
    actor: String,
    event: String,
    subject: String,
    detail: String,
}

impl From<Entry<'_>> for Noted {
    fn from(entry: Entry<'_>) -> Self {
        Self {
            actor: entry.actor.to_owned(),
            event: entry.event.to_owned(),
            subject: entry.subject.to_owned(),
            detail: entry.detail.to_owned(),
        }
    }
}

/// The statements that write entries after a position of the list, in their order.
pub(crate) fn inserts(mut position: i64, now_ms: i64, entries: &[Noted]) -> Vec<Change<'static>> {
    let insert = |rows: &[Noted]| {
        let head =
            "INSERT INTO audit (position, at_ms, actor, event, subject, detail, search_text)";
        let mut query = sqlx::query(batch::insert(head, 7, rows.len(), ""));
        for entry in rows {
            position += 1;
            query = query
                .bind(position)
                .bind(now_ms)
                .bind(&entry.actor)
                .bind(&entry.event)
                .bind(&entry.subject)
                .bind(&entry.detail)
                .bind(audit_text(&entry.event, &entry.subject, &entry.detail));
        }
        query
    };
    entries.chunks(BATCH_ROWS).map(insert).collect()
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Without gaps, in the order of commits.
    pub position: i64,
    pub at_ms: i64,
    /// `store:<name>`, `staff:<name>` or `entmine`.
    pub actor: String,
    /// For example `order.accepted` or `product.price`.
    pub event: String,
    /// The order key, SKU or other thing that it happened to.
    pub subject: String,
    pub detail: String,
}

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// A part of who did it.
    pub actor: String,
    /// Words of the event, the subject or the detail; all have to be there.
    pub text: String,
    /// Those before this position; none from the newest on.
    pub before: Option<i64>,
}

/// A page of the audit, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Go on before this position; none at the end.
    pub next: Option<i64>,
}

impl EntMine {
    /// Writes down a step of staff's that changed nothing in EntMine itself, such as the shop's words.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn record_step(
        &self,
        actor: &str,
        event: &'static str,
        subject: &'static str,
        detail: &str,
    ) -> Result<(), StorageError> {
        let (actor, detail) = (actor.to_owned(), detail.to_owned());
        self.write("entmine.step", move |tx| {
            Box::pin(async move {
                let entry = Entry {
                    actor: &actor,
                    event,
                    subject,
                    detail: &detail,
                };
                tx.note(entry);
                Ok(())
            })
        })
        .await
    }

    /// The entries that are wanted, newest first, 100 at most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn audit(&self, query: AuditQuery) -> Result<AuditPage, StorageError> {
        self.read(move |conn| Box::pin(async move { page(conn, query).await }))
            .await
    }

    /// What happened to a product, newest first, 100 entries at most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn product_audit(&self, sku: &str) -> Result<Vec<AuditEntry>, StorageError> {
        let sku = sku.replace('\0', "?");
        self.read(move |conn| {
            Box::pin(async move {
                let mut entries = of_subject(conn, &sku).await?;
                entries.reverse();
                entries.truncate(100);
                Ok(entries)
            })
        })
        .await
    }
}

async fn page(conn: &mut Conn, query: AuditQuery) -> Result<AuditPage, StorageError> {
    let words = has_words(4);
    // Actors are written in small ASCII letters.
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT * FROM audit
         WHERE actor LIKE $1 ESCAPE '!' AND position < $2 AND {words}
         ORDER BY position DESC LIMIT $3"
    ));
    let mut listing = sqlx::query(sql)
        .bind(pattern(&query.actor))
        .bind(query.before.unwrap_or(i64::MAX))
        // One more than a page, to know whether there is more.
        .bind(PAGE + 1);
    for pattern in patterns(&query.text) {
        listing = listing.bind(pattern);
    }
    let rows = listing.fetch_all(conn).await?;
    let entries: Result<Vec<_>, _> = rows.iter().map(read).collect();
    let mut entries = entries?;
    let more = entries.len() as i64 > PAGE;
    if more {
        entries.pop();
    }
    let next = entries.last().filter(|_| more).map(|last| last.position);
    Ok(AuditPage { entries, next })
}

/// Everything that happened to one thing, oldest first.
pub(crate) async fn of_subject(
    conn: &mut Conn,
    subject: &str,
) -> Result<Vec<AuditEntry>, StorageError> {
    let rows = sqlx::query("SELECT * FROM audit WHERE subject = $1 ORDER BY position")
        .bind(subject)
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<AuditEntry, StorageError> {
    Ok(AuditEntry {
        position: row.try_get("position")?,
        at_ms: row.try_get("at_ms")?,
        actor: row.try_get("actor")?,
        event: row.try_get("event")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
    })
}
