//! A result without its contents.

use wizastore::erp::{Answered, CallError, Found, Placed, Voided};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Accepted,
    Rejected,
    Voided,
    KeyReused,
    Malformed,
    NumberTaken,
    Unknown,
    AlreadyAccepted,
    NotApplied,
    Ambiguous,
    Unreadable,
    Contradiction,
}

impl Class {
    fn of_error(error: &CallError) -> Self {
        match error {
            CallError::NotApplied { .. } => Self::NotApplied,
            CallError::Ambiguous { .. } => Self::Ambiguous,
            CallError::Unreadable { .. } => Self::Unreadable,
            CallError::Contradiction { .. } => Self::Contradiction,
        }
    }

    pub fn of_place(result: &Result<Answered<Placed>, CallError>) -> Self {
        match result.as_ref().map(|answered| &answered.answer) {
            Ok(Placed::Accepted(_)) => Self::Accepted,
            Ok(Placed::Rejected(_)) => Self::Rejected,
            Ok(Placed::Voided) => Self::Voided,
            Ok(Placed::KeyReused) => Self::KeyReused,
            Ok(Placed::Malformed { .. }) => Self::Malformed,
            Ok(Placed::NumberTaken) => Self::NumberTaken,
            Err(error) => Self::of_error(error),
        }
    }

    pub fn of_find(result: &Result<Answered<Found>, CallError>) -> Self {
        match result.as_ref().map(|answered| &answered.answer) {
            Ok(Found::Accepted(_)) => Self::Accepted,
            Ok(Found::Rejected { .. }) => Self::Rejected,
            Ok(Found::Voided) => Self::Voided,
            Ok(Found::Unknown) => Self::Unknown,
            Err(error) => Self::of_error(error),
        }
    }

    pub fn of_void(result: &Result<Answered<Voided>, CallError>) -> Self {
        match result.as_ref().map(|answered| answered.answer) {
            Ok(Voided::Done) => Self::Voided,
            Ok(Voided::AlreadyAccepted) => Self::AlreadyAccepted,
            Ok(Voided::AlreadyRejected) => Self::Rejected,
            Err(error) => Self::of_error(error),
        }
    }

    pub fn of_any<T>(result: &Result<T, CallError>) -> Self {
        match result {
            Ok(_) => Self::Accepted,
            Err(error) => Self::of_error(error),
        }
    }
}
