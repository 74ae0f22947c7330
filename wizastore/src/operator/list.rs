//! Orders as an operator sees them.

use super::{OrderBrief, OrderQuery, OrderRecord, TimelineEntry};
use crate::Store;
use crate::clock::rfc3339;
use database::DatabaseError;

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

macro_rules! select_brief {
    ($rest:literal) => {
        concat!(
            "SELECT order_key, state, number, erp_status, placed_at, total_minor, currency, ",
            "fence, next_try_at, attention, fingerprint, follows FROM orders ",
            $rest
        )
    };
}

impl Store {
    /// Orders for an operator, newest first.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn list_orders(&self, query: &OrderQuery) -> Result<Vec<OrderBrief>, DatabaseError> {
        let overdue = self.clock.now_ms() - self.knobs.alert_after.as_millis() as i64;
        // Keys are UUIDs of version 7: their order is that of time.
        let rows: Vec<BriefRow> = sqlx::query_as(select_brief!(
            "WHERE ($1 = '' OR state = $1 OR ($1 = 'cancelled' AND erp_status = 'cancelled')) AND ($2 = '' OR order_key < $2)
             AND ($3 = 0 OR attention IS NOT NULL OR (placed_at < $4
                  AND state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled')))
             ORDER BY order_key DESC LIMIT $5"
        ))
        .bind(query.state.clone().unwrap_or_default())
        .bind(query.after.clone().unwrap_or_default())
        .bind(i32::from(query.attention))
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
        let rows: Vec<BriefRow> = sqlx::query_as(select_brief!(
            "WHERE order_key = $1 OR number = $1 OR receipt LIKE $2 ORDER BY order_key LIMIT 2"
        ))
        .bind(which)
        .bind(reference_pattern(which))
        .fetch_all(self.db.reader())
        .await?;
        let [row] = rows.as_slice() else {
            return Ok(None);
        };
        let overdue = self.clock.now_ms() - self.knobs.alert_after.as_millis() as i64;
        Ok(Some(OrderRecord {
            brief: self.brief(row, overdue),
            timeline: self.timeline(&row.order_key).await?,
            fingerprint: row.fingerprint.clone(),
            follows: row.follows.clone(),
        }))
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

/// What the receipts of a reference are like; nothing is like the empty pattern.
fn reference_pattern(which: &str) -> String {
    let is_reference = which.len() >= 8 && which.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_reference {
        format!("{}%", which.to_ascii_lowercase())
    } else {
        String::new()
    }
}
