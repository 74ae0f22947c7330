//! What an order's page knows: where the order stands, and whether it was to be cancelled.

use crate::text::outcome_words::{OutcomeWords, outcome_words};
use model::{OrderStatus, Outcome, ReceiptOrder};

/// An order as its page knows it. News come from two sides, live ones and the answers to the page's
/// own buttons, and may overtake each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub outcome: Outcome,
    /// Somebody asked for it to be cancelled, and the store heard it.
    pub cancel_wished: bool,
}

impl Standing {
    /// As the page was made.
    pub fn of(order: &ReceiptOrder) -> Self {
        Self {
            outcome: order.summary.outcome.clone(),
            cancel_wished: order.cancel_wished,
        }
    }

    /// After news of the order. What is final is not undone by an answer that took longer.
    pub fn told(self, news: Outcome) -> Self {
        // Another tab, or the shop, asked for it.
        let cancelling = matches!(news, Outcome::Cancelling { .. });
        let overtaken = self.outcome.is_final() && !news.is_final();
        Self {
            cancel_wished: self.cancel_wished || cancelling,
            outcome: if overtaken { self.outcome } else { news },
        }
    }

    /// After the store's answer to *Cancel order*.
    pub fn cancel_answered(self, news: Outcome) -> Self {
        let wished = Self {
            cancel_wished: true,
            ..self
        };
        wished.told(news)
    }

    /// *Cancel order* is offered: the order's end is open, and nobody asked for it yet.
    pub fn may_cancel(&self) -> bool {
        match self.outcome {
            Outcome::Sending { .. } | Outcome::Safe { .. } | Outcome::Checking { .. } => {
                !self.cancel_wished
            }
            Outcome::Confirmed { .. }
            | Outcome::NotPlaced { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. }
            | Outcome::Cancelled { .. } => false,
        }
    }

    /// What the order's card says.
    pub fn words(&self) -> OutcomeWords {
        let words = outcome_words(&self.outcome);
        if !self.cancel_wished {
            return words;
        }
        OutcomeWords {
            text: waiting_to_be_cancelled(&self.outcome).unwrap_or(words.text),
            also: wish_words(&self.outcome),
            ..words
        }
    }
}

/// What an order that waits says in place of how it goes on, because it is to be cancelled.
fn waiting_to_be_cancelled(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Sending { .. } => Some("An attempt to order it is under way."),
        Outcome::Safe { .. } => Some("We have it, and our order system is not answering."),
        Outcome::Checking { .. } => {
            Some("We have it, and cannot tell yet whether our order system has it.")
        }
        Outcome::Confirmed { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::UnderReview { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => None,
    }
}

/// What became of the wish to cancel, where the outcome alone does not say it.
fn wish_words(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Sending { .. } => {
            Some("We were asked to cancel it, and try to as soon as this attempt is over.")
        }
        Outcome::Safe { .. } | Outcome::Checking { .. } => {
            Some("We were asked to cancel it, and that is what we do next.")
        }
        Outcome::UnderReview { settled, .. } => {
            (!settled).then_some("We know that it is to be cancelled.")
        }
        Outcome::Confirmed { status, .. } => match status {
            OrderStatus::New | OrderStatus::OnHold | OrderStatus::Picked | OrderStatus::Shipped => {
                Some("It was too late to cancel: our order system had accepted it.")
            }
            // The shop cancelled it after all.
            OrderStatus::Cancelled => None,
        },
        Outcome::NotPlaced { .. } | Outcome::Cancelling { .. } | Outcome::Cancelled { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> String {
        "r".into()
    }

    fn checking() -> Outcome {
        Outcome::Checking {
            receipt: receipt(),
            asked_ms_ago: None,
        }
    }

    fn cancelling() -> Outcome {
        Outcome::Cancelling { receipt: receipt() }
    }

    fn confirmed(status: OrderStatus) -> Outcome {
        Outcome::Confirmed {
            number: "SO-2026-000123".into(),
            status,
            receipt: receipt(),
        }
    }

    fn standing(outcome: Outcome) -> Standing {
        Standing {
            outcome,
            cancel_wished: false,
        }
    }

    #[test]
    fn an_order_is_cancelled_once_and_only_while_its_end_is_open() {
        assert!(standing(checking()).may_cancel());
        assert!(standing(Outcome::Sending { receipt: receipt() }).may_cancel());
        assert!(!standing(cancelling()).may_cancel());
        assert!(!standing(confirmed(OrderStatus::New)).may_cancel());
        assert!(
            !standing(checking())
                .cancel_answered(checking())
                .may_cancel()
        );
    }

    #[test]
    fn too_late_is_said_with_the_number() {
        let late = standing(checking()).cancel_answered(confirmed(OrderStatus::New));
        let words = late.words();
        assert_eq!(words.heading, "Order SO-2026-000123 confirmed");
        assert_eq!(
            words.also,
            Some("It was too late to cancel: our order system had accepted it.")
        );
        let by_shop = late.told(confirmed(OrderStatus::Cancelled));
        assert_eq!(by_shop.words().also, None);
        let unasked = standing(checking()).told(confirmed(OrderStatus::New));
        assert_eq!(unasked.words().also, None);
    }

    #[test]
    fn a_page_that_only_listens_says_too_late_as_well() {
        let late = standing(checking())
            .told(cancelling())
            .told(confirmed(OrderStatus::New));
        assert!(late.words().also.is_some());
    }

    #[test]
    fn an_answer_that_was_overtaken_undoes_nothing() {
        let confirmed = confirmed(OrderStatus::New);
        let known = standing(checking()).told(confirmed.clone());
        let after = known.cancel_answered(cancelling());
        assert_eq!(after.outcome, confirmed);
        assert!(after.cancel_wished);
    }

    #[test]
    fn a_wish_during_an_attempt_is_told_until_it_is_done() {
        let sending = Outcome::Sending { receipt: receipt() };
        let asked = standing(sending.clone()).cancel_answered(sending);
        assert!(
            asked
                .words()
                .also
                .is_some_and(|also| also.contains("this attempt"))
        );
        let done = asked.told(Outcome::Cancelled { receipt: receipt() });
        assert_eq!(done.words().also, None);
        assert_eq!(done.words().text, "Cancelled. Nothing was ordered.");
    }
}
