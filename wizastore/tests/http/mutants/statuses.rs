//! Every status that HTTP has room for, with four bodies.

use super::{Call, Mutant, play, right};
use crate::class::Class;
use crate::good::Draft;

/// What the body claims to be.
#[derive(Clone, Copy)]
enum Says {
    Nothing,
    Html,
    /// What would be right for the call under its own status.
    Success,
    /// A problem document that is right for its status and says no more than it.
    Problem,
}

fn wanted(call: Call, status: u16, says: Says) -> Class {
    match (status, says, call) {
        (100..=199, ..) => Class::Ambiguous,
        (200, Says::Success, Call::Place | Call::Find) => Class::Accepted,
        (201, Says::Success, Call::Place) => Class::Accepted,
        (200, Says::Success, Call::Void) => Class::Voided,
        (200..=299, ..) => Class::Unreadable,
        (300..=399, ..) => Class::Contradiction,
        (401 | 403 | 429 | 503, Says::Problem, _) => Class::NotApplied,
        (400 | 413 | 415, Says::Problem, Call::Place) => Class::Malformed,
        (404, Says::Problem, Call::Void) => Class::Contradiction,
        _ => Class::Ambiguous,
    }
}

async fn every_status(says: Says) {
    let mut table = Vec::new();
    for status in 100..=599 {
        for (call, good) in right() {
            let draft = match says {
                Says::Nothing => Draft::json(status, ""),
                Says::Html => Draft::of(status, "text/html", "<html></html>"),
                Says::Success => Draft { status, ..good },
                Says::Problem => Draft::problem(status, "not-now", ""),
            };
            table.push(Mutant {
                name: status.to_string(),
                runs: vec![(call, draft.bytes(), wanted(call, status, says))],
            });
        }
    }
    play(&table).await;
}

#[tokio::test]
async fn every_status_without_a_body() {
    every_status(Says::Nothing).await;
}

#[tokio::test]
async fn every_status_with_html() {
    every_status(Says::Html).await;
}

#[tokio::test]
async fn every_status_with_the_body_of_a_success() {
    every_status(Says::Success).await;
}

#[tokio::test]
async fn every_status_with_a_problem() {
    every_status(Says::Problem).await;
}
