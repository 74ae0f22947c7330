//! The business verdict on an order: a pure function of the order, what EntMine knows, and the
//! time.

use super::facts::Facts;
use super::request::Request;
use super::stock::Promise;
use super::{Conditions, OrderLimits};
use model::{
    CLOCK_TOLERANCE_MS, Customer, OrderField, OrderLine, OrderRequest, Postcode, Reason,
    country_name, postcode_of, typed,
};

/// How long a price that a customer was shown is honoured, counted from when the order was placed:
/// a long weekend without EntMine loses no sale (docs/contract.md).
const HONOURED_MS: i64 = 72 * 60 * 60 * 1000;

/// An order older than a minute waited for EntMine, not for its customer: short stock is then settled
/// by people, not by a rejection (docs/contract.md). `placed_at` is of the store's clock, which may be
/// slow by as much as clocks may differ: nobody waited until more than that has passed as well.
const WAITED_MS: i64 = 60 * 1000 + CLOCK_TOLERANCE_MS;

/// What EntMine decides.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Accept,
    /// Accepted, and staff look at it first.
    Hold(Hold),
    /// With every reason that there is, so that the customer corrects the order once.
    Reject(Vec<Reason>),
}

/// Why an order is held, and what it is promised meanwhile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// For staff; holds nothing of the customer.
    pub why: String,
    pub promise: Promise,
}

impl Decision {
    /// Of an order that nothing speaks against: held where it is beyond the limits, which promises
    /// it nothing, or where goods are short.
    fn accept(beyond: Vec<String>, short: Vec<String>) -> Self {
        let promise = if beyond.is_empty() {
            Promise::WhatThereIs
        } else {
            Promise::Nothing
        };
        let why: Vec<String> = beyond.into_iter().chain(short).collect();
        if why.is_empty() {
            return Self::Accept;
        }
        Self::Hold(Hold {
            why: why.join("; "),
            promise,
        })
    }
}

