//! How a case ends: everything is healed, and then everything has to be true.

use super::World;
use super::books::Books;
use super::customer::{Answer, Customer, Wish};
use std::time::Duration;
use wizastore::{Audit, DatabaseError, Store};

/// How the background's time runs while a case is healed.
pub const HOUR_MS: i64 = 3_600_000;

/// More rounds than anything needs, also where a busy machine makes databases give up, and less time
/// than the 72 hours for which a price is honoured.
pub const ROUNDS: usize = 40;

/// Lets the background do its work until nothing is left to do.
pub async fn heal(world: &World, customers: &mut [Customer]) {
    for _ in 0..ROUNDS {
        world.clock.advance(HOUR_MS);
        let quiet = world.store(|store| async move { is_well(&store).await });
        let quiet = quiet.await == Some(true);
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

/// Lets the background do what is due; whether it could do all of it, and nothing is paused.
pub async fn is_well(store: &Store) -> bool {
    let reconciled = store.reconcile().await.is_ok();
    let pushed = store.push_due().await.is_ok();
    reconciled && pushed && store.paused().await.is_ok_and(|paused| paused.is_none())
}

/// Everything that is wrong at the end.
pub async fn judge(world: &World, customers: &[Customer]) -> Vec<String> {
    let audit = match world.store(ask_until_entmine_answers).await {
        Some(Ok(audit)) => audit,
        other => return vec![format!("the store does not answer: {other:?}")],
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
        wrong.extend(lies);
        wrong.extend(end_of(customer, &answers, &books));
    }
    wrong
}

/// On a machine that does much else, EntMine may miss the short time limit of these worlds.
async fn ask_until_entmine_answers(store: Store) -> Result<Audit, DatabaseError> {
    for _ in 0..20 {
        let audit = store.audit().await?;
        if audit.entmine_orders.is_some() {
            return Ok(audit);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    store.audit().await
}

/// What a customer wanted once happened at most once, and ended as it could.
fn end_of(customer: &Customer, answers: &[Answer], books: &Books) -> Option<String> {
    let mut keys: Vec<&str> = answers.iter().map(|answer| answer.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let ordered = keys.iter().filter(|key| books.ordered(key)).count();
    let state = books.state(customer.key());
    let well = match (customer.wish, state) {
        (Wish::Buy | Wish::Cancel | Wish::TooMuch, Some("confirmed")) => ordered == 1,
        (Wish::Cancel, Some("cancelled")) => ordered == 0,
        (Wish::TooMuch, Some("rejected")) => ordered == 0,
        (_, _) => false,
    };
    (!well).then(|| {
        format!(
            "{:?}: {state:?}, {ordered} ordered, {answers:#?}",
            customer.wish
        )
    })
}
