//! An order that an earlier page sent and that did not reach the store: found on the next visit.

use super::{
    ask::order_status,
    clock::random,
    lock::{Lock, Tried, try_lock},
    outbox,
    post::post,
    woken::Woken,
};
use crate::{
    server_fns::OrdersSubmit,
    state::{
        pace::Pace,
        placing::is_unknown,
        post_error::{PostError, Refusal},
        submission::{Submission, UnsentOrder},
    },
};
use leptos::{prelude::window, server_fn::ServerFn};
use model::Outcome;

/// An order that the store does not have, with the lock that keeps other tabs from offering it too.
pub struct Found {
    pub unsent: UnsentOrder,
    /// None in a browser without locks.
    _lock: Option<Lock>,
}

/// What came of sending it again.
pub enum SentAgain {
    /// The store has it; the browser goes to its page.
    HasIt,
    NotPlaced,
    Refused(Refusal),
    Lost,
}

/// The lock of a page that sends an order.
pub fn lock_name(receipt: &str) -> String {
    format!("wizastore-order:{receipt}")
}

/// Looks for an order that the store says it does not have, and forgets those that it has. Asks until
/// the store answers.
pub async fn look() -> Option<Found> {
    let mut woken = Woken::listen();
    for unsent in outbox::kept() {
        let receipt = unsent.submission.receipt.clone();
        let lock = match try_lock(&lock_name(&receipt)).await {
            Tried::Held(lock) => Some(lock),
            // A page is just sending it.
            Tried::Taken => continue,
            Tried::Unsupported => None,
        };
        let mut pace = Pace::of_a_lost_order();
        let outcome = loop {
            woken.until_seen().await;
            match order_status(&receipt).await {
                Ok(outcome) => break outcome,
                Err(_) => woken.pause(pace.wait_ms(random())).await,
            }
        };
        if is_unknown(&outcome) {
            return Some(Found {
                unsent,
                _lock: lock,
            });
        }
        outbox::forget(&receipt);
    }
    None
}

/// Sends the very same once more: under its key it is one order, however often it is sent.
pub async fn send_again(submission: &Submission) -> SentAgain {
    match post::<Outcome>(OrdersSubmit::PATH, &submission.body).await {
        Ok(outcome) => {
            outbox::forget(&submission.receipt);
            match outcome.receipt() {
                Some(receipt) => {
                    let _ = window().location().assign(&format!("/orders/{receipt}"));
                    SentAgain::HasIt
                }
                None => SentAgain::NotPlaced,
            }
        }
        Err(PostError::Refused(refusal)) => SentAgain::Refused(refusal),
        Err(PostError::Lost) => SentAgain::Lost,
    }
}
