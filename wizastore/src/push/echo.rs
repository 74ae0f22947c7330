//! Does an acceptance speak of the order that was sent?

use crate::journal::Claim;
use model::Acceptance;

/// What differs, or none. A number is told to a customer only when all of it fits.
pub(super) fn mismatch(claim: &Claim, acceptance: &Acceptance) -> Option<String> {
    let differs = |what: &str| Some(format!("EntMine's acceptance has another {what}"));
    if acceptance.key != claim.key {
        differs("key")
    } else if acceptance.fingerprint != claim.fingerprint {
        differs("fingerprint")
    } else if acceptance.total_minor != claim.total_minor {
        differs("total")
    } else if acceptance.currency != claim.currency {
        differs("currency")
    } else if acceptance.number.trim().is_empty() || acceptance.number.len() > 64 {
        Some("EntMine's acceptance has no usable number".to_owned())
    } else {
        None
    }
}
