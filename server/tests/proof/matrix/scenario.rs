//! What five customers do in every case while something happens, how it is healed, and what has to
//! be true at the end.

use super::case::Case;
use crate::world::World;
use crate::world::books::Books;
use crate::world::customer::{Answer, Customer};
use crate::world::line::Loss;
use crate::world::template::{RARE, Template, WAND};
use std::sync::Arc;
use std::time::Duration;

/// How the background's time runs while a case is healed.
const HOUR_MS: i64 = 3_600_000;

/// Plays a case. Gives how many of its acts happened, or everything that is wrong.
pub async fn play(template: &Template, case: &Case) -> Result<usize, Vec<String>> {
    let acts = case.acts();
    let world = Arc::new(World::begin(template, case.way, acts.clone()).await);
    let mut customers = [
        Customer::at_checkout(&world, "clicks twice", WAND, 2).await,
        Customer::at_checkout(&world, "buys", WAND, 1).await,
        Customer::at_checkout(&world, "cancels what never arrived", WAND, 3).await,
        Customer::at_checkout(&world, "cancels what arrived", WAND, 4).await,
        Customer::at_checkout(&world, "wants too much", RARE, 5).await,
    ];
    let mut late = Customer::at_checkout(&world, "comes later", WAND, 1).await;
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

/// Lets the background do its work until nothing is left to do.
async fn heal(world: &World, customers: &mut [Customer]) {
    for _ in 0..12 {
        world.clock.advance(HOUR_MS);
        let reconciled = world.store(|store| async move {
            let reconciled = store.reconcile().await.is_ok();
            let pushed = store.push_due().await.is_ok();
            reconciled && pushed && store.paused().await.is_ok_and(|paused| paused.is_none())
        });
        let quiet = reconciled.await == Some(true);
        for customer in &mut *customers {
            customer.settle().await;
        }
        let ledger = world.store(|store| async move { store.ledger().await });
        let open = match ledger.await {
            Some(Ok(ledger)) => ledger.open,
            Some(Err(_)) | None => continue,
        };
        if quiet && open == 0 {
            return;
        }
    }
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

/// Everything that is wrong at the end.
async fn judge(world: &World, customers: &[Customer]) -> Vec<String> {
    let audit = world.store(|store| async move { store.audit().await });
    let Some(Ok(audit)) = audit.await else {
        return vec!["the store does not answer".to_owned()];
    };
    let mut wrong = audit.broken.clone();
    if audit.entmine_orders.is_none() {
        wrong.push("EntMine does not answer".to_owned());
    }
    let ends = audit.confirmed + audit.rejected + audit.cancelled + audit.settled;
    if audit.open != 0 || ends != audit.journalled {
        wrong.push(format!("not everything has its end: {audit:?}"));
    }
    let books = Books::read(world.store_home.url(), world.entmine_home.url()).await;
    let books = books.expect("both databases can be read");
    wrong.extend(books.faults());
    for customer in customers {
        let answers = customer.answers.lock().unwrap().clone();
        let lies = books.lies(&answers);
        wrong.extend(lies.iter().map(|lie| format!("{}: {lie}", customer.name)));
        wrong.extend(end_of(customer, &answers, &books));
    }
    wrong
}

/// What a customer wanted once happened at most once, and ended as it could.
fn end_of(customer: &Customer, answers: &[Answer], books: &Books) -> Option<String> {
    let mut keys: Vec<&str> = answers.iter().map(|answer| answer.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let ordered = keys.iter().filter(|key| books.ordered(key)).count();
    let state = books.state(customer.key());
    let well = match (customer.name, state) {
        ("clicks twice" | "buys" | "comes later", Some("confirmed")) => ordered == 1,
        // An order that waited for long is accepted although the stock is short.
        ("wants too much", Some("confirmed")) => ordered == 1,
        ("wants too much", Some("rejected")) => ordered == 0,
        ("cancels what never arrived" | "cancels what arrived", Some("confirmed")) => ordered == 1,
        ("cancels what never arrived" | "cancels what arrived", Some("cancelled")) => ordered == 0,
        _ => false,
    };
    (!well).then(|| {
        format!(
            "{}: {state:?}, {ordered} ordered, {answers:#?}",
            customer.name
        )
    })
}

/// Longer than any case takes on a busy machine.
pub const MOST: Duration = Duration::from_secs(60);
