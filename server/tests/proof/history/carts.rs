//! What was told of a cart: each change is one revision, and builds on the one before it.

use std::collections::{HashMap, HashSet};

/// Pieces that were added, and the cart that was answered.
#[derive(Clone, Debug)]
pub struct Added {
    pub asked: u64,
    pub answered: u64,
    pub pieces: i64,
    /// Of the cart afterwards.
    pub key: String,
    pub revision: i64,
    pub holds: i64,
}

/// Whatever no cart could answer that is changed by one after another.
pub fn contradictions(all: &[Added]) -> Vec<String> {
    let mut by_key: HashMap<&str, Vec<&Added>> = HashMap::new();
    for added in all {
        by_key.entry(&added.key).or_default().push(added);
    }
    let mut wrong = Vec::new();
    for added in by_key.into_values() {
        wrong.extend(of_one_cart(added));
    }
    wrong
}

fn of_one_cart(mut added: Vec<&Added>) -> Vec<String> {
    added.sort_by_key(|added| added.revision);
    let mut wrong = Vec::new();
    let revisions: HashSet<_> = added.iter().map(|added| added.revision).collect();
    if revisions.len() < added.len() {
        wrong.push(format!("two changes are one revision: {added:?}"));
    }
    for pair in added.windows(2) {
        let (one, next) = (pair[0], pair[1]);
        // Goods of an order that ended come back by a revision of their own.
        if next.revision == one.revision + 1 && next.holds != one.holds + next.pieces {
            wrong.push(format!("a change was lost: {one:?}, {next:?}"));
        }
    }
    let late = |one: &Added| {
        let mut later = added.iter();
        later.any(|other| other.answered < one.asked && other.revision > one.revision)
    };
    for one in added.iter().filter(|one| late(one)) {
        wrong.push(format!("a later change is an earlier revision: {one:?}"));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(moment: u64, revision: i64, pieces: i64, holds: i64) -> Added {
        Added {
            asked: moment,
            answered: moment + 1,
            pieces,
            key: "k".into(),
            revision,
            holds,
        }
    }

    #[test]
    fn a_cart_answers_one_change_after_another() {
        let right = [added(1, 1, 2, 2), added(3, 2, 1, 3), added(5, 4, 1, 9)];
        assert_eq!(contradictions(&right), Vec::<String>::new());
        let lost = [added(1, 1, 2, 2), added(3, 2, 1, 1)];
        assert_eq!(contradictions(&lost).len(), 1);
        let same = [added(1, 1, 2, 2), added(3, 1, 1, 3)];
        assert_eq!(contradictions(&same).len(), 1);
        let back = [added(1, 2, 2, 4), added(3, 1, 2, 2)];
        assert_eq!(contradictions(&back).len(), 1);
    }
}
