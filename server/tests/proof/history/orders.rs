//! What was told of an order, one after another: it only goes forward, and its end is one.

use crate::world::customer::Answer;
use model::{Outcome, Reason};
use std::collections::HashMap;

/// What so many answers were, for a report: confirmed, cancelled, not placed, anything else.
pub fn counts(answers: &[Answer]) -> [usize; 4] {
    let mut counts = [0; 4];
    for outcome in answers.iter().filter_map(|answer| answer.outcome.as_ref()) {
        counts[match outcome {
            Outcome::Confirmed { .. } => 0,
            Outcome::Cancelled { .. } => 1,
            Outcome::NotPlaced { .. } => 2,
            Outcome::Sending { .. }
            | Outcome::Safe { .. }
            | Outcome::Checking { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. } => 3,
        }] += 1;
    }
    counts
}

/// Whatever one answer says that an earlier one rules out. An answer is earlier than another that was asked for
/// after it had come; of answers at the same time either may be the first.
pub fn contradictions(answers: &[Answer]) -> Vec<String> {
    let mut by_key: HashMap<&str, Vec<&Answer>> = HashMap::new();
    for answer in answers {
        by_key.entry(&answer.key).or_default().push(answer);
    }
    let mut wrong = Vec::new();
    for (key, answers) in by_key {
        let pairs = answers
            .iter()
            .flat_map(|a| answers.iter().map(move |b| (a, b)));
        for (before, after) in pairs.filter(|(before, after)| before.answered < after.asked) {
            let (Some(before), Some(after)) = (&before.outcome, &after.outcome) else {
                continue;
            };
            if !may_follow(before, after) {
                wrong.push(format!("{key}: {before:?}, and after that {after:?}"));
            }
        }
    }
    wrong
}

fn may_follow(before: &Outcome, after: &Outcome) -> bool {
    match (before, after) {
        (Outcome::Confirmed { number: one, .. }, Outcome::Confirmed { number: other, .. }) => {
            one == other
        }
        (Outcome::Confirmed { .. }, _) => false,
        (Outcome::Cancelled { .. }, after) => matches!(after, Outcome::Cancelled { .. }),
        (
            Outcome::Safe { .. }
            | Outcome::Sending { .. }
            | Outcome::Cancelling { .. }
            | Outcome::UnderReview { .. },
            Outcome::NotPlaced { reasons, .. },
        ) => !are_from_before_saving(reasons),
        // Refused for good, where EntMine gave the reasons; else another click on the form may have been faster.
        (Outcome::NotPlaced { reasons, .. }, after) => {
            are_from_before_saving(reasons) || matches!(after, Outcome::NotPlaced { .. })
        }
        // It is saved in any case, and goes on.
        (
            Outcome::Safe { .. }
            | Outcome::Sending { .. }
            | Outcome::Cancelling { .. }
            | Outcome::UnderReview { .. },
            Outcome::Safe { .. }
            | Outcome::Sending { .. }
            | Outcome::Cancelling { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Checking { .. }
            | Outcome::Confirmed { .. }
            | Outcome::Cancelled { .. },
        ) => true,
        // That nobody can tell rules nothing out.
        (Outcome::Checking { .. }, _) => true,
    }
}

/// Reasons that the store itself gives while it does not have the order. What it finds out about goods and prices by
/// itself has EntMine's reasons, and may be told of a form that another click had placed.
fn are_from_before_saving(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| match reason {
        Reason::UnknownOrder
        | Reason::NotSaved
        | Reason::CartChanged
        | Reason::CartEmpty
        | Reason::InvalidField { .. } => true,
        Reason::OutOfStock { .. }
        | Reason::PriceChanged { .. }
        | Reason::Discontinued { .. }
        | Reason::TotalMismatch { .. }
        | Reason::InvalidCustomer { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::OrderStatus;

    fn answer(asked: u64, answered: u64, outcome: Outcome) -> Answer {
        Answer {
            key: "k".into(),
            submission: false,
            asked,
            answered,
            outcome: Some(outcome),
        }
    }

    fn confirmed(number: &str) -> Outcome {
        Outcome::Confirmed {
            number: number.into(),
            status: OrderStatus::New,
            receipt: "r".into(),
        }
    }

    #[test]
    fn an_end_is_the_end() {
        let cancelled = || Outcome::Cancelled {
            receipt: "r".into(),
        };
        let then = |outcome| {
            vec![
                answer(1, 2, confirmed("SO-1")),
                answer(3, 4, outcome),
                // At the same time as both.
                answer(0, 5, confirmed("SO-1")),
            ]
        };
        assert!(contradictions(&then(confirmed("SO-1"))).is_empty());
        assert_eq!(contradictions(&then(confirmed("SO-2"))).len(), 1);
        assert_eq!(contradictions(&then(cancelled())).len(), 1);
    }

    #[test]
    fn what_is_saved_is_not_unheard_of() {
        let sending = Outcome::Sending {
            receipt: "r".into(),
        };
        let unknown = Outcome::NotPlaced {
            reasons: vec![Reason::UnknownOrder],
            cart: None,
        };
        let both =
            |a: &Outcome, b: &Outcome| vec![answer(1, 2, a.clone()), answer(3, 4, b.clone())];
        assert!(contradictions(&both(&unknown, &sending)).is_empty());
        assert_eq!(contradictions(&both(&sending, &unknown)).len(), 1);
    }
}