/// Judges an order. `facts` belong to its lines, one each.
pub(super) fn judge(
    request: &Request,
    facts: &[Option<Facts<'_>>],
    conditions: Conditions,
    limits: OrderLimits,
    now_ms: i64,
) -> Decision {
    let order = &request.order;
    let age_ms = now_ms.saturating_sub(request.placed_at_ms);
    let mut reasons = Vec::new();
    let mut short = Vec::new();
    for (line, facts) in order.lines.iter().zip(facts) {
        let Some(facts) = facts.as_ref().filter(|facts| facts.row.product.published) else {
            reasons.push(Reason::Discontinued {
                sku: line.sku.clone(),
            });
            continue;
        };
        reasons.extend(price_changed(line, facts, conditions, age_ms));
        if let Some((available, reason)) = out_of_stock(line, facts, conditions) {
            short.push(shortage(line, available));
            if age_ms <= WAITED_MS {
                reasons.push(reason);
            }
        }
    }
    reasons.extend(total_mismatch(order));
    reasons.extend(invalid_customer(&order.customer, order.note.as_deref()));
    if !reasons.is_empty() {
        return Decision::Reject(reasons);
    }
    Decision::accept(limits.exceeded(order), short)
}

/// What becomes of an order that had been accepted before EntMine lost it: nothing about it is judged
/// again, but where goods are short, or it is beyond the limits, somebody has to look.
pub(super) fn recovered(
    request: &Request,
    facts: &[Option<Facts<'_>>],
    limits: OrderLimits,
) -> Decision {
    let lines = request.order.lines.iter().zip(facts);
    let short = lines.filter_map(|(line, facts)| {
        let available = match facts {
            Some(facts) if !facts.row.product.tracked => return None,
            Some(facts) => facts.available,
            None => 0,
        };
        (line.quantity > available).then(|| shortage(line, available))
    });
    let short = short.collect();
    Decision::accept(limits.exceeded(&request.order), short)
}

fn shortage(line: &OrderLine, available: i64) -> String {
    let (sku, quantity) = (&line.sku, line.quantity);
    format!("{sku}: {quantity} ordered, {} there", available.max(0))
}

/// A line is accepted at the price of now, whatever version it names, and at the price of then.
fn price_changed(
    line: &OrderLine,
    facts: &Facts<'_>,
    conditions: Conditions,
    age_ms: i64,
) -> Option<Reason> {
    let product = &facts.row.product;
    let (current_minor, price_version) = match conditions.price_percent {
        None => (product.price_minor, product.price_version),
        Some(percent) => (
            raised(product.price_minor, percent),
            product.price_version.saturating_add(1),
        ),
    };
    let honoured = conditions.price_percent.is_none()
        && facts.was_price_then
        && (-CLOCK_TOLERANCE_MS..=HONOURED_MS).contains(&age_ms);
    if line.unit_price_minor == current_minor || honoured {
        return None;
    }
    Some(Reason::PriceChanged {
        sku: line.sku.clone(),
        shown_minor: line.unit_price_minor,
        current_minor,
        price_version,
    })
}

/// A price some percent higher, rounded down to the minor unit.
fn raised(price_minor: i64, percent: i64) -> i64 {
    let raised = i128::from(price_minor) * (100 + i128::from(percent)) / 100;
    clamped(raised.max(0))
}

/// How many there are, and the reason, where they are too few.
fn out_of_stock(
    line: &OrderLine,
    facts: &Facts<'_>,
    conditions: Conditions,
) -> Option<(i64, Reason)> {
    let available = match conditions.at_most_available {
        None if !facts.row.product.tracked => return None,
        None => facts.available,
        Some(most) => facts.available.min(most),
    };
    (line.quantity > available).then(|| {
        let reason = Reason::OutOfStock {
            sku: line.sku.clone(),
            requested: line.quantity,
            available,
        };
        (available, reason)
    })
}

fn total_mismatch(order: &OrderRequest) -> Option<Reason> {
    let computed: i128 = order
        .lines
        .iter()
        .map(|line| i128::from(line.quantity) * i128::from(line.unit_price_minor))
        .sum();
    (computed != i128::from(order.total_minor)).then(|| Reason::TotalMismatch {
        shown_minor: order.total_minor,
        computed_minor: clamped(computed),
    })
}

/// A sum that no order can have is reported as the largest that can be written.
fn clamped(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}

/// Every field that EntMine could not deliver to or write down, by the names of the checkout. The
/// limits are the checkout's; EntMine sends no mail, so any e-mail address with an @ will do.
fn invalid_customer(customer: &Customer, note: Option<&str>) -> Vec<Reason> {
    let address = &customer.address;
    let has_postcode = postcode_of(&address.country) == Postcode::Required;
    let mut reasons = Vec::new();
    let mut refuse = |field: OrderField, detail: &str| {
        reasons.push(Reason::InvalidCustomer {
            field: field.name().to_owned(),
            detail: detail.to_owned(),
        });
    };
    for (field, text, required) in [
        (OrderField::Name, Some(&*customer.name), true),
        (OrderField::Email, Some(&*customer.email), true),
        (OrderField::Phone, customer.phone.as_deref(), false),
        (OrderField::Line1, Some(&*address.line1), true),
        (OrderField::Line2, address.line2.as_deref(), false),
        (OrderField::City, Some(&*address.city), true),
        (OrderField::Region, address.region.as_deref(), false),
        (OrderField::Postcode, Some(&*address.postcode), has_postcode),
        (OrderField::Note, note, false),
    ] {
        let text = text.unwrap_or_default();
        if required && typed::is_unseen(text) {
            refuse(field, "is empty");
        } else if let Err(fault) = typed::sent(field, text) {
            refuse(field, &fault.to_string());
        } else if field == OrderField::Email && !text.contains('@') {
            refuse(field, "is not an e-mail address");
        }
    }
    if country_name(&address.country).is_none() {
        refuse(OrderField::Country, "is not a country that we know");
    }
    reasons
}
