//! Whatever is said about an order agrees with its state: all states, with all that is said in each.

use crate::state::offer::{Offer, link_words, offer};
use crate::state::order_facts::{order_facts, order_title};
use crate::state::standing::Standing;
use crate::text::lost_words::missing_words;
use crate::text::outcome_words::{lost_words, outcome_words, sending_words, short_words};
use model::{OrderStatus, Outcome, Reason};

/// What is true of an order, as far as words can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    /// Its end is open.
    Open,
    /// It is ordered.
    Ordered,
    /// Nothing is ordered, and nothing of it comes.
    NotOrdered,
    /// A person ended it, who knows how.
    Settled,
}

fn all() -> Vec<(Truth, Outcome)> {
    let receipt = || String::from("9f86d081884c7d65");
    let confirmed = |status| Outcome::Confirmed {
        number: "SO-2026-000123".into(),
        status,
        receipt: receipt(),
    };
    let review = |settled| Outcome::UnderReview {
        receipt: receipt(),
        settled,
    };
    let not_placed = |reasons| Outcome::NotPlaced {
        reasons,
        cart: None,
    };
    vec![
        (Truth::Open, Outcome::Sending { receipt: receipt() }),
        (
            Truth::Open,
            Outcome::Safe {
                receipt: receipt(),
                next_try_in_ms: 5_000,
                asked_ms_ago: None,
            },
        ),
        (
            Truth::Open,
            Outcome::Checking {
                receipt: receipt(),
                asked_ms_ago: Some(900),
            },
        ),
        (Truth::Open, review(false)),
        (Truth::Open, Outcome::Cancelling { receipt: receipt() }),
        (Truth::Ordered, confirmed(OrderStatus::New)),
        (Truth::Ordered, confirmed(OrderStatus::OnHold)),
        (Truth::Ordered, confirmed(OrderStatus::Picked)),
        (Truth::Ordered, confirmed(OrderStatus::Shipped)),
        (Truth::NotOrdered, confirmed(OrderStatus::Cancelled)),
        (Truth::NotOrdered, not_placed(vec![Reason::NotSaved])),
        (Truth::NotOrdered, not_placed(vec![])),
        (Truth::NotOrdered, Outcome::Cancelled { receipt: receipt() }),
        (Truth::Settled, review(true)),
    ]
}

/// Every sentence of a page about an order.
fn said(standing: &Standing) -> Vec<String> {
    let words = standing.words();
    let facts = order_facts(&standing.outcome);
    let mut said = vec![
        words.state.to_owned(),
        words.heading,
        words.text.to_owned(),
        short_words(&standing.outcome),
        order_title(&standing.outcome),
        link_words(&standing.outcome).to_owned(),
        facts.dated.to_owned(),
    ];
    let more = [words.also, facts.payment, facts.keep];
    said.extend(more.into_iter().flatten().map(str::to_owned));
    said
}

/// Every pair of a state and a wish to cancel, with all that is said.
fn pages() -> impl Iterator<Item = (Truth, Standing, Vec<String>)> {
    all().into_iter().flat_map(|(truth, outcome)| {
        [false, true].map(|cancel_wished| {
            let standing = Standing {
                outcome: outcome.clone(),
                cancel_wished,
            };
            let said = said(&standing);
            (truth, standing, said)
        })
    })
}

/// Fails where one of these is said by a page of one of these kinds.
fn never(truths: &[Truth], phrases: &[&str]) {
    for (truth, standing, said) in pages().filter(|(truth, ..)| truths.contains(truth)) {
        for phrase in phrases {
            let found = said.iter().find(|sentence| sentence.contains(phrase));
            assert_eq!(found, None, "{truth:?} {standing:?}");
        }
    }
}

#[test]
fn what_was_not_ordered_is_not_spoken_of_as_ordered() {
    never(
        &[Truth::NotOrdered],
        &[
            "What you ordered",
            "Placed",
            "ou pay by invoice",
            "comes with the goods",
            "Thank you",
            "Order SO-2026-000123 confirmed",
            "on their way",
            "will contact you",
            "will follow",
            "Keep this page",
            "A person",
        ],
    );
}

#[test]
fn what_is_not_known_yet_is_promised_neither_way() {
    never(
        &[Truth::Open],
        &[
            "Placed",
            "ou pay by invoice",
            "Thank you",
            "onfirmed",
            "Nothing was ordered",
            "not placed",
            "too late",
        ],
    );
}

#[test]
fn what_is_ordered_is_not_spoken_of_as_open_or_lost() {
    never(
        &[Truth::Ordered],
        &[
            "Nothing was ordered",
            "not placed",
            "nothing to pay.",
            "Received",
            "Try",
            "try",
            "cannot tell",
            "not answering",
        ],
    );
}

#[test]
fn what_a_person_has_ended_is_not_looked_at_for_ever() {
    never(
        &[Truth::Settled],
        &[
            "is looking",
            "are checking",
            "will contact",
            "to be cancelled",
            "Placed",
            "invoice",
            "Nothing was ordered",
        ],
    );
    for (truth, standing, _) in pages() {
        assert_eq!(
            standing.outcome.is_final(),
            truth != Truth::Open,
            "{standing:?}"
        );
    }
}

#[test]
fn who_wished_to_cancel_is_not_told_how_the_order_goes_on() {
    let wished = pages().filter(|(truth, standing, _)| {
        *truth == Truth::Open && standing.cancel_wished && !standing.may_cancel()
    });
    for (_, standing, said) in wished {
        assert!(
            !said.iter().any(|sentence| sentence.contains("will follow")
                || sentence.contains("asking for your order number")),
            "{standing:?}: {said:?}"
        );
        assert!(matches!(offer(&standing), Offer::Wait | Offer::Reference));
    }
}

#[test]
fn customers_do_not_read_the_name_of_the_order_system() {
    let mut all: Vec<String> = pages().flat_map(|(.., said)| said).collect();
    for words in [sending_words(), lost_words(), missing_words()] {
        all.extend([words.heading, words.text.to_owned()]);
    }
    assert!(!all.iter().any(|sentence| sentence.contains("EntMine")));
}

#[test]
fn each_state_has_a_name_of_its_own() {
    let mut names: Vec<&str> = all()
        .iter()
        .map(|(_, outcome)| outcome_words(outcome).state)
        .collect();
    names.sort_unstable();
    names.dedup();
    // The four statuses of an order that is on share one, and so do the two of *Not placed*.
    assert_eq!(names.len(), all().len() - 4);
}
