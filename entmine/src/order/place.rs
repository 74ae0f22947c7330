//! Placing orders. Key, order, number, stock reservation, verdict and audit entry are one
//! transaction; the order of the checks is the contract's (docs/contract.md).

use super::facts::{self, Gathered};
use super::judge::{Decision, judge, recovered};
use super::number::OrderNumber;
use super::request::{self, Request};
use super::{Conditions, Found, OrderLimits, Placed, book, verdict};
use crate::audit;
use crate::catalog;
use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use database::Questions;
use model::{Acceptance, CLOCK_TOLERANCE_MS, Reason};
use sqlx::any::AnyRow;
use std::sync::Arc;
use uuid::Uuid;

/// With less than this left before the caller's deadline, the answer could come too late to be of
/// use, and a commit would only make the order's fate unclear (docs/contract.md).
const LEAST_TIME_MS: i64 = 200;

/// The oldest order that is taken. A store that could not reach EntMine for so long has long raised
/// its alarm, and whoever ordered has bought elsewhere.
const OLDEST_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// An order on its way through the checks.
pub(super) struct Sent {
    pub store: String,
    pub key: String,
    pub body: Vec<u8>,
    pub fingerprint: String,
    pub request: Request,
    deadline_ms: Option<i64>,
    conditions: Conditions,
    limits: OrderLimits,
    /// The number that the customer was told before EntMine lost the order.
    pub number: Option<OrderNumber>,
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
        self.place_with_others(sent).await
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

/// What has to be known of orders before they are decided: their verdicts, then their products.
pub(super) fn questions(sent: &[Arc<Sent>]) -> Result<Questions, StorageError> {
    let keys: Vec<&str> = sent.iter().map(|sent| sent.key.as_str()).collect();
    let skus = facts::skus(sent.iter().map(|sent| &sent.request));
    let mut questions = Questions::default();
    questions.ask(verdict::ask_for(&keys))?;
    for products in catalog::ask_for_products(&skus) {
        questions.ask(products)?;
    }
    Ok(questions)
}

/// Decides about orders of one store, one after the other, and gives what became of each. No key is there twice,
/// and an order that is to get a number back is there alone. `answers` are those to [`questions`].
pub(super) async fn decide(
    tx: &mut Writing<'_>,
    sent: &[Arc<Sent>],
    answers: &[Vec<AnyRow>],
) -> Result<Vec<Result<Placed, StorageError>>, StorageError> {
    let (Some(first), [verdicts, products @ ..]) = (sent.first(), answers) else {
        return Ok(Vec::new());
    };
    let mut verdicts = verdict::read(verdicts)?;
    let products = catalog::products_of(products.iter().flatten())?;
    let requests: Vec<&Request> = sent.iter().map(|sent| &sent.request).collect();
    let mut facts = facts::gather(tx.conn(), &requests, products).await?;
    let mut decided = Vec::with_capacity(sent.len());
    for sent in sent {
        // Looked at here and not before, because waiting for the writer is where time goes.
        let is_late = sent
            .deadline_ms
            .is_some_and(|deadline_ms| deadline_ms.saturating_sub(tx.now_ms) < LEAST_TIME_MS);
        decided.push(match verdicts.remove(&sent.key) {
            _ if is_late => Decided::Overdue,
            Some(verdict) => Decided::Told(remembered(verdict, sent)),
            None => new(tx, sent, &mut facts).await?,
        });
    }
    write(tx, &first.store, decided, facts).await
}

/// What was decided about an order.
enum Decided<'a> {
    /// Nothing is written.
    Told(Placed),
    Overdue,
    Accepted(book::Order<'a>),
    Rejected(&'a Sent, Vec<Reason>),
}

/// Decides about an order that has no verdict yet.
async fn new<'a>(
    tx: &mut Writing<'_>,
    sent: &'a Sent,
    facts: &mut Gathered,
) -> Result<Decided<'a>, StorageError> {
    let of_lines = facts.of(&sent.request);
    let decision = if let Some(number) = sent.number {
        if is_taken(tx, number).await? {
            return Ok(Decided::Told(Placed::NumberTaken));
        }
        recovered(&sent.request, &of_lines, sent.limits)
    } else {
        if let Err(detail) = timely(sent.request.placed_at_ms, tx.now_ms) {
            return Ok(Decided::Told(Placed::Malformed { detail }));
        }
        let currency = &sent.request.order.currency;
        let mut products = of_lines.iter().flatten().map(|facts| &facts.row.product);
        if products.any(|product| product.currency != *currency) {
            let detail = "currency is not the one that the products are sold in".into();
            return Ok(Decided::Told(Placed::Malformed { detail }));
        }
        let (conditions, limits) = (sent.conditions, sent.limits);
        judge(&sent.request, &of_lines, conditions, limits, tx.now_ms)
    };
    let hold = match decision {
        Decision::Accept => None,
        Decision::Hold(hold) => Some(hold),
        Decision::Reject(reasons) => return Ok(Decided::Rejected(sent, reasons)),
    };
    let promise = book::Order::promise(hold.as_ref());
    let lines = &sent.request.order.lines;
    let of_line = |(line, facts)| promise.of(line, Option::as_ref(facts));
    let promised: Vec<i64> = lines.iter().zip(&of_lines).map(of_line).collect();
    for (line, pieces) in lines.iter().zip(&promised) {
        facts.promise(&line.sku, *pieces);
    }
    Ok(Decided::Accepted(book::Order {
        sent,
        hold,
        promised,
    }))
}

