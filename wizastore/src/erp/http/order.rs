//! What each call about one order makes of an answer. Pure functions: no network, no clock.

use super::answer::{Answer, Reading, is_time, unreadable};
use super::problem::{Code, are_entmines};
use crate::OrderKey;
use crate::erp::{Answered, CallError, Found, Placed, Voided, is_order_number};
use model::{Acceptance, Verdict};
use serde::Deserialize;

/// `PUT /entmine/v1/orders/{key}`. Whether an acceptance is of the order that was sent is for the
/// caller to compare.
pub(super) fn classify_place(answer: &Answer) -> Result<Answered<Placed>, CallError> {
    let typed = match answer.reading() {
        Reading::Failed(error) => return Err(error),
        Reading::Success => {
            let Answered { from, answer } = answer.success(&[200, 201])?;
            let answer = Placed::Accepted(well_formed(answer)?);
            return Ok(Answered { from, answer });
        }
        Reading::Typed(typed) => typed,
    };
    let placed = match typed.code {
        Code::OrderRejected => match typed.reasons() {
            Some(reasons) => Placed::Rejected(reasons),
            None => return Err(typed.out_of_place()),
        },
        Code::NumberTaken => Placed::NumberTaken,
        Code::OrderVoided => Placed::Voided,
        Code::KeyReused => Placed::KeyReused,
        Code::UnknownKey | Code::AlreadyAccepted => return Err(typed.out_of_place()),
        Code::Other => match typed.status {
            400 | 413 | 415 => Placed::Malformed {
                detail: typed.told(),
            },
            _ => return Err(typed.out_of_place()),
        },
    };
    Ok(Answered {
        from: typed.from,
        answer: placed,
    })
}

/// `GET /entmine/v1/orders/{key}`.
pub(super) fn classify_find(key: OrderKey, answer: &Answer) -> Result<Answered<Found>, CallError> {
    let typed = match answer.reading() {
        Reading::Failed(error) => return Err(error),
        Reading::Success => {
            let Answered { from, answer } = answer.success(&[200])?;
            let answer = found(key, answer)?;
            return Ok(Answered { from, answer });
        }
        Reading::Typed(typed) => typed,
    };
    let found = match typed.code {
        Code::UnknownKey => Found::Unknown,
        Code::OrderVoided => Found::Voided,
        Code::OrderRejected
        | Code::NumberTaken
        | Code::AlreadyAccepted
        | Code::KeyReused
        | Code::Other => return Err(typed.out_of_place()),
    };
    Ok(Answered {
        from: typed.from,
        answer: found,
    })
}

fn found(key: OrderKey, verdict: Verdict) -> Result<Found, CallError> {
    match verdict {
        Verdict::Accepted(order) => Ok(Found::Accepted(well_formed(order.into())?)),
        // `Found` has no key for the caller to compare, so it is compared here.
        Verdict::Rejected { key: other, .. } if !other.eq_ignore_ascii_case(&key.to_string()) => {
            Err(CallError::Contradiction {
                detail: "the rejection of another order".into(),
            })
        }
        Verdict::Rejected { reasons, .. } if !are_entmines(&reasons) => {
            Err(unreadable("a rejection without a reason of EntMine's"))
        }
        Verdict::Rejected {
            fingerprint,
            reasons,
            ..
        } => Ok(Found::Rejected {
            fingerprint,
            reasons,
        }),
    }
}

/// `POST /entmine/v1/orders/{key}/void`.
pub(super) fn classify_void(answer: &Answer) -> Result<Answered<Voided>, CallError> {
    #[derive(Deserialize)]
    struct Done {
        voided: bool,
    }
    let typed = match answer.reading() {
        Reading::Failed(error) => return Err(error),
        Reading::Success => {
            let Answered { from, answer } = answer.success::<Done>(&[200])?;
            if !answer.voided {
                return Err(unreadable("a success that did not void"));
            }
            let answer = Voided::Done;
            return Ok(Answered { from, answer });
        }
        Reading::Typed(typed) => typed,
    };
    let voided = match typed.code {
        Code::AlreadyAccepted => Voided::AlreadyAccepted,
        Code::OrderRejected => Voided::AlreadyRejected,
        Code::UnknownKey | Code::Other if typed.status == 404 => {
            // A key never seen is voided too, so this one belongs to another store.
            return Err(CallError::Contradiction {
                detail: typed.told(),
            });
        }
        Code::UnknownKey
        | Code::NumberTaken
        | Code::OrderVoided
        | Code::KeyReused
        | Code::Other => return Err(typed.out_of_place()),
    };
    Ok(Answered {
        from: typed.from,
        answer: voided,
    })
}

/// An acceptance that can be one.
pub(super) fn well_formed(acceptance: Acceptance) -> Result<Acceptance, CallError> {
    if !is_order_number(&acceptance.number) {
        return Err(unreadable("an order number that is none"));
    }
    if !is_time(&acceptance.accepted_at) {
        return Err(unreadable("accepted_at is not a time of RFC 3339"));
    }
    Ok(acceptance)
}
