//! Restarts, leases, and what the database itself refuses.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number};
use model::Outcome;
use sqlx::Connection;

#[tokio::test]
async fn an_order_that_was_being_sent_when_the_process_died_is_confirmed_once() {
    for script in [
        Script::Hang,
        Script::AcceptAndDropReply,
        Script::DropRequest,
    ] {
        let shop = Shop::open(ENGINE).await;
        shop.erp
            .script([script.clone(), Script::Hang, Script::Hang]);
        shop.erp.mute(true);
        let mut browser = shop.browser();
        browser.add("WAND", "1").await;
        let fields = browser.filled_in().await;
        let submit = tokio::spawn({
            let (browser, fields) = (browser.clone(), fields.clone());
            async move { browser.submit(&fields).await }
        });
        while browser
            .visit()
            .follow(&fields.receipt)
            .await
            .unwrap()
            .is_none()
        {
            tokio::task::yield_now().await;
        }
        submit.abort();
        drop(browser);
        let shop = shop.restart().await;
        shop.erp.mute(false);
        shop.settle().await;
        let outcome = shop
            .browser()
            .visit()
            .status(&fields.receipt)
            .await
            .unwrap();
        number(&outcome);
        assert_eq!(shop.erp.orders(), 1, "{script:?}");
        let ledger = shop.store.ledger().await.unwrap();
        assert_eq!(
            (ledger.journalled, ledger.confirmed, ledger.open),
            (1, 1, 0)
        );
    }
}

#[tokio::test]
async fn the_background_never_gives_up() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 40));
    let (fields, _) = shop.browser().buy().await;
    for _ in 0..38 {
        shop.clock.advance(30 * 60_000);
        assert_eq!(shop.store.push_due().await.unwrap(), 1);
    }
    let outcome = shop
        .browser()
        .visit()
        .status(&fields.receipt)
        .await
        .unwrap();
    assert!(matches!(outcome, Outcome::Safe { .. }), "{outcome:?}");
    shop.clock.advance(30 * 60_000);
    shop.store.push_due().await.unwrap();
    number(
        &shop
            .browser()
            .visit()
            .status(&fields.receipt)
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn nothing_is_tried_before_it_is_due() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::Refuse, Script::Refuse]);
    shop.browser().buy().await;
    assert_eq!(shop.store.push_due().await.unwrap(), 0);
    shop.clock.advance(7_501);
    assert_eq!(shop.store.push_due().await.unwrap(), 1);
    assert_eq!(shop.store.push_due().await.unwrap(), 0);
}

#[tokio::test]
async fn the_database_refuses_to_change_a_verdict_or_the_frozen_bytes() {
    let shop = Shop::open(ENGINE).await;
    let (_, outcome) = shop.browser().buy().await;
    number(&outcome);
    let mut db = sqlx::AnyConnection::connect(shop.url()).await.unwrap();
    for forbidden in [
        "UPDATE orders SET number = 'SO-2026-999999'",
        "UPDATE orders SET state = 'rejected', number = NULL, reasons = '[]'",
        "UPDATE orders SET body = '0'",
        "UPDATE orders SET ambiguous = -1",
        "UPDATE orders SET total_minor = 1",
        "UPDATE orders SET fence = 0",
        "DELETE FROM orders",
    ] {
        assert!(
            sqlx::query(forbidden).execute(&mut db).await.is_err(),
            "{forbidden}"
        );
    }
}

#[tokio::test]
async fn idle_sessions_go_and_those_with_an_open_order_stay() {
    let shop = Shop::open(ENGINE).await;
    let mut idle = shop.browser();
    idle.add("WAND", "1").await;
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let mut open = shop.browser();
    open.buy().await;
    shop.clock.advance(31 * 24 * 3_600_000);
    assert_eq!(shop.store.sweep().await.unwrap(), 1);
    assert_eq!(idle.visit().cart_page().await.unwrap().cart, None);
    assert_eq!(open.visit().orders_page(1).await.unwrap().total, 1);
}
