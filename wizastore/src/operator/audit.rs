//! The audit: the ledger of both sides, and every invariant that does not hold. It looks at all orders, a few
//! hundred at a time, and keeps no more of them than EntMine's keys.

use super::Audit;
use crate::OrderKey;
use crate::Store;
use crate::erp::{Answered, CallError, Found};
use database::rows::listed;
use database::{DatabaseError, Readers};
use model::{AcceptedOrder, OrderStatus, Verdict};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Orders asked for at once.
const PAGE: i64 = 500;
/// Keys named in one sentence.
const NAMED: usize = 5;

/// Open orders by age: words, and how many seconds that are at most.
const AGES: [(&str, i64); 5] = [
    ("under 1 minute", 60),
    ("under 1 hour", 3_600),
    ("under 1 day", 86_400),
    ("under 3 days", 3 * 86_400),
    ("older", i64::MAX),
];

#[derive(sqlx::FromRow)]
struct Row {
    order_key: String,
    state: String,
    number: Option<String>,
    erp_status: Option<String>,
    placed_at: i64,
    lease_until: Option<i64>,
}

/// Orders of which something is wrong: how many, and the first of them.
#[derive(Default)]
struct Wrong {
    count: usize,
    first: Vec<String>,
}

impl Wrong {
    fn add(&mut self, key: &str) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(key.to_owned());
        }
    }

    fn say(&self, audit: &mut Audit, what: &str) {
        if self.count > 0 {
            let more = if self.count > NAMED { ", …" } else { "" };
            let first = self.first.join(", ");
            audit
                .broken
                .push(format!("{} {what}: {first}{more}", self.count));
        }
    }
}

/// What EntMine has, beside the journal.
#[derive(Default)]
struct Theirs {
    /// Sorted, each once.
    keys: Vec<Uuid>,
    /// Confirmed here, and the shop cancelled them.
    cancelled: i64,
    unknown: Wrong,
    other_number: Wrong,
    ended: Wrong,
}

impl Store {
    /// The ledger of both sides, and which invariants do not hold.
    ///
    /// # Errors
    /// [`DatabaseError`] where the store's database does not answer. An EntMine that does not is
    /// only said in the audit.
    pub async fn audit(&self) -> Result<Audit, DatabaseError> {
        // EntMine first: what it has must be in the journal by now, not the other way round.
        let theirs = self.theirs().await?;
        let mut audit = Audit::default();
        let missing = self.ours(theirs.as_ref(), &mut audit).await?;
        if let Some(theirs) = &theirs {
            audit.entmine_orders = Some(theirs.keys.len() as i64);
            audit.cancelled_by_shop = theirs.cancelled;
            missing.say(
                &mut audit,
                "orders confirmed here that EntMine does not have",
            );
            theirs.unknown.say(
                &mut audit,
                "orders of EntMine that the journal does not know",
            );
            theirs
                .other_number
                .say(&mut audit, "orders with another number in EntMine");
            theirs.ended.say(
                &mut audit,
                "orders that ended here and that EntMine accepted",
            );
        }
        if let Some(why) = self.paused().await? {
            audit.broken.push(format!("nothing is pushed: {why}"));
        }
        Ok(audit)
    }

    /// Every order that EntMine accepted from this store, beside the journal; none where EntMine does not answer.
    async fn theirs(&self) -> Result<Option<Theirs>, DatabaseError> {
        let mut theirs = Theirs::default();
        let mut cursor: Option<String> = None;
        loop {
            let Answered { answer, .. } = match self.erp.orders(cursor.as_deref(), PAGE).await {
                Ok(answered) => answered,
                Err(error) => {
                    tracing::warn!(%error, "EntMine could not be asked");
                    return Ok(None);
                }
            };
            let accepted = |verdict| match verdict {
                Verdict::Accepted(order) => Some(order),
                Verdict::Rejected { .. } => None,
            };
            let orders: Vec<AcceptedOrder> =
                answer.orders.into_iter().filter_map(accepted).collect();
            beside_the_journal(self.db.reader(), &orders, &mut theirs).await?;
            match answer.next {
                Some(next) if Some(&next) != cursor.as_ref() => cursor = Some(next),
                Some(_) | None => break,
            }
        }
        theirs.keys.sort_unstable();
        theirs.keys.dedup();
        Ok(Some(theirs))
    }

