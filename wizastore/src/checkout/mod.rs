//! From the checkout's form to a journalled order, in one transaction.

mod form;

pub(crate) use form::parse_quantity;

use crate::cart::{self, CartRow, LineRow};
use crate::clock::rfc3339;
use crate::erp::Identity;
use crate::journal::{self, CartToOrder, Claim, Kind, NewOrder, Order, Standing, WholeOrder};
use crate::keys::{Ids, OrderKey};
use crate::session;
use database::{Conn, Together};
use model::{OrderForm, OrderLine, OrderRequest, Reason};

/// The largest body that EntMine reads (the contract, 413).
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The fields of a submission, exactly as they came.
#[derive(Clone, Debug, Default)]
pub struct SubmitFields {
    pub order_key: String,
    pub receipt: String,
    pub cart_revision: String,
    pub shown_total_minor: String,
    pub form: OrderForm,
}

/// Who submits: the browser's session if it has one, and what it claims to hold.
#[derive(Clone)]
pub(crate) struct Submission {
    pub session_id: Option<String>,
    pub key: OrderKey,
    pub fields: SubmitFields,
}

/// What the journal made of a submission.
pub(crate) enum Submitted {
    /// Journalled now. The token is for a browser without a session.
    Fresh {
        token: Option<String>,
        receipt: String,
        /// Where it stood after the round that was waited for; none where that is to be looked up.
        ended: Option<Standing>,
    },
    /// This key was journalled before.
    Before { key: String },
    /// The database failed, and nothing of the submission is or will be in the journal.
    NotSaved {
        session_id: Option<String>,
        /// What was typed is there for the checkout's page.
        form_kept: bool,
    },
    /// The database is away: nothing of this submission was written. Whether an earlier one under
    /// its key was, cannot be seen.
    NothingTaken,
    /// Nothing was journalled. The session is the one whose cart may be shown, if any may.
    NotPlaced {
        reasons: Vec<Reason>,
        session_id: Option<String>,
        token: Option<String>,
    },
}

/// Journals a submission of `cart`, which is none where its key has no cart or is an order's already, and claims its
/// first attempt until `first_lease` where it is to begin at once, or says why not. Nothing is half done: the caller's
/// transaction commits the order, its frozen bytes and that attempt together.
///
/// With `only` a session nothing is done, and None given, where cart or order are another session's:
/// somebody who may write its rows has to do it.
pub(crate) async fn journal_submission(
    tx: &mut Conn,
    cart: Option<CartToOrder>,
    submission: &Submission,
    only: Option<&str>,
    first_lease: Option<i64>,
    ids: &Ids,
    now_ms: i64,
) -> Result<Option<(Submitted, Option<Claim>)>, sqlx::Error> {
    let is_elsewhere = |session_id: &str| only.is_some_and(|only| only != session_id);
    // The key comes before every other check: one key, one verdict.
    let key = submission.key.to_string();
    let Some(CartToOrder { cart, lines, ours }) = cart else {
        // With its content: what was typed is compared.
        let known = journal::whole_by_key(tx, &key).await?;
        if known
            .as_ref()
            .is_some_and(|whole| is_elsewhere(&whole.order.session_id))
        {
            return Ok(None);
        }
        let seen = match known.filter(|whole| may_see(&whole.order, submission)) {
            Some(whole) => {
                note_other_fields(tx, &whole, submission).await?;
                Submitted::Before { key }
            }
            None => unknown(),
        };
        return Ok(Some((seen, None)));
    };
    if is_elsewhere(&cart.session_id) {
        return Ok(None);
    }
    if !may_use(&cart, submission) {
        return Ok(Some((unknown(), None)));
    }
    let token = match &submission.session_id {
        None => Some(session::add_token(tx, ids, &cart.session_id, now_ms).await?),
        Some(_) => None,
    };
    let reasons = refusals(tx, submission, &cart, &lines).await?;
    let draft = serde_json::to_string(&submission.fields.form).unwrap_or_default();
    let frozen = match reasons {
        Ok(checked) => freeze(&cart, &lines, checked, now_ms)?,
        Err(reasons) => Err(reasons),
    };
    match frozen {
        Ok(body) => {
            // None while the store waits for a reconciliation: the background takes it up then.
            let first = journal::may_begin(ours).zip(first_lease);
            let first = first.map(|(entmine, lease_until)| First {
                entmine,
                lease_until,
            });
            let claim = place(tx, &cart, &lines, body, first, now_ms).await?;
            let fresh = Submitted::Fresh {
                token,
                receipt: cart.receipt,
                ended: None,
            };
            Ok(Some((fresh, claim)))
        }
        Err(reasons) => {
            let why = serde_json::to_string(&reasons).unwrap_or_default();
            session::keep_draft(tx, &cart.session_id, Some(&draft), Some(&why)).await?;
            let refused = Submitted::NotPlaced {
                reasons,
                session_id: Some(cart.session_id),
                token,
            };
            Ok(Some((refused, None)))
        }
    }
}

/// Remembers that an order was submitted again with other details: its page says that the first
/// ones count.
async fn note_other_fields(
    tx: &mut Conn,
    WholeOrder { order, content }: &WholeOrder,
    submission: &Submission,
) -> Result<(), sqlx::Error> {
    let now = form::check(&submission.fields.form).ok();
    let then = form::check(&content.form()).ok();
    if now == then || order.other_fields {
        return Ok(());
    }
    sqlx::query("UPDATE orders SET other_fields = 1 WHERE order_key = $1")
        .bind(&order.key)
        .execute(tx)
        .await
        .map(|_| ())
}

