//! EntMine's errors: `application/problem+json` (RFC 9457) with EntMine's own types.

use super::answer::{Answer, plain};
use crate::erp::{CallError, Identity};
use model::{PROBLEM_URN, Problem, Reason};

/// An error that EntMine itself has written.
pub(super) struct Typed {
    pub from: Identity,
    pub code: Code,
    pub problem: Problem,
}

/// The codes that say something about a key. Each belongs to one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    UnknownKey,
    OrderRejected,
    NumberTaken,
    AlreadyAccepted,
    OrderVoided,
    KeyReused,
    /// Any other: it says no more than its status.
    Other,
}

impl Code {
    fn parse(code: &str) -> Self {
        match code {
            "unknown-key" => Self::UnknownKey,
            "order-rejected" => Self::OrderRejected,
            "number-taken" => Self::NumberTaken,
            "already-accepted" => Self::AlreadyAccepted,
            "order-voided" => Self::OrderVoided,
            "key-reused" => Self::KeyReused,
            _ => Self::Other,
        }
    }

    fn belongs_to(self, status: u16) -> bool {
        match self {
            Self::UnknownKey => status == 404,
            Self::OrderRejected | Self::NumberTaken | Self::AlreadyAccepted => status == 409,
            Self::OrderVoided => status == 410,
            Self::KeyReused => status == 422,
            Self::Other => true,
        }
    }
}

/// Reads an error. None unless it is a problem document that is whole, has one of EntMine's types,
/// agrees with the status that it came under, and says which EntMine it is from: proxies write
/// problem documents too.
pub(super) fn typed(answer: &Answer) -> Option<Typed> {
    if !answer.is_of_type("application/problem+json") {
        return None;
    }
    let from = answer.identity()?;
    let problem: Problem = answer.json()?.ok()?;
    let code = problem.kind.strip_prefix(PROBLEM_URN)?;
    let named = !code.is_empty()
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let code = Code::parse(code);
    (named && problem.status == answer.status && code.belongs_to(answer.status)).then_some(Typed {
        from,
        code,
        problem,
    })
}

impl Typed {
    /// The contract's promise that nothing was done: the request was not let in, or not now.
    pub(super) fn promises_not_applied(&self) -> bool {
        matches!(self.problem.status, 401 | 403 | 429 | 503)
    }

    /// What it says, for people.
    pub(super) fn told(&self) -> String {
        let text = self.problem.detail.as_ref().unwrap_or(&self.problem.title);
        plain(&format!("EntMine answered {}: {text}", self.problem.status))
    }

    /// An error that this call cannot have.
    pub(super) fn out_of_place(&self) -> CallError {
        CallError::Ambiguous {
            detail: plain(&format!(
                "{}, as {}, which this call does not give",
                self.told(),
                self.problem.kind
            )),
        }
    }

    /// The reasons of a rejection; none unless there are some and all of them are EntMine's.
    pub(super) fn reasons(&self) -> Option<Vec<Reason>> {
        let reasons = self.problem.reasons.as_deref()?;
        are_entmines(reasons).then(|| reasons.to_vec())
    }
}

/// Whether these can be why EntMine rejected an order: one at least, and none that only the store
/// itself gives.
pub(super) fn are_entmines(reasons: &[Reason]) -> bool {
    let entmines = |reason: &Reason| match reason {
        Reason::OutOfStock { .. }
        | Reason::PriceChanged { .. }
        | Reason::Discontinued { .. }
        | Reason::TotalMismatch { .. }
        | Reason::InvalidCustomer { .. } => true,
        Reason::CartChanged
        | Reason::CartEmpty
        | Reason::InvalidField { .. }
        | Reason::UnknownOrder
        | Reason::NotSaved => false,
    };
    !reasons.is_empty() && reasons.iter().all(entmines)
}
