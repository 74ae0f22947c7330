//! Customers who go on buying whatever happens, and what they may rely on.

use crate::world::World;
use crate::world::books::Books;
use crate::world::customer::{Answer, Customer, Wish};
use crate::world::template::WAND;
use model::Outcome;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Before somebody who got an error tries again.
const PAUSE: Duration = Duration::from_millis(20);
/// Longer than a breaker stays open.
const MINUTE_MS: i64 = 60_000;

/// Orders again and again, until an order that was begun after the fail-over is confirmed.
pub async fn shop(world: &Arc<World>, pieces: i64, failed_over: &AtomicBool) -> Vec<Customer> {
    let mut orders = Vec::new();
    loop {
        let is_last = failed_over.load(Ordering::SeqCst);
        let mut order = Customer::at_checkout(world, Wish::Buy, WAND, pieces).await;
        let is_confirmed = matches!(place(&mut order).await, Outcome::Confirmed { .. });
        orders.push(order);
        if is_last && is_confirmed {
            return orders;
        }
        if !is_confirmed {
            // EntMine is left alone for a while after failures, by the case's clock.
            world.clock.advance(MINUTE_MS);
        }
    }
}

/// Places an order, as often as it takes until its page knows it.
pub async fn place(order: &mut Customer) -> Outcome {
    loop {
        order.buy().await;
        match order.look().await {
            None | Some(Outcome::NotPlaced { .. }) => tokio::time::sleep(PAUSE).await,
            Some(known) => return known,
        }
    }
}

/// All answers about these orders.
pub fn answers(orders: &[Customer]) -> Vec<Answer> {
    let answers = orders.iter().map(|order| order.answers.lock().unwrap());
    answers.flat_map(|answers| answers.clone()).collect()
}

/// What was acknowledged and is not in the books.
pub fn lost(books: &Books, answers: &[Answer]) -> Vec<String> {
    let acknowledged = answers.iter().filter(|answer| is_acknowledged(answer));
    let acknowledged: Vec<Answer> = acknowledged.cloned().collect();
    let missing = acknowledged
        .iter()
        .filter(|answer| books.state(&answer.key).is_none())
        .map(|answer| format!("{} is not in the journal: {answer:?}", answer.key));
    let mut lost: Vec<String> = missing.collect();
    lost.extend(books.lies(&acknowledged));
    lost
}

/// Whether somebody was told that the store has the order.
pub fn is_acknowledged(answer: &Answer) -> bool {
    match &answer.outcome {
        None | Some(Outcome::NotPlaced { .. }) => false,
        // A page says so of an order that is there; a click also where nobody knows whether it was saved.
        Some(Outcome::Checking { .. }) => !answer.submission,
        Some(
            Outcome::Sending { .. }
            | Outcome::Confirmed { .. }
            | Outcome::Safe { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. }
            | Outcome::Cancelled { .. },
        ) => true,
    }
}