    /// Counts the journal and says what it alone must fulfil; gives the orders that are confirmed here and that
    /// EntMine does not have.
    async fn ours(
        &self,
        theirs: Option<&Theirs>,
        audit: &mut Audit,
    ) -> Result<Wrong, DatabaseError> {
        let (now_ms, lease_ms) = (self.clock.now_ms(), self.knobs.lease.as_millis() as i64);
        let mut by_age = AGES.map(|(words, _)| (words.to_owned(), 0));
        let (mut missing, mut stuck) = (Wrong::default(), Wrong::default());
        let mut highest = Highest::default();
        let mut after = String::new();
        loop {
            let rows: Vec<Row> = sqlx::query_as(
                "SELECT order_key, state, number, erp_status, placed_at, lease_until FROM orders
                 WHERE order_key > $1 ORDER BY order_key LIMIT $2",
            )
            .bind(&after)
            .bind(PAGE)
            .fetch_all(self.db.reader())
            .await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.order_key);
            for row in &rows {
                count(row, now_ms, audit, &mut by_age);
                highest.take(row.number.as_deref());
                if row
                    .lease_until
                    .is_some_and(|until| until < now_ms - 2 * lease_ms)
                {
                    stuck.add(&row.order_key);
                }
                if row.state == "confirmed" && self.is_missing(&row.order_key, theirs).await {
                    missing.add(&row.order_key);
                }
            }
        }
        audit.open_by_age = by_age.into();
        self.adopted(&mut highest, audit).await?;
        audit.highest_numbers = highest.texts();
        stuck.say(audit, "orders whose lease ran out and that nobody took up");
        Ok(missing)
    }

    /// The orders that were adopted, and the numbers that they share with others: the journal's own are unique.
    async fn adopted(&self, highest: &mut Highest, audit: &mut Audit) -> Result<(), DatabaseError> {
        let (mut twice, mut after) = (Wrong::default(), (String::new(), String::new()));
        loop {
            let rows: Vec<(String, String, i64)> = sqlx::query_as(
                "SELECT number, order_key, (SELECT COUNT(*) FROM orders o WHERE o.number = a.number)
                 FROM adopted a WHERE number >= $1 AND (number > $1 OR order_key > $2)
                 ORDER BY number, order_key LIMIT $3",
            )
            .bind(&after.0)
            .bind(&after.1)
            .bind(PAGE)
            .fetch_all(self.db.reader())
            .await?;
            if rows.is_empty() {
                twice.say(audit, "numbers that two orders have");
                return Ok(());
            }
            for (number, key, in_journal) in rows {
                audit.adopted += 1;
                highest.take(Some(&number));
                if in_journal > 0 || number == after.0 {
                    twice.add(&number);
                }
                after = (number, key);
            }
        }
    }

    /// Whether EntMine does not have an order. One that is not in its listing may have been confirmed since, and
    /// is asked about by itself.
    async fn is_missing(&self, key: &str, theirs: Option<&Theirs>) -> bool {
        let Some(theirs) = theirs else {
            return false;
        };
        let Some(key) = OrderKey::parse(key) else {
            return true;
        };
        if theirs.keys.binary_search(&key.0).is_ok() {
            return false;
        }
        let found: Result<_, CallError> = self.erp.find(key).await;
        !matches!(
            found.map(|found| found.answer),
            Ok(Found::Accepted(_)) | Err(_)
        )
    }
}

/// Compares a page of EntMine's orders with the journal.
async fn beside_the_journal(
    db: &Readers,
    orders: &[AcceptedOrder],
    theirs: &mut Theirs,
) -> Result<(), DatabaseError> {
    if orders.is_empty() {
        return Ok(());
    }
    let head = "SELECT order_key, state, number FROM orders WHERE order_key IN";
    let query = sqlx::query_as(listed(head, orders.len(), ""));
    let known: Vec<(String, String, Option<String>)> = orders
        .iter()
        .fold(query, |query, order| query.bind(&order.key))
        .fetch_all(db)
        .await?;
    let known: HashMap<_, _> = known
        .iter()
        .map(|(key, state, number)| (key.as_str(), (state.as_str(), number.as_deref())))
        .collect();
    for order in orders {
        let key = order.key.as_str();
        theirs.keys.extend(OrderKey::parse(key).map(|key| key.0));
        match known.get(key) {
            Some(("confirmed", number)) => {
                theirs.cancelled += i64::from(order.status == OrderStatus::Cancelled);
                if *number != Some(&*order.number) {
                    theirs.other_number.add(key);
                }
            }
            Some(("rejected" | "cancelled", _)) => theirs.ended.add(key),
            Some(_) => {}
            None => {
                let adopted: i64 =
                    sqlx::query_scalar("SELECT COUNT(*) FROM adopted WHERE order_key = $1")
                        .bind(key)
                        .fetch_one(db)
                        .await?;
                if adopted == 0 {
                    theirs.unknown.add(key);
                }
            }
        }
    }
    Ok(())
}

fn count(row: &Row, now_ms: i64, audit: &mut Audit, by_age: &mut [(String, i64); AGES.len()]) {
    audit.journalled += 1;
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
            let fits = AGES.iter().position(|(_, most)| age_s < *most);
            by_age[fits.unwrap_or(AGES.len() - 1)].1 += 1;
        }
    }
}

/// The highest of each year's numbers `SO-<year>-<count>`.
#[derive(Default)]
struct Highest(BTreeMap<String, (i64, String)>);

impl Highest {
    fn take(&mut self, number: Option<&str>) {
        let Some((year, count)) = number.and_then(|number| number.rsplit_once('-')) else {
            return;
        };
        let (Some(number), Ok(count)) = (number, count.parse::<i64>()) else {
            return;
        };
        match self.0.get_mut(year) {
            Some(highest) if highest.0 >= count => {}
            Some(highest) => *highest = (count, number.to_owned()),
            None => {
                self.0.insert(year.to_owned(), (count, number.to_owned()));
            }
        }
    }

    fn texts(self) -> Vec<String> {
        self.0.into_values().map(|(_, number)| number).collect()
    }
}
