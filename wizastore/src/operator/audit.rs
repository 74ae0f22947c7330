//! The audit: the ledger of both sides, and every invariant that does not hold.

use super::Audit;
use crate::OrderKey;
use crate::Store;
use crate::erp::{Answered, CallError, Found};
use database::DatabaseError;
use model::{AcceptedOrder, OrderStatus, Verdict};
use std::collections::{HashMap, HashSet};

/// Orders asked for at once.
const PAGE: i64 = 500;
/// Keys named in one sentence.
const NAMED: usize = 5;

#[derive(sqlx::FromRow)]
struct Row {
    order_key: String,
    state: String,
    number: Option<String>,
    erp_status: Option<String>,
    placed_at: i64,
    lease_until: Option<i64>,
}

impl Store {
    /// The ledger of both sides, and which invariants do not hold.
    ///
    /// # Errors
    /// [`DatabaseError`] where the store's database does not answer. An EntMine that does not is
    /// only said in the audit.
    pub async fn audit(&self) -> Result<Audit, DatabaseError> {
        // EntMine first: what it has must be in the journal by now, not the other way round.
        let theirs = self.their_orders().await;
        let journal = self.db.read(|conn| {
            Box::pin(async move {
                let rows: Vec<Row> = sqlx::query_as(
                    "SELECT order_key, state, number, erp_status, placed_at, lease_until FROM orders
                     ORDER BY order_key",
                )
                .fetch_all(&mut *conn)
                .await?;
                let adopted: Vec<(String, String)> =
                    sqlx::query_as("SELECT order_key, number FROM adopted")
                        .fetch_all(conn)
                        .await?;
                Ok::<_, DatabaseError>((rows, adopted))
            })
        });
        let (rows, adopted) = journal.await?;
        let mut audit = self.count(&rows);
        audit.adopted = adopted.len() as i64;
        audit.highest_numbers = highest(
            rows.iter()
                .filter_map(|row| row.number.as_deref())
                .chain(adopted.iter().map(|(_, number)| number.as_str())),
        );
        self.ours(&rows, &adopted, &mut audit);
        match theirs {
            Ok(theirs) => {
                // EntMine knows of a cancellation before its list of changes was read.
                let cancelled = |row: &&Row| {
                    let order = theirs.get(&row.order_key);
                    row.state == "confirmed"
                        && order.is_some_and(|order| order.status == OrderStatus::Cancelled)
                };
                audit.cancelled_by_shop = rows.iter().filter(cancelled).count() as i64;
                audit.entmine_orders = Some(theirs.len() as i64);
                let missing = self.missing(&rows, &theirs).await;
                say(
                    &mut audit,
                    "orders confirmed here that EntMine does not have",
                    &missing,
                );
                both(&rows, &adopted, &theirs, &mut audit);
            }
            Err(error) => tracing::warn!(%error, "EntMine could not be asked"),
        }
        if let Some(why) = self.paused().await? {
            audit.broken.push(format!("nothing is pushed: {why}"));
        }
        Ok(audit)
    }

    /// Every order that EntMine accepted from this store, by its key.
    async fn their_orders(&self) -> Result<HashMap<String, AcceptedOrder>, CallError> {
        let mut orders = HashMap::new();
        let mut cursor: Option<String> = None;
        loop {
            let Answered { answer, .. } = self.erp.orders(cursor.as_deref(), PAGE).await?;
            for verdict in answer.orders {
                if let Verdict::Accepted(order) = verdict {
                    orders.insert(order.key.clone(), order);
                }
            }
            match answer.next {
                Some(next) if Some(&next) != cursor.as_ref() => cursor = Some(next),
                Some(_) | None => return Ok(orders),
            }
        }
    }

