//! Places and the breaker: an EntMine that fails is left alone, and customers do not wait for it.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number, quick};
use model::Outcome;
use std::time::Duration;
use wizastore::{Knobs, Points};

#[tokio::test]
async fn an_entmine_that_fails_is_left_alone_and_probed() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::DropRequest, 5));
    for _ in 0..3 {
        shop.browser().buy().await;
    }
    // Open now: the next customer's order is safe, and nothing is sent.
    shop.erp.script([Script::Hang]);
    let (fields, outcome) = shop.browser().buy().await;
    let in_ms = |outcome: &Outcome| match outcome {
        Outcome::Safe { next_try_in_ms, .. } => *next_try_in_ms,
        other => panic!("{other:?}"),
    };
    assert!(
        in_ms(&outcome) >= 4_000,
        "no sooner than the breaker: {outcome:?}"
    );
    assert_eq!(shop.store.push_due().await.unwrap(), 0);
    assert_eq!(shop.erp.arrived().len(), 0);
    // Nothing was even begun: while EntMine is down an order costs no more than to write it down.
    let record = shop.store.show_order(&fields.order_key).await.unwrap();
    assert_eq!(record.unwrap().timeline.len(), 0);
    // The probe hangs, then it is open for longer; after that two probes close it.
    shop.clock.advance(6_001);
    shop.store.push_due().await.unwrap();
    shop.clock.advance(6_001);
    assert_eq!(shop.store.push_due().await.unwrap(), 0);
    shop.settle().await;
    let ledger = shop.store.ledger().await.unwrap();
    assert_eq!((ledger.confirmed, ledger.open), (4, 0));
    assert_eq!(shop.erp.orders(), 4);
}

#[tokio::test]
async fn without_a_free_place_an_order_is_safe_and_nothing_is_sent() {
    let places = 3;
    let knobs = Knobs {
        places,
        attempt: Duration::from_secs(60),
        ..quick()
    };
    let shop = Shop::open_as(ENGINE, Points::default(), knobs).await;
    shop.erp
        .script(std::iter::repeat_n(Script::WaitForGate, places));
    let submits: Vec<_> = (0..places)
        .map(|_| {
            let mut browser = shop.browser();
            tokio::spawn(async move { browser.buy().await })
        })
        .collect();
    while shop.erp.waiting() < places {
        tokio::task::yield_now().await;
    }
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Safe { .. }), "{outcome:?}");
    shop.erp.gate.add_permits(places);
    for submit in submits {
        submit.await.unwrap();
    }
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
    assert_eq!(shop.erp.orders(), places + 1);
}

#[tokio::test]
async fn a_backlog_is_drained_with_one_request_for_each_order() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 5));
    for _ in 0..40 {
        shop.browser().buy().await;
    }
    assert_eq!(shop.erp.arrived().len(), 0);
    shop.settle().await;
    assert_eq!((shop.erp.orders(), shop.erp.arrived().len()), (40, 40));
}

#[tokio::test]
async fn three_unreadable_answers_need_a_person() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.mute(true);
    shop.erp.script([Script::AcceptUnreadably]);
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    // Asked by key it answers, so that the order is confirmed after all.
    shop.erp.mute(false);
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
}

#[tokio::test]
async fn other_bytes_under_a_key_need_a_person() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::KeyReused]);
    let (fields, outcome) = shop.browser().buy().await;
    assert!(
        matches!(outcome, Outcome::UnderReview { .. }),
        "{outcome:?}"
    );
    shop.settle().await;
    assert_eq!(shop.outcome(&fields.receipt).await, outcome);
    assert_eq!(shop.store.ledger().await.unwrap().attention, 1);
}

/// A shop whose EntMine has just failed often enough to be left alone, and an order that waits.
async fn left_alone() -> (Shop, String, String) {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 5));
    for _ in 0..3 {
        shop.browser().buy().await;
    }
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Safe { .. }), "{outcome:?}");
    assert!(shop.store.breaker_open());
    (shop, fields.receipt, fields.order_key)
}

#[tokio::test]
async fn a_click_on_try_now_while_entmine_is_left_alone_is_a_probe() {
    let (shop, receipt, _) = left_alone().await;
    let outcome = shop.browser().visit().retry(&receipt).await.unwrap();
    assert_eq!(number(&outcome), "SO-2026-000001");
}

