//! EntMine's errors: `application/problem+json` (RFC 9457) with EntMine's own types.
//!
//! Only `type` has to be there: the other members are advisory (RFC 9457 §3.1), and one that is not
//! of its type is as good as absent. `status` is not looked at at all: what counts is the status
//! that the answer came under, to which each code of the contract belongs.

use super::answer::{Answer, plain};
use crate::erp::{CallError, Identity};
use model::{PROBLEM_URN, Reason};
use serde_json::{Map, Value};

/// An error that EntMine itself has written.
pub(super) struct Typed {
    pub from: Identity,
    pub code: Code,
    /// The status that it came under.
    pub status: u16,
    /// The code's text.
    name: String,
    /// What it says for people.
    text: Option<String>,
    reasons: Option<Value>,
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

/// Reads an error. None unless it is a problem document that is whole, has one of EntMine's types
/// under the status that belongs to it, and says which EntMine it is from: proxies write problem
/// documents too.
pub(super) fn typed(answer: &Answer) -> Option<Typed> {
    if !answer.is_of_type("application/problem+json") {
        return None;
    }
    let from = answer.identity()?;
    let mut problem: Map<String, Value> = answer.json()?.ok()?;
    let name = code_of(problem.get("type")?.as_str()?)?;
    let code = Code::parse(name);
    if !code.belongs_to(answer.status) {
        return None;
    }
    let text = |member: &str| Some(problem.get(member)?.as_str()?.to_owned());
    Some(Typed {
        from,
        code,
        status: answer.status,
        name: name.to_owned(),
        text: text("detail").or_else(|| text("title")),
        reasons: problem.remove("reasons"),
    })
}

/// The code of a type of EntMine's: of a URN, scheme and namespace are the same in any case
/// (RFC 8141 §3.1), the rest is not.
fn code_of(kind: &str) -> Option<&str> {
    let namespace = "urn:entmine:".len();
    let (ours, rest) = (kind.get(..namespace)?, kind.get(namespace..)?);
    let code = rest.strip_prefix(PROBLEM_URN.get(namespace..)?)?;
    let named = !code.is_empty()
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (named && ours.eq_ignore_ascii_case(PROBLEM_URN.get(..namespace)?)).then_some(code)
}

impl Typed {
    /// The contract's promise that nothing was done: the request was not let in, or not now.
    pub(super) fn promises_not_applied(&self) -> bool {
        matches!(self.status, 401 | 403 | 429 | 503)
    }

    /// What it says, for people.
    pub(super) fn told(&self) -> String {
        let text = self.text.as_ref().unwrap_or(&self.name);
        plain(&format!("EntMine answered {}: {text}", self.status))
    }

    /// An error that this call cannot have.
    pub(super) fn out_of_place(&self) -> CallError {
        CallError::Ambiguous {
            detail: plain(&format!(
                "{}, as {}, which this call does not give",
                self.told(),
                self.name
            )),
        }
    }

    /// The reasons of a rejection; none unless there are some and all of them are EntMine's.
    pub(super) fn reasons(&self) -> Option<Vec<Reason>> {
        let reasons = serde_json::from_value::<Vec<Reason>>(self.reasons.clone()?).ok()?;
        are_entmines(&reasons).then_some(reasons)
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