    /// Orders confirmed here and not listed there. Those confirmed since the listing are asked about
    /// one by one.
    async fn missing<'r>(
        &self,
        rows: &'r [Row],
        theirs: &HashMap<String, AcceptedOrder>,
    ) -> Vec<&'r str> {
        let mut missing = Vec::new();
        for row in rows {
            if row.state != "confirmed" || theirs.contains_key(&row.order_key) {
                continue;
            }
            let found = match OrderKey::parse(&row.order_key) {
                Some(key) => self.erp.find(key).await.map(|answered| answered.answer),
                None => Ok(Found::Unknown),
            };
            if !matches!(found, Ok(Found::Accepted(_)) | Err(_)) {
                missing.push(row.order_key.as_str());
            }
        }
        missing
    }

    fn count(&self, rows: &[Row]) -> Audit {
        let mut audit = Audit {
            journalled: rows.len() as i64,
            ..Audit::default()
        };
        let ages = [
            ("under 1 minute", 60),
            ("under 1 hour", 3_600),
            ("under 1 day", 86_400),
            ("under 3 days", 3 * 86_400),
            ("older", i64::MAX),
        ];
        let mut by_age = ages.map(|(words, _)| (words.to_owned(), 0));
        let now_ms = self.clock.now_ms();
        for row in rows {
            match row.state.as_str() {
                "confirmed" => {
                    audit.confirmed += 1;
                    let status = row.erp_status.as_deref();
                    let cancelled = status == Some(OrderStatus::Cancelled.as_str());
                    audit.cancelled_by_shop += i64::from(cancelled);
                }
                "rejected" => audit.rejected += 1,
                "cancelled" => audit.cancelled += 1,
                "settled" => audit.settled += 1,
                _ => {
                    audit.open += 1;
                    let age_s = (now_ms - row.placed_at) / 1_000;
                    let fits = ages.iter().position(|(_, most)| age_s < *most);
                    by_age[fits.unwrap_or(ages.len() - 1)].1 += 1;
                }
            }
        }
        audit.open_by_age = by_age.into();
        audit
    }

    /// What the journal alone must fulfil.
    fn ours(&self, rows: &[Row], adopted: &[(String, String)], audit: &mut Audit) {
        let ends = audit.confirmed + audit.rejected + audit.cancelled + audit.settled;
        if audit.journalled != ends + audit.open {
            audit
                .broken
                .push("journalled is not the sum of its parts".to_owned());
        }
        let mut seen = HashSet::new();
        let numbers = rows.iter().filter_map(|row| row.number.as_deref());
        let twice: Vec<&str> = numbers
            .chain(adopted.iter().map(|(_, number)| number.as_str()))
            .filter(|number| !seen.insert(*number))
            .collect();
        say(audit, "numbers that two orders have", &twice);
        let lease_ms = 2 * self.knobs.lease.as_millis() as i64;
        let stuck: Vec<&str> = rows
            .iter()
            .filter(|row| {
                let until = row.lease_until.unwrap_or_default();
                row.lease_until.is_some() && until < self.clock.now_ms() - lease_ms
            })
            .map(|row| row.order_key.as_str())
            .collect();
        say(
            audit,
            "orders whose lease ran out and that nobody took up",
            &stuck,
        );
    }
}

/// What both sides together must fulfil.
fn both(
    rows: &[Row],
    adopted: &[(String, String)],
    theirs: &HashMap<String, AcceptedOrder>,
    audit: &mut Audit,
) {
    let known: HashMap<&str, &Row> = rows
        .iter()
        .map(|row| (row.order_key.as_str(), row))
        .collect();
    let stubs: HashSet<&str> = adopted.iter().map(|(key, _)| key.as_str()).collect();
    let (mut unknown, mut other, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for (key, order) in theirs {
        let number = &order.number;
        match known.get(key.as_str()) {
            None if stubs.contains(key.as_str()) => {}
            None => unknown.push(key.as_str()),
            Some(row) => match (row.state.as_str(), row.number.as_deref()) {
                ("confirmed", Some(ours)) if ours != number => other.push(key.as_str()),
                ("rejected" | "cancelled", _) => ended.push(key.as_str()),
                _ => {}
            },
        }
    }
    say(
        audit,
        "orders of EntMine that the journal does not know",
        &unknown,
    );
    say(audit, "orders with another number in EntMine", &other);
    say(
        audit,
        "orders that ended here and that EntMine accepted",
        &ended,
    );
}

fn say(audit: &mut Audit, what: &str, keys: &[&str]) {
    if keys.is_empty() {
        return;
    }
    let named = keys[..keys.len().min(NAMED)].join(", ");
    let more = if keys.len() > NAMED { ", …" } else { "" };
    audit
        .broken
        .push(format!("{} {what}: {named}{more}", keys.len()));
}

/// The highest of each year's numbers `SO-<year>-<count>`.
fn highest<'a>(numbers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut by_year: HashMap<&str, (i64, &str)> = HashMap::new();
    for number in numbers {
        let Some((year, count)) = number.rsplit_once('-') else {
            continue;
        };
        let Ok(count) = count.parse::<i64>() else {
            continue;
        };
        let entry = by_year.entry(year).or_insert((count, number));
        if count > entry.0 {
            *entry = (count, number);
        }
    }
    let mut highest: Vec<String> = by_year.values().map(|(_, n)| (*n).to_owned()).collect();
    highest.sort();
    highest
}
