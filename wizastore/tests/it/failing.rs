//! A journal that fails: what is told is true.

use super::ENGINE;
use crate::shop::{Shop, number};
use model::{Outcome, Reason};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wizastore::{Action, Points};

/// Points that fail as often as their counter says, none at first.
fn failing<const N: usize>(at: [&'static str; N]) -> (Points, [Arc<AtomicU32>; N]) {
    let left = at.map(|_| Arc::new(AtomicU32::new(0)));
    let counters = left.clone();
    let points = Points::new(move |point| {
        let counter = at.iter().zip(&counters).find(|(name, _)| **name == point);
        let fails = counter.is_some_and(|(_, left)| {
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok()
        });
        if fails { Action::Fail } else { Action::Go }
    });
    (points, left)
}

fn reasons(outcome: &Outcome) -> &[Reason] {
    match outcome {
        Outcome::NotPlaced { reasons, .. } => reasons,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn not_placed_is_told_when_nothing_was_written_and_the_same_form_may_be_sent_again() {
    let (points, [left]) = failing(["store.journal.begin"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    left.store(1, Ordering::SeqCst);
    assert_eq!(reasons(&browser.submit(&fields).await), [Reason::NotSaved]);
    assert_eq!(shop.store.ledger().await.unwrap().journalled, 0);
    number(&browser.submit(&fields).await);
}

#[tokio::test]
async fn a_second_click_that_fails_does_not_deny_the_order_of_the_first() {
    let (points, [left]) = failing(["store.journal.begin"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    let (fields, first) = browser.buy().await;
    left.store(1, Ordering::SeqCst);
    assert_eq!(number(&browser.submit(&fields).await), number(&first));
    // Nor does it tell a stranger who knows the key, which is no secret.
    left.store(1, Ordering::SeqCst);
    let mut guessed = fields.clone();
    guessed.receipt = "0".repeat(32);
    let stranger = shop.browser().submit(&guessed).await;
    assert_eq!(reasons(&stranger), [Reason::UnknownOrder]);
}

#[tokio::test]
async fn a_failed_commit_touches_nobody_elses_cart() {
    let (points, [left]) = failing(["store.journal.commit"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    let mut guessed = fields.clone();
    guessed.receipt = "0".repeat(32);
    guessed.form.name = "Mallory".into();
    left.store(1, Ordering::SeqCst);
    shop.browser().submit(&guessed).await;
    assert_eq!(browser.cart().await.order_key, fields.order_key);
    let page = browser.visit().checkout_page().await.unwrap();
    assert_ne!(page.form.name, "Mallory");
}

#[tokio::test]
async fn a_confirmed_order_is_told_as_such_while_nothing_can_be_written() {
    let (points, [left, looks]) = failing(["store.journal.commit", "store.unsaved.commit"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let (fields, first) = shop.browser().buy().await;
    left.store(1, Ordering::SeqCst);
    looks.store(99, Ordering::SeqCst);
    let again = shop.browser().submit(&fields).await;
    assert_eq!(number(&again), number(&first));
}

#[tokio::test]
async fn after_a_commit_that_failed_the_key_is_known_to_be_absent_and_stays_so() {
    let (points, [left]) = failing(["store.journal.commit"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    left.store(1, Ordering::SeqCst);
    assert_eq!(reasons(&browser.submit(&fields).await), [Reason::NotSaved]);
    // The cart is as it was, under another key; the old one can never be journalled any more.
    let cart = browser.cart().await;
    assert_eq!(cart.lines[0].quantity, 2);
    assert_ne!(cart.order_key, fields.order_key);
    assert_eq!(
        reasons(&browser.submit(&fields).await),
        [Reason::UnknownOrder]
    );
    let page = browser.visit().checkout_page().await.unwrap();
    assert_eq!(page.form.name, fields.form.name);
    number(&browser.submit(&browser.filled_in().await).await);
    assert_eq!((shop.erp.orders(), shop.erp.arrived().len()), (1, 1));
}

#[tokio::test]
async fn after_a_commit_whose_answer_was_lost_the_order_is_there() {
    let (points, [left]) = failing(["store.journal.committed"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    left.store(1, Ordering::SeqCst);
    let outcome = browser.submit(&fields).await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn while_nobody_can_tell_it_is_checking() {
    let (points, [left, looks]) = failing(["store.journal.commit", "store.unsaved.begin"]);
    let shop = Shop::open_with(ENGINE, points).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    left.store(1, Ordering::SeqCst);
    looks.store(9, Ordering::SeqCst);
    let outcome = browser.submit(&fields).await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    // The customer asks again, with the same key.
    looks.store(0, Ordering::SeqCst);
    number(&browser.submit(&fields).await);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn a_verdict_that_could_not_be_recorded_is_asked_for_again() {
    for point in [
        "store.verdict.begin",
        "store.verdict.commit",
        "store.verdict.committed",
    ] {
        let (points, [left]) = failing([point]);
        let shop = Shop::open_with(ENGINE, points).await;
        let mut browser = shop.browser();
        browser.add("WAND", "1").await;
        let fields = browser.filled_in().await;
        left.store(1, Ordering::SeqCst);
        browser.submit(&fields).await;
        shop.settle().await;
        assert_eq!(
            number(&shop.outcome(&fields.receipt).await),
            "SO-2026-000001"
        );
        assert_eq!(shop.erp.orders(), 1);
    }
}

#[tokio::test]
async fn orders_that_share_a_commit_do_not_share_a_failure() {
    let shop = Shop::open(ENGINE).await;
    let mut good = shop.browser();
    good.add("WAND", "1").await;
    let mut bad = shop.browser();
    bad.add("BROOM", "1").await;
    let good_fields = good.filled_in().await;
    let mut bad_fields = bad.filled_in().await;
    bad_fields.shown_total_minor = "1".into();
    let (placed, refused) =
        futures::future::join(good.submit(&good_fields), bad.submit(&bad_fields)).await;
    number(&placed);
    assert!(matches!(reasons(&refused)[0], Reason::TotalMismatch { .. }));
}
