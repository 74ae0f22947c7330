//! *Cancel order*: EntMine's answer decides, where EntMine may have it.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number};
use model::{Outcome, Reason};

#[tokio::test]
async fn what_never_reached_entmine_is_cancelled_at_once() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let mut browser = shop.browser();
    let (fields, safe) = browser.buy().await;
    assert!(matches!(safe, Outcome::Safe { .. }), "{safe:?}");
    let cancelled = browser.visit().cancel(&fields.receipt).await.unwrap();
    assert!(
        matches!(cancelled, Outcome::Cancelled { .. }),
        "{cancelled:?}"
    );
    assert_eq!((shop.erp.voids(), shop.erp.orders()), (0, 0));
    // Its lines are back, under another key.
    let cart = browser.cart().await;
    assert_eq!(cart.lines[0].quantity, 2);
    assert_ne!(cart.order_key, fields.order_key);
    shop.settle().await;
    assert_eq!(shop.erp.arrived().len(), 0);
    let ledger = shop.store.ledger().await.unwrap();
    assert_eq!(
        (ledger.journalled, ledger.cancelled, ledger.open),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn what_may_have_reached_entmine_is_cancelled_when_entmine_agrees() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::DropRequest]);
    let mut browser = shop.browser();
    let (fields, checking) = browser.buy().await;
    assert!(matches!(checking, Outcome::Checking { .. }), "{checking:?}");
    shop.erp.mute(true);
    let cancelling = browser.visit().cancel(&fields.receipt).await.unwrap();
    assert!(
        matches!(cancelling, Outcome::Cancelling { .. }),
        "{cancelling:?}"
    );
    assert_eq!(browser.cart_if_any().await, None);
    shop.erp.mute(false);
    shop.settle().await;
    let end = shop.outcome(&fields.receipt).await;
    assert!(matches!(end, Outcome::Cancelled { .. }), "{end:?}");
    assert_eq!(shop.erp.orders(), 0);
    assert_eq!(browser.cart().await.lines.len(), 1);
    // A late copy of the order finds the tombstone.
    assert_eq!(browser.submit(&fields).await, end);
    assert_eq!(shop.erp.orders(), 0);
}

#[tokio::test]
async fn it_is_too_late_when_entmine_had_accepted_it() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::AcceptAndDropReply]);
    shop.erp.mute(true);
    let mut browser = shop.browser();
    let (fields, checking) = browser.buy().await;
    assert!(matches!(checking, Outcome::Checking { .. }), "{checking:?}");
    shop.erp.mute(false);
    let outcome = browser.visit().cancel(&fields.receipt).await.unwrap();
    assert_eq!(number(&outcome), "SO-2026-000001");
    assert_eq!(browser.cart_if_any().await, None);
}

#[tokio::test]
async fn a_wish_during_an_attempt_is_carried_out_after_it() {
    for (answers, confirmed) in [(Script::WaitForGate, true), (Script::Hang, false)] {
        let shop = Shop::open(ENGINE).await;
        shop.erp.script([answers]);
        let mut browser = shop.browser();
        browser.add("WAND", "1").await;
        let fields = browser.filled_in().await;
        let submit = tokio::spawn({
            let (browser, fields) = (browser.clone(), fields.clone());
            async move { browser.submit(&fields).await }
        });
        while !matches!(shop.outcome(&fields.receipt).await, Outcome::Sending { .. }) {
            tokio::task::yield_now().await;
        }
        let cancel = tokio::spawn({
            let (browser, receipt) = (browser.clone(), fields.receipt.clone());
            async move { browser.visit().cancel(&receipt).await.unwrap() }
        });
        while !browser.wished(&fields.receipt).await {
            tokio::task::yield_now().await;
        }
        shop.erp.gate.add_permits(1);
        submit.await.unwrap();
        cancel.await.unwrap();
        shop.settle().await;
        let end = shop.outcome(&fields.receipt).await;
        if confirmed {
            assert_eq!(number(&end), "SO-2026-000001");
        } else {
            assert!(matches!(end, Outcome::Cancelled { .. }), "{end:?}");
            assert_eq!(shop.erp.orders(), 0);
        }
    }
}

#[tokio::test]
async fn a_final_order_is_not_cancelled() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    assert_eq!(
        browser.visit().cancel(&fields.receipt).await.unwrap(),
        outcome
    );
    let unknown = browser.visit().cancel("no such receipt").await.unwrap();
    assert!(
        matches!(&unknown, Outcome::NotPlaced { reasons, .. } if reasons[0] == Reason::UnknownOrder)
    );
    assert_eq!(shop.erp.voids(), 0);
}

#[tokio::test]
async fn a_cancellation_survives_a_restart() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::DropRequest]);
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    shop.erp.mute(true);
    browser.visit().cancel(&fields.receipt).await.unwrap();
    drop(browser);
    let shop = shop.restart().await;
    shop.erp.mute(false);
    shop.settle().await;
    let end = shop.outcome(&fields.receipt).await;
    assert!(matches!(end, Outcome::Cancelled { .. }), "{end:?}");
}
