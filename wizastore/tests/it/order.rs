//! One order's way, and what is told when EntMine fails.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number};
use model::{Outcome, Reason};
use std::time::Duration;

#[tokio::test]
async fn an_order_gets_its_number_in_the_same_reply() {
    let shop = Shop::open(ENGINE).await;
    let (fields, outcome) = shop.browser().buy().await;
    assert_eq!(number(&outcome), "SO-2026-000001");
    assert_eq!(outcome.receipt(), Some(fields.receipt.as_str()));
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn fifty_clicks_at_once_are_one_order() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    let clicks = (0..50).map(|_| browser.submit(&fields));
    let outcomes = futures::future::join_all(clicks).await;
    for outcome in &outcomes {
        assert_eq!(number(outcome), number(&outcomes[0]));
    }
    assert_eq!(shop.erp.orders(), 1);
    assert_eq!(shop.erp.arrived().len(), 1);
}

#[tokio::test]
async fn the_cart_goes_with_its_order_and_the_next_one_has_a_new_key() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    assert_eq!(browser.cart_if_any().await, None);
    browser.add("BROOM", "1").await;
    let cart = browser.cart().await;
    assert_eq!(cart.lines.len(), 1);
    assert_ne!(cart.order_key, fields.order_key);
    assert_ne!(cart.receipt, fields.receipt);
    let (_, second) = browser.buy().await;
    assert_eq!(number(&second), "SO-2026-000002");
}

#[tokio::test]
async fn other_fields_under_a_journalled_key_change_nothing() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (mut fields, first) = browser.buy().await;
    fields.form.name = "Someone else".into();
    fields.shown_total_minor = "1".into();
    assert_eq!(browser.submit(&fields).await, first);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn while_entmine_is_down_an_order_is_safe_and_then_confirmed_once() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    let Outcome::Safe { next_try_in_ms, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        (2_500..=7_500).contains(&next_try_in_ms),
        "{next_try_in_ms}"
    );
    assert!(
        browser.cart_if_any().await.is_none(),
        "the cart was handed over"
    );

    let retried = browser.visit().retry(&fields.receipt).await.unwrap();
    assert_eq!(number(&retried), "SO-2026-000001");
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn a_reply_lost_after_commit_gives_the_same_number() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::AcceptAndDropReply]);
    shop.erp.mute(true);
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    assert!(
        matches!(&outcome, Outcome::Checking { receipt, .. } if *receipt == fields.receipt),
        "{outcome:?}"
    );
    assert_eq!(shop.erp.orders(), 1);

    shop.erp.mute(false);
    let retried = browser.visit().retry(&fields.receipt).await.unwrap();
    assert_eq!(number(&retried), "SO-2026-000001");
    assert_eq!(shop.erp.arrived().len(), 1, "asked, not sent again");
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn a_lost_reply_is_asked_for_within_the_same_wait() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::AcceptAndDropReply]);
    let (_, outcome) = shop.browser().buy().await;
    assert_eq!(number(&outcome), "SO-2026-000001");
    assert_eq!((shop.erp.arrived().len(), shop.erp.finds()), (1, 1));
}

#[tokio::test]
async fn a_silent_entmine_makes_the_order_checking_and_the_same_bytes_go_again() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::DropRequest]);
    let mut browser = shop.browser();
    let (_, outcome) = browser.buy().await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    shop.erp.script([Script::AcceptAndDropReply]);
    shop.settle().await;
    assert_eq!(shop.erp.orders(), 1);
    assert_eq!(shop.store.ledger().await.unwrap().confirmed, 1);
}

#[tokio::test]
async fn every_attempt_sends_identical_bytes() {
    let shop = Shop::open(ENGINE).await;
    shop.erp
        .script([Script::AcceptAndDropReply, Script::AcceptAndDropReply]);
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    shop.erp.script([]);
    browser.submit(&fields).await;
    shop.settle().await;
    let arrived = shop.erp.arrived();
    assert!(arrived.iter().all(|body| *body == arrived[0]));
}

