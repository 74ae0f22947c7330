//! Placing an order. Key, order, number, stock reservation, verdict and audit entry are one
//! transaction; the order of the checks is the contract's (docs/contract.md).

use super::facts::{self, Facts};
use super::judge::{Decision, Hold, judge, recovered};
use super::number::OrderNumber;
use super::request::{self, Request};
use super::{Conditions, Found, OrderLimits, Placed, book, verdict};
use crate::audit;
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use model::{Acceptance, CLOCK_TOLERANCE_MS, Reason};
use uuid::Uuid;

/// With less than this left before the caller's deadline, the answer could come too late to be of
/// use, and a commit would only make the order's fate unclear (docs/contract.md).
const LEAST_TIME_MS: i64 = 200;

/// The oldest order that is taken. A store that could not reach EntMine for so long has long raised
/// its alarm, and whoever ordered has bought elsewhere.
const OLDEST_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// An order on its way through the checks.
struct Sent {
    store: String,
    key: String,
    body: Vec<u8>,
    fingerprint: String,
    request: Request,
    deadline_ms: Option<i64>,
    conditions: Conditions,
    limits: OrderLimits,
    /// The number that the customer was told before EntMine lost the order.
    number: Option<OrderNumber>,
}

impl EntMine {
    /// Places an order: `body` is the JSON of a [`model::OrderRequest`], exactly as the store froze
    /// it; `deadline_ms` is when the caller stops waiting, on the clock of this EntMine.
    ///
    /// `number` is given for an order that EntMine accepted and then lost with a restored backup: it
    /// gets that number again, and nothing about it is judged again. A key that already has a verdict
    /// keeps it, whatever number is asked for.
    ///
    /// Asking again with the same store, key and body gives the same answer, however often and
    /// however many at once. A caller that stops waiting has not stopped the work.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the order may have been stored.
    pub async fn place(
        &self,
        store: &str,
        key: Uuid,
        body: &[u8],
        number: Option<&str>,
        deadline_ms: Option<i64>,
        conditions: Conditions,
    ) -> Result<Placed, StorageError> {
        let request = match request::parse(body) {
            Ok(request) => request,
            Err(detail) => return Ok(Placed::Malformed { detail }),
        };
        let number = match wanted(number, &request) {
            Ok(number) => number,
            Err(detail) => return Ok(Placed::Malformed { detail }),
        };
        let sent = Sent {
            store: store.to_owned(),
            key: key.to_string(),
            body: body.to_vec(),
            fingerprint: request::fingerprint(body),
            request,
            deadline_ms,
            conditions,
            limits: self.order_limits(),
            number,
        };
        self.write("entmine.place", move |tx| {
            Box::pin(async move { decide(tx, sent).await })
        })
        .await
    }
}

/// The number that is asked for, or why it cannot be given.
fn wanted(number: Option<&str>, request: &Request) -> Result<Option<OrderNumber>, String> {
    let Some(text) = number else {
        return Ok(None);
    };
    let number = OrderNumber::parse(text)
        .ok_or("the number asked for is not an order number such as SO-2026-000123")?;
    if request::holds_nul(&request.order) {
        return Err("a text holds a NUL character".into());
    }
    Ok(Some(number))
}

async fn decide(tx: &mut Writing<'_>, sent: Sent) -> Result<Placed, StorageError> {
    // Checked here and not before, because waiting for the writer is where time goes.
    if let Some(deadline_ms) = sent.deadline_ms
        && deadline_ms.saturating_sub(tx.now_ms) < LEAST_TIME_MS
    {
        return Ok(Placed::Overdue);
    }
    if let Some(verdict) = verdict::find(tx.conn(), &sent.key).await? {
        return Ok(remembered(verdict, &sent));
    }
    let facts = facts::gather(tx.conn(), &sent.request).await?;
    if let Some(number) = sent.number {
        if is_taken(tx, number).await? {
            return Ok(Placed::NumberTaken);
        }
        let hold = match recovered(&sent.request, &facts, sent.limits) {
            Decision::Hold(hold) => Some(hold),
            Decision::Accept | Decision::Reject(_) => None,
        };
        let acceptance = accept(tx, &sent, facts, "order.recovered", hold).await?;
        return Ok(Placed::Stored(acceptance));
    }
    if let Err(detail) = timely(sent.request.placed_at_ms, tx.now_ms) {
        return Ok(Placed::Malformed { detail });
    }
    let currency = &sent.request.order.currency;
    if facts
        .iter()
        .flatten()
        .any(|facts| facts.row.product.currency != *currency)
    {
        return Ok(Placed::Malformed {
            detail: "currency is not the one that the products are sold in".into(),
        });
    }
    let decision = judge(
        &sent.request,
        &facts,
        sent.conditions,
        sent.limits,
        tx.now_ms,
    );
    match decision {
        Decision::Accept => Ok(Placed::Stored(
            accept(tx, &sent, facts, "order.accepted", None).await?,
        )),
        Decision::Hold(hold) => Ok(Placed::Stored(
            accept(tx, &sent, facts, "order.accepted", Some(hold)).await?,
        )),
        Decision::Reject(reasons) => {
            verdict::reject(tx, &sent.store, &sent.key, &sent.fingerprint, &reasons).await?;
            note(tx, &sent, "order.rejected", &codes(&reasons));
            Ok(Placed::Rejected(reasons))
        }
    }
}

