//! What both databases hold, read past both systems, and what has to be true of it.

use super::customer::Answer;
use model::Outcome;
use sqlx::{AnyConnection, Connection};
use std::collections::{HashMap, HashSet};

#[derive(Debug)]
struct Journalled {
    state: String,
    number: Option<String>,
    fingerprint: String,
}

#[derive(Debug)]
struct Decided {
    verdict: String,
    number: Option<String>,
    fingerprint: Option<String>,
}

/// Both sides' orders by key.
pub struct Books {
    journal: HashMap<String, Journalled>,
    entmine: HashMap<String, Decided>,
    /// What is wrong with either side alone.
    faults: Vec<String>,
}

impl Books {
    /// Reads the databases, whether their processes live or not.
    pub async fn read(store_url: &str, entmine_url: &str) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        let mut faults = Vec::new();
        let mut db = AnyConnection::connect(&reachable(store_url)).await?;
        let rows: Vec<(String, String, Option<String>, String)> =
            sqlx::query_as("SELECT order_key, state, number, fingerprint FROM orders")
                .fetch_all(&mut db)
                .await?;
        let journal: HashMap<_, _> = rows
            .into_iter()
            .map(|(key, state, number, fingerprint)| {
                let row = Journalled {
                    state,
                    number,
                    fingerprint,
                };
                (key, row)
            })
            .collect();
        let adopted = count(&mut db, "SELECT COUNT(*) FROM adopted").await?;
        if adopted > 0 {
            faults.push(format!("the store had to adopt {adopted} orders"));
        }
        db.close().await?;

        let mut db = AnyConnection::connect(&reachable(entmine_url)).await?;
        let rows: Vec<(String, String, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT v.key, v.verdict, o.number, v.fingerprint
             FROM verdicts v LEFT JOIN orders o ON o.key = v.key WHERE v.store = 'wizastore'",
        )
        .fetch_all(&mut db)
        .await?;
        let entmine = rows
            .into_iter()
            .map(|(key, verdict, number, fingerprint)| {
                let row = Decided {
                    verdict,
                    number,
                    fingerprint,
                };
                (key, row)
            })
            .collect();
        let lone = "SELECT COUNT(*) FROM orders o WHERE NOT EXISTS
                    (SELECT 1 FROM verdicts v WHERE v.key = o.key AND v.verdict = 'accepted')";
        let unreserved = "SELECT COUNT(*) FROM products p WHERE p.reserved <>
                    (SELECT COALESCE(SUM(l.reserved), 0) FROM order_lines l WHERE l.sku = p.sku)";
        let gaps =
            "SELECT (SELECT last FROM sequences WHERE name = 'orders') - COUNT(*) FROM orders";
        for (what, sql) in [
            ("orders of EntMine without an acceptance", lone),
            (
                "products whose reservation is not that of their orders",
                unreserved,
            ),
            ("gaps in EntMine's orders", gaps),
        ] {
            let found = count(&mut db, sql).await?;
            if found != 0 {
                faults.push(format!("{found} {what}"));
            }
        }
        db.close().await?;
        Ok(Self {
            journal,
            entmine,
            faults,
        })
    }

    pub fn state(&self, key: &str) -> Option<&str> {
        self.journal.get(key).map(|row| row.state.as_str())
    }

    /// Whether EntMine has an order under the key.
    pub fn ordered(&self, key: &str) -> bool {
        self.entmine
            .get(key)
            .is_some_and(|row| row.verdict == "accepted")
    }

    /// What both sides must fulfil once nothing is under way any more.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        let mut numbers = HashSet::new();
        for (key, row) in &self.journal {
            let theirs = self.entmine.get(key);
            let fault = match (row.state.as_str(), theirs) {
                ("confirmed", Some(theirs)) if theirs.number.is_none() => Some("is not accepted"),
                ("confirmed", Some(theirs)) if theirs.number != row.number => {
                    Some("has another number")
                }
                ("confirmed", None) => Some("is lost"),
                ("rejected", Some(theirs)) if theirs.verdict == "rejected" => None,
                ("cancelled", None) => None,
                ("cancelled", Some(theirs)) if theirs.verdict == "voided" => None,
                ("confirmed", Some(_)) => None,
                ("rejected" | "cancelled", _) => Some("has another end in EntMine"),
                (_, _) => Some("has no end"),
            };
            if let Some(fault) = fault {
                faults.push(format!("{key} {fault}: {row:?}, EntMine: {theirs:?}"));
            }
            let differs = theirs
                .and_then(|theirs| theirs.fingerprint.as_ref())
                .is_some_and(|fingerprint| *fingerprint != row.fingerprint);
            if differs {
                faults.push(format!("{key} was sent with other bytes"));
            }
            if let Some(number) = &row.number
                && !numbers.insert(number)
            {
                faults.push(format!("{number} belongs to two orders"));
            }
        }
        for (key, theirs) in &self.entmine {
            if theirs.verdict != "voided" && !self.journal.contains_key(key) {
                faults.push(format!("the store does not know {key}: {theirs:?}"));
            }
        }
        faults
    }

    /// What was told and is not true.
    pub fn lies(&self, answers: &[Answer]) -> Vec<String> {
        let mut lies = Vec::new();
        for answer in answers {
            let Some(outcome) = &answer.outcome else {
                continue;
            };
            let row = self.journal.get(&answer.key);
            let state = row.map(|row| row.state.as_str());
            let true_ = match outcome {
                Outcome::Confirmed { number, .. } => {
                    let ours = row.and_then(|row| row.number.as_ref());
                    let theirs = self.entmine.get(&answer.key);
                    ours == Some(number)
                        && theirs.and_then(|theirs| theirs.number.as_ref()) == Some(number)
                }
                Outcome::Cancelled { .. } => {
                    state == Some("cancelled") && !self.ordered(&answer.key)
                }
                Outcome::NotPlaced { .. } => match state {
                    None => !self.ordered(&answer.key),
                    Some("rejected") => !self.ordered(&answer.key),
                    // Only another click, of which this one knew nothing, may have placed it.
                    Some(_) => answers.iter().any(|other| {
                        other.key == answer.key
                            && other.submission
                            && other.answered > answer.asked
                            && !matches!(other.outcome, Some(Outcome::NotPlaced { .. }))
                    }),
                },
                // That it is saved, or that nobody can tell: a later answer has to say more.
                Outcome::Safe { .. } | Outcome::Cancelling { .. } => row.is_some(),
                Outcome::Sending { .. } | Outcome::Checking { .. } => true,
                Outcome::UnderReview { .. } => false,
            };
            if !true_ {
                lies.push(format!("told {outcome:?} about {}: {row:?}", answer.key));
            }
        }
        lies
    }
}

async fn count(db: &mut AnyConnection, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(sql).fetch_one(db).await
}

/// A database's address as sqlx takes it.
fn reachable(url: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(file) => format!("sqlite://{file}"),
        None => url.to_owned(),
    }
}
