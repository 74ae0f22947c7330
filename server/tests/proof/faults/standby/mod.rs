//! PostgreSQL: the primary dies while customers buy, and a synchronous standby takes its place.
//!
//! A program is given one address of a database. Here it is that of a line which leads to the primary and then to the
//! standby, as a merchant's virtual address or pooler does. No program is started again, and none is told.

mod pair;
mod shopper;

use super::postgres::tell;
use crate::settings::{long, report};
use crate::world::acts::Acts;
use crate::world::customer::{Answer, Customer, Wish, moment};
use crate::world::ending::{heal, judge};
use crate::world::template::WAND;
use futures::future::{join, join_all};
use model::Outcome;
use pair::Pair;
use shopper::{answers, is_acknowledged, lost, place, shop};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// They buy at the same time, each one order after the other.
const SHOPPERS: usize = 4;
/// The primary dies when its point is passed for this time, so that there are orders from before.
const PASSAGE: usize = 20;
/// Far longer than a fail-over and an order of each shopper after it take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The primary dies while a program is at `point` and the others do what they do.
async fn dies_at(point: &'static str) {
    let pair = Pair::start().await;
    let (dies, mut died) = watch::channel::<Option<u64>>(None);
    let (folder, passed) = (pair.folder(), AtomicUsize::new(0));
    let acts = Acts::watched(move |passing| {
        if passing == point && passed.fetch_add(1, Ordering::SeqCst) + 1 == PASSAGE {
            let struck = moment();
            tell(&folder, "crash");
            dies.send_replace(Some(struck));
        }
        None
    });
    let world = pair.world(&acts).await;
    let parts = world.store(|store| async move { store.start() }).await;
    let parts = parts.expect("the store lives");
    let failed_over = AtomicBool::new(false);
    acts.arm(true);
    let shoppers = (1..).take(SHOPPERS);
    let shopping = join_all(shoppers.map(|pieces| shop(&world, pieces, &failed_over)));
    let failing_over = async {
        let struck = died.wait_for(Option::is_some).await.unwrap().unwrap();
        let (books, replaced) = pair.fail_over(&world).await;
        failed_over.store(true, Ordering::SeqCst);
        (struck, books, replaced)
    };
    let both = tokio::time::timeout(PATIENCE, join(shopping, failing_over)).await;
    let (orders, (struck, books, replaced)) = both.expect("the store goes on by itself");
    acts.arm(false);
    let mut orders: Vec<Customer> = orders.into_iter().flatten().collect();

    let told = answers(&orders);
    let count = |is: &dyn Fn(&Answer) -> bool| told.iter().filter(|answer| is(answer)).count();
    let before = count(&|answer| answer.answered < struck && is_acknowledged(answer));
    let in_flight = count(&|answer| answer.asked < struck && struck < answer.answered);
    let after = count(&|answer| {
        replaced < answer.asked && matches!(answer.outcome, Some(Outcome::Confirmed { .. }))
    });
    let figures = format!(
        "{} orders, {before} answers before it, {in_flight} in flight, {after} confirmed after it",
        orders.len()
    );
    assert!(before > 0 && in_flight > 0, "not under load: {figures}");
    assert!(after >= SHOPPERS, "it did not go on: {figures}");
    // Looked at before anything could be placed again in place of what was lost.
    let by_then = told.into_iter().filter(|answer| answer.answered < replaced);
    let lost = lost(&books, &by_then.collect::<Vec<_>>());
    assert!(lost.is_empty(), "{}", lost.join("\n"));

    heal(&world, &mut orders).await;
    let wrong = judge(&world, &orders).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A part of the store that ended would end its program.
    let ended = parts.iter().filter(|(_, part)| part.is_finished());
    let ended: Vec<_> = ended.map(|(name, _)| name).collect();
    assert!(ended.is_empty(), "{ended:?}");
    report(&format!("fail-over at {point}"), &figures);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_primary_dies_at_the_journal() {
    dies_at("store.journal.commit").await;
    if long() {
        dies_at("store.journal.committed").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_primary_dies_when_entmine_has_decided() {
    dies_at("entmine.place.committed").await;
    if long() {
        dies_at("entmine.place.commit").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_primary_dies_at_the_verdict() {
    dies_at("store.verdict.commit").await;
    if long() {
        dies_at("store.verdict.committed").await;
    }
}

/// The checks above can fail: an order that only the primary has is lost with it, and both see that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_standby_was_waited_for_is_lost_and_noticed() {
    let pair = Pair::start().await;
    let acts = Acts::watched(|_| None);
    let world = pair.world(&acts).await;
    let mut kept = Customer::at_checkout(&world, Wish::Buy, WAND, 1).await;
    place(&mut kept).await;
    pair.part().await;
    let mut gone = Customer::at_checkout(&world, Wish::Buy, WAND, 2).await;
    place(&mut gone).await;
    let (books, _) = pair.fail_over(&world).await;
    let orders = [kept, gone];
    let key = orders[1].key();

    let lost = lost(&books, &answers(&orders));
    assert!(!lost.is_empty(), "nothing was lost");
    let others: Vec<_> = lost.iter().filter(|one| !one.contains(key)).collect();
    assert!(others.is_empty(), "{others:?}");
    // Nobody clicks again, or the order would be there again.
    heal(&world, &mut []).await;
    let wrong = judge(&world, &orders).await;
    assert!(wrong.iter().any(|one| one.contains(key)), "{wrong:?}");
    report(
        "fail-over to an asynchronous standby",
        "the order that it did not have is found to be lost",
    );
}
