//! Does an acceptance speak of the order that was sent?

use crate::erp::is_order_number;
use crate::journal::{Claim, Order};
use model::Acceptance;

/// What was sent, as far as an acceptance has to echo it.
pub(crate) struct Sent<'a> {
    key: &'a str,
    fingerprint: &'a str,
    total_minor: i64,
    currency: &'a str,
}

impl<'a> From<&'a Claim> for Sent<'a> {
    fn from(claim: &'a Claim) -> Self {
        Self {
            key: &claim.key,
            fingerprint: &claim.fingerprint,
            total_minor: claim.total_minor,
            currency: &claim.currency,
        }
    }
}

impl<'a> From<&'a Order> for Sent<'a> {
    fn from(order: &'a Order) -> Self {
        Self {
            key: &order.key,
            fingerprint: &order.fingerprint,
            total_minor: order.total_minor,
            currency: &order.currency,
        }
    }
}

/// What differs, or none. A number is told to a customer only when all of it fits.
pub(crate) fn mismatch<'a>(sent: impl Into<Sent<'a>>, acceptance: &Acceptance) -> Option<String> {
    let sent = sent.into();
    let differs = |what: &str| Some(format!("EntMine's acceptance has another {what}"));
    // A UUID and hex digits say the same in capitals (RFC 9562 §4).
    if !acceptance.key.eq_ignore_ascii_case(sent.key) {
        differs("key")
    } else if !acceptance
        .fingerprint
        .eq_ignore_ascii_case(sent.fingerprint)
    {
        differs("fingerprint")
    } else if acceptance.total_minor != sent.total_minor {
        differs("total")
    } else if acceptance.currency != sent.currency {
        differs("currency")
    } else if !is_order_number(&acceptance.number) {
        Some("EntMine's acceptance has no usable number".to_owned())
    } else {
        None
    }
}
