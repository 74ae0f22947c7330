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
/// Entries that are looked through for one page.
const SEARCHED: i64 = 20_000;

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
pub(crate) fn inserts(
    mut position: i64,
    now_ms: i64,
    entries: &[Noted],
) -> impl Iterator<Item = Change<'static>> {
    let insert = move |rows: &[Noted]| {
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
    entries.chunks(BATCH_ROWS).map(insert)
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
    /// It was searched back to this time only, and what is older is for the next page; none where the page is
    /// full, and at the end.
    pub searched_to_ms: Option<i64>,
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

    /// The entries that are wanted, newest first, 100 at most, of the next 20,000.
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
    let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(position) FROM audit")
        .fetch_one(&mut *conn)
        .await?;
    let before = query.before.unwrap_or(i64::MAX);
    let before = before.min(newest.unwrap_or(0).saturating_add(1));
    let from = before.saturating_sub(SEARCHED).max(1);
    let words = has_words(5);
    // Actors are written in small ASCII letters.
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT * FROM audit
         WHERE actor LIKE $1 ESCAPE '!' AND position < $2 AND position >= $3 AND {words}
         ORDER BY position DESC LIMIT $4"
    ));
    let mut listing = sqlx::query(sql)
        .bind(pattern(&query.actor))
        .bind(before)
        .bind(from)
        // One more than a page, to know whether there is more.
        .bind(PAGE + 1);
    for pattern in patterns(&query.text) {
        listing = listing.bind(pattern);
    }
    let rows = listing.fetch_all(&mut *conn).await?;
    let entries: Result<Vec<_>, _> = rows.iter().map(read).collect();
    let mut entries = entries?;
    if entries.len() as i64 > PAGE {
        entries.pop();
        let next = entries.last().map(|last| last.position);
        return Ok(AuditPage {
            entries,
            next,
            searched_to_ms: None,
        });
    }
    let searched_to_ms =
        sqlx::query_scalar("SELECT at_ms FROM audit WHERE position = $1 AND $1 > 1")
            .bind(from)
            .fetch_optional(conn)
            .await?;
    Ok(AuditPage {
        entries,
        next: (from > 1).then_some(from),
        searched_to_ms,
    })
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