#[tokio::test]
async fn a_refusal_after_an_ambiguous_attempt_is_still_checking() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::Refuse]);
    let (_, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_rejection_gives_cart_and_form_back() {
    let shop = Shop::open(ENGINE).await;
    let reason = Reason::OutOfStock {
        sku: "WAND".into(),
        requested: 2,
        available: 1,
    };
    shop.erp.script([Script::Reject(vec![reason.clone()])]);
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    let Outcome::NotPlaced {
        reasons,
        cart: Some(cart),
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(reasons, std::slice::from_ref(&reason));
    assert_eq!(
        (cart.lines[0].sku.as_str(), cart.lines[0].quantity),
        ("WAND", 2)
    );
    assert_ne!(cart.order_key, fields.order_key, "one key, one verdict");
    let page = browser.visit().checkout_page().await.unwrap();
    assert_eq!(page.form, fields.form);
    assert_eq!(page.reasons, [reason]);
    assert!(page.open_orders.is_empty());

    browser.visit().cart_set("WAND", "1").await.unwrap();
    let again = browser.filled_in().await;
    number(&browser.submit(&again).await);
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn settling_one_reason_leaves_the_other_standing() {
    let shop = Shop::open(ENGINE).await;
    let short = |sku: &str| Reason::OutOfStock {
        sku: sku.into(),
        requested: 2,
        available: 1,
    };
    shop.erp
        .script([Script::Reject(vec![short("WAND"), short("BROOM")])]);
    let mut browser = shop.browser();
    browser.add("BROOM", "2").await;
    browser.buy().await;
    browser.visit().cart_set("BROOM", "0").await.unwrap();
    let page = browser.visit().checkout_page().await.unwrap();
    assert_eq!(page.reasons, [short("WAND")]);
    browser.visit().cart_set("WAND", "1").await.unwrap();
    let page = browser.visit().checkout_page().await.unwrap();
    assert!(page.reasons.is_empty());
}

#[tokio::test]
async fn a_refused_change_of_the_cart_is_no_reason_at_the_checkout() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let visit = browser.visit();
    visit.cart_add("WAND", "1000").await.unwrap();
    assert_eq!(
        visit.reply().redirect().as_deref(),
        Some("/cart?refused=quantity")
    );
    let page = browser.visit().checkout_page().await.unwrap();
    assert!(page.reasons.is_empty());
}

#[tokio::test]
async fn a_changed_price_is_taken_over_and_accepted_by_one_more_click() {
    let shop = Shop::open(ENGINE).await;
    let reason = Reason::PriceChanged {
        sku: "WAND".into(),
        shown_minor: 1299,
        current_minor: 1499,
        price_version: 2,
    };
    shop.erp.script([Script::Reject(vec![reason])]);
    let mut browser = shop.browser();
    let (_, outcome) = browser.buy().await;
    let Outcome::NotPlaced {
        cart: Some(cart), ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        cart.total_minor,
        2 * 1499,
        "an older cached price does not overwrite it"
    );
    assert_eq!(browser.cart().await.total_minor, 2 * 1499);
    let again = browser.filled_in().await;
    number(&browser.submit(&again).await);
    let (_, body) = shop.erp.arrived().pop().unwrap();
    let body: model::OrderRequest = serde_json::from_slice(&body).unwrap();
    assert_eq!((body.total_minor, body.lines[0].price_version), (2998, 2));
}

#[tokio::test]
async fn retry_after_is_respected_even_when_the_customer_asks() {
    let shop = Shop::open(ENGINE).await;
    shop.erp
        .script([Script::RefuseFor(Duration::from_secs(60))]);
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    let outcome = browser.visit().retry(&fields.receipt).await.unwrap();
    let Outcome::Safe { next_try_in_ms, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(next_try_in_ms, 60_000);
    assert!(shop.erp.arrived().is_empty());
    shop.clock.advance(60_001);
    assert_eq!(shop.store.push_due().await.unwrap(), 1);
    assert_eq!(shop.store.ledger().await.unwrap().confirmed, 1);
}

#[tokio::test]
async fn an_answer_about_another_order_is_never_told_as_a_number() {
    let mut strange = vec![Script::WrongTotal];
    // Over HTTP a number that is none is no answer at all: the order is asked about again.
    if !crate::shop::is_foreign(ENGINE) {
        strange.push(Script::NumberOf(String::new()));
    }
    for script in strange {
        let shop = Shop::open(ENGINE).await;
        shop.erp.script([script]);
        let (_, outcome) = shop.browser().buy().await;
        assert!(
            matches!(outcome, Outcome::UnderReview { .. }),
            "{outcome:?}"
        );
        assert_eq!(shop.store.ledger().await.unwrap().attention, 1);
    }
}

#[tokio::test]
async fn a_number_that_another_order_has_goes_to_a_person() {
    let shop = Shop::open(ENGINE).await;
    let (_, first) = shop.browser().buy().await;
    shop.erp.script([Script::NumberOf(number(&first))]);
    let (_, second) = shop.browser().buy().await;
    assert!(matches!(second, Outcome::UnderReview { .. }), "{second:?}");
}

#[tokio::test]
async fn a_browser_that_goes_away_cancels_nothing() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::WaitForGate]);
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let fields = browser.filled_in().await;
    let submit = tokio::spawn({
        let (browser, fields) = (browser.clone(), fields.clone());
        async move { browser.submit(&fields).await }
    });
    let mut follow = Box::pin(loop {
        // Journalled: the receipt answers.
        if let Some(outcomes) = browser.visit().follow(&fields.receipt).await.unwrap() {
            break outcomes;
        }
        tokio::task::yield_now().await;
    });
    submit.abort();
    shop.erp.gate.add_permits(1);
    use futures::StreamExt;
    let mut last = None;
    while let Some(outcome) = follow.next().await {
        last = Some(outcome);
    }
    number(&last.expect("outcomes"));
    assert_eq!(shop.erp.orders(), 1);
}