/// An order is seen with its session, or with its receipt.
pub(crate) fn may_see(order: &Order, submission: &Submission) -> bool {
    submission.session_id.as_deref() == Some(&order.session_id)
        || submission.fields.receipt == order.receipt
}

/// A cart is submitted by its session, or with its receipt.
pub(crate) fn may_use(cart: &CartRow, submission: &Submission) -> bool {
    submission.session_id.as_deref() == Some(&cart.session_id)
        || submission.fields.receipt == cart.receipt
}

/// What is told about a key that cannot be seen from here.
pub(crate) fn unknown() -> Submitted {
    Submitted::NotPlaced {
        reasons: vec![Reason::UnknownOrder],
        session_id: None,
        token: None,
    }
}

/// The customer and note of a submission that may be journalled, or every reason why it may not.
async fn refusals(
    tx: &mut Conn,
    submission: &Submission,
    cart: &CartRow,
    lines: &[LineRow],
) -> Result<Result<form::Checked, Vec<Reason>>, sqlx::Error> {
    let fields = &submission.fields;
    if lines.is_empty() {
        return Ok(Err(vec![Reason::CartEmpty]));
    }
    let mut reasons = Vec::new();
    match fields.cart_revision.trim().parse::<i64>() {
        Ok(revision) if revision == cart.revision => {
            reasons.extend(cart::follow_prices(tx, cart, lines).await?);
            if reasons.is_empty() {
                let refused = cart::refusal(lines).or_else(|| total_refusal(fields, lines, cart));
                reasons.extend(refused);
            }
        }
        Ok(_) => reasons.push(Reason::CartChanged),
        Err(_) => reasons.push(form::invalid(
            "cart_revision",
            "This form did not say which state of your cart it belongs to. Please look at your \
             order again, then place it.",
        )),
    }
    match form::check(&fields.form) {
        Ok(checked) if reasons.is_empty() => Ok(Ok(checked)),
        Ok(_) => Ok(Err(reasons)),
        Err(invalid) => {
            reasons.extend(invalid);
            Ok(Err(reasons))
        }
    }
}

fn total_refusal(fields: &SubmitFields, lines: &[LineRow], cart: &CartRow) -> Option<Reason> {
    let computed_minor = cart::on_the_wire(cart, lines).total_minor;
    match fields.shown_total_minor.trim().parse::<i64>() {
        Ok(shown_minor) if shown_minor == computed_minor => None,
        Ok(shown_minor) => Some(Reason::TotalMismatch {
            shown_minor,
            computed_minor,
        }),
        Err(_) => Some(form::invalid(
            "shown_total_minor",
            "The total that you saw is missing; open the checkout again.",
        )),
    }
}

/// The order's bytes, which every attempt sends; or why EntMine would not read them.
fn freeze(
    cart: &CartRow,
    lines: &[LineRow],
    checked: form::Checked,
    now_ms: i64,
) -> Result<Result<Vec<u8>, Vec<Reason>>, sqlx::Error> {
    let wire = cart::on_the_wire(cart, lines);
    let request = OrderRequest {
        placed_at: rfc3339(now_ms),
        currency: wire.currency,
        total_minor: wire.total_minor,
        customer: checked.customer,
        lines: lines
            .iter()
            .map(|line| OrderLine {
                sku: line.sku.clone(),
                quantity: line.quantity,
                unit_price_minor: line.unit_price_minor,
                price_version: line.price_version,
            })
            .collect(),
        note: checked.note,
    };
    let body =
        serde_json::to_vec(&request).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    if body.len() > MAX_BODY_BYTES {
        let detail = "These are too many products with long numbers for one order. Take some out \
                      and order them next.";
        return Ok(Err(vec![form::invalid("sku", detail)]));
    }
    Ok(Ok(body))
}

/// The attempt that begins with the order.
struct First {
    /// The EntMine that it is for, where one was heard.
    entmine: Option<Identity>,
    lease_until: i64,
}

/// Writes the order with its frozen bytes and its `first` attempt, if there is to be one. Its cart goes with it;
/// the session gets another one, under a new key and receipt, as soon as it needs one.
async fn place(
    tx: &mut Conn,
    cart: &CartRow,
    lines: &[LineRow],
    body: Vec<u8>,
    first: Option<First>,
    now_ms: i64,
) -> Result<Option<Claim>, sqlx::Error> {
    let wire = cart::on_the_wire(cart, lines);
    let names: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line.sku.as_str(), line.name.as_str()))
        .collect();
    let mut changes = Together::default();
    changes.add(session::ordered(&cart.session_id, now_ms))?;
    let fingerprint = journal::insert(
        &mut changes,
        NewOrder {
            key: &cart.order_key,
            receipt: &cart.receipt,
            session_id: &cart.session_id,
            follows: cart.follows.as_deref(),
            body: &body,
            total_minor: wire.total_minor,
            currency: &wire.currency,
            pieces: wire.pieces(),
            names: serde_json::to_string(&names).unwrap_or_default(),
            first_lease: first.as_ref().map(|first| first.lease_until),
        },
        now_ms,
    )?;
    changes.add(sqlx::query("DELETE FROM carts WHERE order_key = $1").bind(&cart.order_key))?;
    changes.leave(tx)?;
    Ok(first.map(|first| Claim {
        key: cart.order_key.clone(),
        session_id: cart.session_id.clone(),
        kind: Kind::Push,
        fence: 1,
        body,
        fingerprint,
        total_minor: wire.total_minor,
        currency: wire.currency,
        ambiguous: false,
        entmine: first.entmine,
    }))
}