/// Writes everything that was decided, and gives what is told of it.
async fn write(
    tx: &mut Writing<'_>,
    store: &str,
    decided: Vec<Decided<'_>>,
    facts: Gathered,
) -> Result<Vec<Result<Placed, StorageError>>, StorageError> {
    let (mut verdicts, mut accepted) = (Vec::new(), Vec::new());
    for one in &decided {
        let (sent, reasons) = match one {
            Decided::Told(_) | Decided::Overdue => continue,
            Decided::Accepted(order) => {
                accepted.push(order);
                (order.sent, None)
            }
            Decided::Rejected(sent, reasons) => (*sent, Some(&reasons[..])),
        };
        verdicts.push(verdict::NewVerdict {
            key: &sent.key,
            fingerprint: &sent.fingerprint,
            reasons,
        });
    }
    verdict::write(tx, store, &verdicts).await?;
    let mut acceptances = Vec::new().into_iter();
    if !accepted.is_empty() {
        let rejected = verdicts.len() - accepted.len();
        let booked = book::book(tx, store, &accepted, facts.products, rejected).await?;
        acceptances = booked.into_iter();
    }
    let told = decided.into_iter().map(|one| match one {
        Decided::Told(told) => Ok(Ok(told)),
        Decided::Overdue => Ok(Err(StorageError::Overdue)),
        Decided::Accepted(order) => {
            let missing = || StorageError::Unreadable("an order's number".to_owned());
            let acceptance = acceptances.next().ok_or_else(missing)?;
            note_acceptance(tx, &order, &acceptance.number);
            Ok(Ok(Placed::Accepted(acceptance)))
        }
        Decided::Rejected(sent, reasons) => {
            note(tx, sent, "order.rejected", &codes(&reasons));
            Ok(Ok(Placed::Rejected(reasons)))
        }
    });
    told.collect()
}

fn note_acceptance(tx: &mut Writing<'_>, order: &book::Order<'_>, number: &str) {
    let event = match order.sent.number {
        None => "order.accepted",
        Some(_) => "order.recovered",
    };
    note(tx, order.sent, event, number);
    if let Some(hold) = &order.hold {
        note(tx, order.sent, "order.held", &hold.why);
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
        return Placed::KeyReused;
    }
    match verdict.found {
        Found::Voided => Placed::Voided,
        Found::Accepted(acceptance) if acceptance.fingerprint == sent.fingerprint => {
            Placed::Accepted(Acceptance {
                replayed: true,
                ..acceptance
            })
        }
        Found::Rejected {
            fingerprint,
            reasons,
        } if fingerprint == sent.fingerprint => Placed::Rejected(reasons),
        Found::Accepted(_) | Found::Rejected { .. } | Found::Unknown => Placed::KeyReused,
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
