//! Listing orders for reconciliation.

use super::cursor::{self, Listing};
use super::{BadCursor, verdict};
use crate::error::StorageError;
use crate::storage::EntMine;
use database::Conn;
use model::{AcceptedOrder, OrderPage, Verdict};
use sqlx::Row;
use sqlx::any::AnyRow;

/// The most orders in one answer, whatever the caller asks for: about 150 KB of text.
const MOST_LISTED: i64 = 500;

impl EntMine {
    /// The store's accepted orders after a cursor (`next` of an earlier page; none: from the first
    /// on), in the order of commit, `limit` (1 to 500) of them at most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn orders_after(
        &self,
        store: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Result<OrderPage, BadCursor>, StorageError> {
        self.list(Listing::Orders, store, after, limit).await
    }

    /// The store's orders whose status changed or whose customer was erased, after a cursor, in the
    /// order of the changes, each as it is now; one that changed twice is there twice.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn status_changes_after(
        &self,
        store: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Result<OrderPage, BadCursor>, StorageError> {
        self.list(Listing::StatusChanges, store, after, limit).await
    }

    async fn list(
        &self,
        listing: Listing,
        store: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Result<OrderPage, BadCursor>, StorageError> {
        let (store, after) = (store.to_owned(), after.map(str::to_owned));
        let limit = limit.clamp(1, MOST_LISTED);
        self.read(move |conn| {
            Box::pin(async move { page(conn, listing, &store, after.as_deref(), limit).await })
        })
        .await
    }
}

async fn page(
    conn: &mut Conn,
    listing: Listing,
    store: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Result<OrderPage, BadCursor>, StorageError> {
    let place = match cursor::find(conn, listing, after).await? {
        Ok(place) => place,
        Err(bad) => return Ok(Err(bad)),
    };
    // One more than asked for, to know whether there is more.
    let mut rows = sqlx::query(query(listing))
        .bind(store)
        .bind(place.position)
        .bind(limit + 1)
        .fetch_all(conn)
        .await?;
    let keep = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > keep;
    rows.truncate(keep);
    let next = match rows.last() {
        Some(last) if more => Some(listing.cursor(place.epoch, last.try_get("position")?)),
        Some(_) | None => None,
    };
    let orders: Result<Vec<_>, _> = rows.iter().map(order).collect();
    Ok(Ok(OrderPage {
        orders: orders?,
        next,
    }))
}

fn query(listing: Listing) -> &'static str {
    match listing {
        Listing::Orders => {
            "SELECT o.position, o.key, o.number, v.fingerprint, o.total_minor, o.currency,
                    o.accepted_at_ms, o.status, o.erased_at_ms
             FROM orders o JOIN verdicts v ON v.key = o.key
             WHERE o.store = $1 AND o.position > $2
             ORDER BY o.position LIMIT $3"
        }
        Listing::StatusChanges => {
            "SELECT c.position, o.key, o.number, v.fingerprint, o.total_minor, o.currency,
                    o.accepted_at_ms, o.status, o.erased_at_ms
             FROM status_changes c
             JOIN orders o ON o.number = c.number JOIN verdicts v ON v.key = o.key
             WHERE c.store = $1 AND c.position > $2
             ORDER BY c.position LIMIT $3"
        }
    }
}

fn order(row: &AnyRow) -> Result<Verdict, StorageError> {
    let key: String = row.try_get("key")?;
    let acceptance = verdict::acceptance(&key, row)?;
    Ok(Verdict::Accepted(AcceptedOrder {
        erased: row.try_get::<Option<i64>, _>("erased_at_ms")?.is_some(),
        ..acceptance.into()
    }))
}
