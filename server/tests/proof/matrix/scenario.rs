//! What five customers do in every case while something happens, how it is healed, and what has to
//! be true at the end.

use super::case::Case;
use crate::world::World;
use crate::world::customer::{Customer, Wish};
use crate::world::ending::{heal, judge};
use crate::world::line::Loss;
use crate::world::template::{RARE, Template, WAND};
use std::sync::Arc;
use std::time::Duration;

/// Plays a case. Gives how many of its acts happened, or everything that is wrong.
pub async fn play(template: &Template, case: &Case) -> Result<usize, Vec<String>> {
    let acts = case.acts();
    let world = Arc::new(World::begin(template, case.way, acts.clone()).await);
    let mut customers = [
        Customer::at_checkout(&world, Wish::Buy, WAND, 2).await,
        Customer::at_checkout(&world, Wish::Buy, WAND, 1).await,
        Customer::at_checkout(&world, Wish::Cancel, WAND, 3).await,
        Customer::at_checkout(&world, Wish::Cancel, WAND, 4).await,
        Customer::at_checkout(&world, Wish::TooMuch, RARE, 5).await,
    ];
    let mut late = Customer::at_checkout(&world, Wish::Buy, WAND, 1).await;
    acts.arm(true);

    let [twice, buys, never, arrived, much] = &mut customers;
    let second = twice.clone();
    tokio::join!(
        async { second.click().await },
        async { twice.buy().await },
        async { buys.buy().await },
        async { cancel_after(&world, never, Loss::Requests).await },
        async { cancel_after(&world, arrived, Loss::Replies).await },
        async { much.buy().await },
    );
    heal(&world, &mut customers).await;

    // EntMine says that it was restored from a backup: the store stops, compares, goes on.
    let highest = numbers(&world).await;
    for _ in 0..4 {
        let highest = highest.clone();
        let restored =
            world.staff(|entmine| async move { entmine.restored(&highest).await.is_ok() });
        if restored.await == Some(true) {
            break;
        }
    }
    if case.compares_first() {
        let compared = world.store(|store| async move { store.reconcile().await });
        // Whatever came of it, it is done again until it ends well.
        let _ = compared.await;
    }
    late.buy().await;
    let mut all = customers.to_vec();
    all.push(late);
    heal(&world, &mut all).await;

    let happened = acts.happened();
    acts.arm(false);
    heal(&world, &mut all).await;
    let wrong = judge(&world, &all).await;
    if wrong.is_empty() {
        Ok(happened)
    } else {
        Err(wrong)
    }
}

/// Buys while one half of the talk with EntMine gets lost, then cancels.
async fn cancel_after(world: &World, customer: &mut Customer, loss: Loss) {
    world.line.lose(customer.key(), loss);
    customer.buy().await;
    world.line.mend(customer.key());
    customer.cancel().await;
}

async fn numbers(world: &World) -> Vec<String> {
    for _ in 0..4 {
        let audit = world.store(|store| async move { store.audit().await });
        if let Some(Ok(audit)) = audit.await {
            return audit.highest_numbers;
        }
    }
    Vec::new()
}

/// Longer than any case takes on a busy machine.
pub const MOST: Duration = Duration::from_secs(60);
