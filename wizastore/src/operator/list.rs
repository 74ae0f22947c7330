//! Orders as an operator sees them.

use super::{OrderBrief, OrderQuery, OrderRecord, TimelineEntry};
use crate::Store;
use crate::clock::rfc3339;
use database::DatabaseError;
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct BriefRow {
    order_key: String,
    state: String,
    number: Option<String>,
    erp_status: Option<String>,
    placed_at: i64,
    total_minor: i64,
    currency: String,
    fence: i64,
    next_try_at: Option<i64>,
    attention: Option<String>,
    fingerprint: String,
    follows: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    fence: i64,
    kind: String,
    started_at: i64,
    ended_at: Option<i64>,
    result: Option<String>,
    detail: Option<String>,
}

/// The columns of a [`BriefRow`].
const BRIEF: &str = "SELECT order_key, state, number, erp_status, placed_at, total_minor, currency,
                            fence, next_try_at, attention, fingerprint, follows FROM orders";

impl Store {
    /// Orders for an operator, newest first.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn list_orders(&self, query: &OrderQuery) -> Result<Vec<OrderBrief>, DatabaseError> {
        let overdue = self.overdue_since();
        let state = query.state.clone().unwrap_or_default();
        // Only what is asked for stands there, so that each list has its index. Keys are UUIDs of version 7:
        // their order is that of time.
        let of_state = match state.as_str() {
            "" => "$2 = $2",
            // Of the few that wait for a person.
            "cancelled" if query.attention => "(state = $2 OR erp_status = 'cancelled')",
            // The newest of both kinds are among the newest of each.
            "cancelled" => {
                "order_key IN (
                     SELECT order_key FROM (SELECT order_key FROM orders
                         WHERE state = $2 AND state <> 'confirmed' AND order_key < $1
                         ORDER BY order_key DESC LIMIT $4) ended
                     UNION SELECT order_key FROM (SELECT order_key FROM orders
                         WHERE erp_status = 'cancelled' AND order_key < $1
                         ORDER BY order_key DESC LIMIT $4) by_shop)"
            }
            // Nearly all orders have it: without an index, from the newest on.
            "confirmed" => "state || '' = $2",
            _ => "state = $2 AND state <> 'confirmed'",
        };
        let waiting = match query.attention {
            false => "$3 = $3",
            true => {
                "order_key IN (
                     SELECT order_key FROM orders WHERE attention IS NOT NULL
                     UNION SELECT order_key FROM orders WHERE placed_at < $3 AND state <> 'confirmed'
                     AND state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined'))"
            }
        };
        let last = query.after.clone().filter(|after| !after.is_empty());
        let rows: Vec<BriefRow> = sqlx::query_as(AssertSqlSafe(format!(
            "{BRIEF} WHERE order_key < $1 AND {of_state} AND {waiting}
             ORDER BY order_key DESC LIMIT $4"
        )))
        // Behind every key.
        .bind(last.unwrap_or_else(|| "g".to_owned()))
        .bind(state)
        .bind(overdue)
        .bind(query.limit.clamp(1, 1_000))
        .fetch_all(self.db.reader())
        .await?;
        Ok(rows.iter().map(|row| self.brief(row, overdue)).collect())
    }

    /// One order by its key, its number, or the reference that its customer reads (the beginning of
    /// the receipt, 8 characters at least); none where there is no such order, or where a reference
    /// is the beginning of several.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn show_order(&self, which: &str) -> Result<Option<OrderRecord>, DatabaseError> {
        let row = match self.named("order_key = $1 OR number = $1", which).await? {
            Some(row) => Some(row),
            // In every country's order letters come after digits, and no receipt has a g.
            None if is_reference(which) => {
                let which = which.to_ascii_lowercase();
                self.named("receipt >= $1 AND receipt < $1 || 'g'", &which)
                    .await?
            }
            None => None,
        };
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(OrderRecord {
            brief: self.brief(&row, self.overdue_since()),
            timeline: self.timeline(&row.order_key).await?,
            fingerprint: row.fingerprint.clone(),
            follows: row.follows.clone(),
        }))
    }

    /// The one order of which this is true; none where there are several.
    async fn named(
        &self,
        what: &'static str,
        which: &str,
    ) -> Result<Option<BriefRow>, DatabaseError> {
        let sql = format!("{BRIEF} WHERE {what} LIMIT 2");
        let mut rows: Vec<BriefRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(which)
            .fetch_all(self.db.reader())
            .await?;
        let row = rows.pop();
        Ok(row.filter(|_| rows.is_empty()))
    }

    fn brief(&self, row: &BriefRow, overdue: i64) -> OrderBrief {
        let is_final = matches!(
            row.state.as_str(),
            "confirmed" | "rejected" | "cancelled" | "settled"
        );
        let late = (!is_final && row.placed_at < overdue)
            .then(|| "it has been open for a very long time".to_owned());
        OrderBrief {
            key: row.order_key.clone(),
            state: row.state.clone(),
            number: row.number.clone(),
            status: row.erp_status.clone(),
            placed_at: rfc3339(row.placed_at),
            age_s: (self.clock.now_ms() - row.placed_at) / 1_000,
            total_minor: row.total_minor,
            currency: row.currency.clone(),
            attempts: row.fence,
            next_try_at: row.next_try_at.map(rfc3339),
            attention: row.attention.clone().or(late),
        }
    }

    /// Attempts and notes in the order in which they happened.
    async fn timeline(&self, key: &str) -> Result<Vec<TimelineEntry>, DatabaseError> {
        let attempts: Vec<AttemptRow> = sqlx::query_as(
            "SELECT fence, kind, started_at, ended_at, result, detail FROM attempts
             WHERE order_key = $1 ORDER BY fence",
        )
        .bind(key)
        .fetch_all(self.db.reader())
        .await?;
        let notes: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT at, what, detail FROM order_notes WHERE order_key = $1")
                .bind(key)
                .fetch_all(self.db.reader())
                .await?;
        let mut entries: Vec<(i64, TimelineEntry)> = attempts
            .into_iter()
            .map(|row| {
                let entry = TimelineEntry {
                    at: rfc3339(row.started_at),
                    ended_at: row.ended_at.map(rfc3339),
                    what: format!("{} {}", row.kind, row.fence),
                    result: row.result,
                    detail: row.detail.filter(|detail| !detail.is_empty()),
                };
                (row.started_at, entry)
            })
            .collect();
        entries.extend(notes.into_iter().map(|(at, what, detail)| {
            let entry = TimelineEntry {
                at: rfc3339(at),
                ended_at: None,
                what,
                result: None,
                detail: Some(detail),
            };
            (at, entry)
        }));
        entries.sort_by_key(|(at, _)| *at);
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }
}

/// Whether a text may be the beginning of a receipt.
fn is_reference(which: &str) -> bool {
    which.len() >= 8 && which.bytes().all(|byte| byte.is_ascii_hexdigit())
}
