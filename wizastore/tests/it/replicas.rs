//! Several replicas of the store on one database (PostgreSQL).

use crate::fake::Script;
use crate::shop::{Browser, Shop, number, quick};
use database::Engine;
use futures::StreamExt;
use model::Outcome;
use std::time::Duration;
use wizastore::{Knobs, Points};

#[tokio::test]
async fn any_replica_confirms_any_order() {
    let shop = Shop::open(Engine::Postgres).await;
    let (second, third) = (shop.replica().await, shop.replica().await);
    shop.erp
        .script([Script::DropRequest, Script::Refuse, Script::Refuse]);
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    // The second one is asked about it, the third one pushes it.
    let status = second.visit(None, None).status(&fields.receipt).await;
    let status = status.unwrap();
    assert!(matches!(status, Outcome::Checking { .. }), "{status:?}");
    assert_eq!(status.receipt(), outcome.receipt());
    let pushed = third.visit(None, None).retry(&fields.receipt).await;
    number(&pushed.unwrap());
    number(&shop.outcome(&fields.receipt).await);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn the_same_form_through_three_replicas_at_once_is_one_order() {
    let shop = Shop::open(Engine::Postgres).await;
    let replicas = [shop.replica().await, shop.replica().await];
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    let elsewhere = replicas.each_ref().map(|store| browser.through(store));
    let clicks = (0..30).map(|click| match elsewhere.get(click % 3) {
        Some(browser) => browser.submit(&fields),
        None => browser.submit(&fields),
    });
    let outcomes = futures::future::join_all(clicks).await;
    for outcome in &outcomes {
        assert_eq!(number(outcome), "SO-2026-000001");
    }
    assert_eq!((shop.erp.orders(), shop.erp.arrived().len()), (1, 1));
}

#[tokio::test]
async fn a_replica_that_starts_leaves_the_others_attempts_alone() {
    // The attempt lasts as long as the other replica takes to start.
    let patient = Knobs {
        attempt: Duration::from_secs(60),
        customer_wait: Duration::from_secs(120),
        ..quick()
    };
    let shop = Shop::open_as(Engine::Postgres, Points::default(), patient).await;
    shop.erp.script([Script::WaitForGate]);
    let mut browser: Browser = shop.browser();
    browser.add("WAND", "1").await;
    let fields = browser.filled_in().await;
    let submit = tokio::spawn({
        let (browser, fields) = (browser.clone(), fields.clone());
        async move { browser.submit(&fields).await }
    });
    while !matches!(shop.outcome(&fields.receipt).await, Outcome::Sending { .. }) {
        tokio::task::yield_now().await;
    }
    let other = shop.replica().await;
    assert_eq!(other.push_due().await.unwrap(), 0);
    assert!(matches!(
        shop.outcome(&fields.receipt).await,
        Outcome::Sending { .. }
    ));
    shop.erp.gate.add_permits(1);
    number(&submit.await.unwrap());
    assert_eq!(shop.erp.finds(), 0);
}

/// Long before its page would look for itself.
#[tokio::test]
async fn who_follows_an_order_sees_at_once_what_another_replica_did() {
    let shop = Shop::open(Engine::Postgres).await;
    let other = shop.replica().await;
    drop((shop.store.start(), other.start()));
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let browser = &mut shop.browser();
    let (fields, outcome) = browser.buy().await;
    assert!(matches!(outcome, Outcome::Safe { .. }), "{outcome:?}");
    let visit = other.visit(None, None);
    let outcomes = visit.follow(&fields.receipt).await.unwrap().unwrap();
    let mut outcomes = std::pin::pin!(outcomes);
    outcomes.next().await.unwrap();
    number(&browser.visit().retry(&fields.receipt).await.unwrap());
    let confirmed = async {
        while let Some(outcome) = outcomes.next().await {
            if matches!(outcome, Outcome::Confirmed { .. }) {
                return;
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(4), confirmed).await;
    in_time.expect("the other replica notifies this one");
}

#[tokio::test]
async fn a_dead_replicas_orders_are_taken_up_when_their_leases_run_out() {
    let shop = Shop::open(Engine::Postgres).await;
    let other = shop.replica().await;
    shop.erp.script([Script::AcceptAndDropReply]);
    shop.erp.mute(true);
    let (fields, _) = shop.browser().buy().await;
    // As if it had died while it was sending: the row says so, and nobody is there to end it.
    shop.alter(
        "UPDATE orders SET state = 'sending', fence = fence + 1,
                lease_until = 1795381200000 + 20000, next_try_at = NULL",
    )
    .await;
    shop.erp.mute(false);
    assert_eq!(other.push_due().await.unwrap(), 0);
    shop.clock.advance(20_001);
    assert_eq!(other.push_due().await.unwrap(), 1);
    number(&shop.outcome(&fields.receipt).await);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn one_replica_compares_everything_and_another_takes_over_when_it_is_gone() {
    let shop = Shop::open(Engine::Postgres).await;
    let other = shop.replica().await;
    shop.browser().buy().await;
    shop.store.reconcile().await.unwrap();
    shop.erp.restore(0, 2, 1);
    shop.store.reconcile().await.unwrap();
    // The first one has it, and is gone.
    shop.alter("UPDATE entmine SET compared_until = 1795381200000 + 20000")
        .await;
    assert_eq!(other.reconcile().await.unwrap().restored, 0);
    assert!(other.paused().await.unwrap().is_some());
    shop.clock.advance(20_001);
    assert_eq!(other.reconcile().await.unwrap().restored, 1);
    assert_eq!(shop.store.paused().await.unwrap(), None);
}