#[tokio::test]
async fn clicks_on_try_now_are_probes_only_now_and_then() {
    let (shop, receipt, key) = left_alone().await;
    shop.erp.script([Script::Refuse]);
    let tries = async || {
        let record = shop.store.show_order(&key).await.unwrap().unwrap();
        record.timeline.len()
    };
    assert_eq!(tries().await, 0);
    let soon = |outcome: Outcome| match outcome {
        Outcome::Safe { next_try_in_ms, .. } => assert!(
            next_try_in_ms <= 8_000,
            "nobody waits longer for a click: {next_try_in_ms}"
        ),
        other => panic!("{other:?}"),
    };
    soon(shop.browser().visit().retry(&receipt).await.unwrap());
    assert_eq!(tries().await, 1);
    shop.clock.advance(1_000);
    for _ in 0..5 {
        soon(shop.browser().visit().retry(&receipt).await.unwrap());
        assert_eq!(tries().await, 1, "asked too often");
    }
    shop.clock.advance(2_500);
    let outcome = shop.browser().visit().retry(&receipt).await.unwrap();
    number(&outcome);
}

#[tokio::test]
async fn an_order_in_doubt_says_when_entmine_was_last_asked_in_vain() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([
        Script::DropRequest,
        Script::DropRequest,
        Script::DropRequest,
    ]);
    let (fields, outcome) = shop.browser().buy().await;
    assert!(
        matches!(
            outcome,
            Outcome::Checking {
                asked_ms_ago: Some(_),
                ..
            }
        ),
        "{outcome:?}"
    );
    shop.clock.advance(7_000);
    let Outcome::Checking { asked_ms_ago, .. } = shop.outcome(&fields.receipt).await else {
        panic!("not in doubt")
    };
    assert!(
        asked_ms_ago.is_some_and(|ago| ago >= 7_000),
        "{asked_ms_ago:?}"
    );
}

#[tokio::test]
async fn who_clicks_try_now_again_and_again_waits_no_longer_for_the_next_try_by_itself() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 100));
    let (fields, _) = shop.browser().buy().await;
    for _ in 0..8 {
        shop.clock.advance(3_300);
        let outcome = shop.browser().visit().retry(&fields.receipt).await.unwrap();
        let Outcome::Safe { next_try_in_ms, .. } = outcome else {
            panic!("{outcome:?}")
        };
        // 5 s after the first round, 30 s of a breaker that opened at most, each varied by half.
        assert!(next_try_in_ms <= 36_000, "{next_try_in_ms}");
    }
}

#[tokio::test]
async fn an_operator_hears_why_an_order_is_not_tried_now() {
    let (shop, receipt, key) = left_alone().await;
    shop.erp.script([Script::Refuse]);
    shop.browser().visit().retry(&receipt).await.unwrap();
    let retried = shop.store.retry_order(&key, "looked").await;
    let said = retried.expect_err("it was asked a moment ago").to_string();
    assert!(said.contains("was asked a moment ago"), "{said}");
}

#[tokio::test]
async fn a_click_that_was_no_try_says_how_long_ago_there_was_one() {
    let (shop, receipt, _) = left_alone().await;
    let asked = |outcome: Outcome| match outcome {
        Outcome::Safe { asked_ms_ago, .. } => asked_ms_ago,
        other => panic!("{other:?}"),
    };
    shop.erp.script([Script::Refuse]);
    let tried = shop.browser().visit().retry(&receipt).await.unwrap();
    assert_eq!(asked(tried), Some(0));
    shop.clock.advance(700);
    let refused = shop.browser().visit().retry(&receipt).await.unwrap();
    assert_eq!(asked(refused), Some(700));
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_nobody_waiting() {
    let (shop, receipt, _) = left_alone().await;
    shop.clock.advance(-3_600_000);
    let Outcome::Safe { next_try_in_ms, .. } = shop.outcome(&receipt).await else {
        panic!("not safe")
    };
    assert!(next_try_in_ms <= 6_000, "{next_try_in_ms}");
    for _ in 0..10 {
        shop.clock.advance(6_001);
        shop.store.push_due().await.unwrap();
    }
    number(&shop.outcome(&receipt).await);
    assert_eq!(shop.store.ledger().await.unwrap().open, 0);
}

#[tokio::test]
async fn entmine_is_told_what_is_left_after_it_was_asked() {
    let patient = Knobs {
        attempt: Duration::from_secs(20),
        customer_wait: Duration::from_secs(60),
        ..quick()
    };
    let shop = Shop::open_as(ENGINE, Points::default(), patient).await;
    shop.erp.script([Script::DropRequest]);
    shop.erp.mute(true);
    let (fields, _) = shop.browser().buy().await;
    shop.erp.mute(false);
    shop.erp.find_takes(Duration::from_millis(300));
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
    let deadlines = shop.erp.deadlines();
    let left = deadlines.last().unwrap();
    if !crate::shop::is_foreign(ENGINE) {
        assert!(*left <= Duration::from_millis(19_700), "{deadlines:?}");
    }
}