/// Whether an order was placed at a time that can be. Seconds are compared, which is what most stores
/// write; the price of then and whether it waited depend on this time.
fn timely(placed_at_ms: i64, now_ms: i64) -> Result<(), String> {
    let ahead_s = placed_at_ms.div_euclid(1_000) - now_ms.div_euclid(1_000);
    let now = rfc3339(now_ms);
    if ahead_s >= CLOCK_TOLERANCE_MS / 1_000 {
        return Err(format!(
            "placed_at is 5 minutes or more ahead of EntMine's clock, which says {now}; \
             please set the clocks right and send the order again"
        ));
    }
    if now_ms.saturating_sub(placed_at_ms) > OLDEST_MS {
        return Err(format!(
            "placed_at is more than 30 days before EntMine's clock, which says {now}; \
             an order this old has to be placed anew"
        ));
    }
    Ok(())
}

/// Writes everything that makes an accepted order.
async fn accept(
    tx: &mut Writing<'_>,
    sent: &Sent,
    facts: Vec<Option<Facts>>,
    event: &str,
    hold: Option<Hold>,
) -> Result<Acceptance, StorageError> {
    verdict::accept(tx, &sent.store, &sent.key, &sent.fingerprint).await?;
    let order = book::Order {
        store: &sent.store,
        key: &sent.key,
        fingerprint: &sent.fingerprint,
        body: &sent.body,
        request: &sent.request,
        hold: hold.as_ref().map(|hold| hold.promise),
        number: sent.number,
        notes: 1 + i64::from(hold.is_some()),
        products: facts.into_iter().map(|facts| Some(facts?.row)).collect(),
    };
    let acceptance = book::book(tx, order).await?;
    note(tx, sent, event, &acceptance.number);
    if let Some(hold) = hold {
        note(tx, sent, "order.held", &hold.why);
    }
    Ok(acceptance)
}

async fn is_taken(tx: &mut Writing<'_>, number: OrderNumber) -> Result<bool, StorageError> {
    let other = sqlx::query("SELECT number FROM orders WHERE number = $1")
        .bind(number.to_string())
        .fetch_optional(tx.conn())
        .await?;
    Ok(other.is_some())
}

/// The answer where the key already has a verdict. An order that was accepted stays accepted even
/// where its products are sold in another currency by now: a verdict is for ever.
fn remembered(verdict: verdict::Verdict, sent: &Sent) -> Placed {
    if verdict.store != sent.store {
        return Placed::KeyReused { number: None };
    }
    match verdict.found {
        Found::Voided => Placed::Voided,
        Found::Accepted(acceptance) if acceptance.fingerprint == sent.fingerprint => {
            Placed::Replayed(Acceptance {
                replayed: true,
                ..acceptance
            })
        }
        Found::Accepted(acceptance) => Placed::KeyReused {
            number: Some(acceptance.number),
        },
        Found::Rejected {
            fingerprint,
            reasons,
        } if fingerprint == sent.fingerprint => Placed::Rejected(reasons),
        Found::Rejected { .. } | Found::Unknown => Placed::KeyReused { number: None },
    }
}

fn note(tx: &mut Writing<'_>, sent: &Sent, event: &str, detail: &str) {
    let actor = format!("store:{}", sent.store);
    tx.note(audit::Entry {
        actor: &actor,
        event,
        subject: &sent.key,
        detail,
    });
}

/// The codes of the reasons, for the audit: the reasons themselves stand with the verdict.
fn codes(reasons: &[Reason]) -> String {
    let codes: Vec<&str> = reasons.iter().map(code).collect();
    codes.join(", ")
}

fn code(reason: &Reason) -> &'static str {
    match reason {
        Reason::OutOfStock { .. } => "out_of_stock",
        Reason::PriceChanged { .. } => "price_changed",
        Reason::Discontinued { .. } => "discontinued",
        Reason::TotalMismatch { .. } => "total_mismatch",
        Reason::InvalidCustomer { .. } => "invalid_customer",
        // The store's own; EntMine gives none of these.
        Reason::CartChanged
        | Reason::CartEmpty
        | Reason::InvalidField { .. }
        | Reason::UnknownOrder
        | Reason::NotSaved => "other",
    }
}
