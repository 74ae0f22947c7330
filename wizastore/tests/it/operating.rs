//! What an operator sees and does.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number, quick};
use futures::StreamExt;
use model::Outcome;
use std::time::Duration;
use wizastore::{Knobs, OperatorError, OrderQuery, Points};

fn everything() -> OrderQuery {
    OrderQuery {
        limit: 100,
        ..OrderQuery::default()
    }
}

fn attention() -> OrderQuery {
    OrderQuery {
        attention: true,
        ..everything()
    }
}

#[tokio::test]
async fn an_order_shows_everything_that_was_tried() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::Refuse]);
    let (fields, _) = shop.browser().buy().await;
    shop.settle().await;
    let record = shop
        .store
        .show_order(&fields.order_key)
        .await
        .unwrap()
        .unwrap();
    let tried: Vec<_> = record
        .timeline
        .iter()
        .map(|entry| (entry.what.as_str(), entry.result.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        tried,
        [
            ("push 1", "ambiguous"),
            ("push 2", "not_applied"),
            ("push 3", "accepted")
        ]
    );
    let by_number = shop.store.show_order("SO-2026-000001").await.unwrap();
    assert_eq!(by_number.as_ref(), Some(&record));
    let reference = fields.receipt[..8].to_uppercase();
    let by_reference = shop.store.show_order(&reference).await.unwrap();
    assert_eq!(by_reference, Some(record));
    assert_eq!(shop.store.show_order("SO-1").await.unwrap(), None);
    assert_eq!(shop.store.list_orders(&attention()).await.unwrap(), []);
}

#[tokio::test]
async fn lists_are_paged_newest_first() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..5 {
        shop.browser().buy().await;
    }
    let mut query = OrderQuery {
        limit: 2,
        ..OrderQuery::default()
    };
    let mut numbers = Vec::new();
    loop {
        let page = shop.store.list_orders(&query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.key.clone());
        numbers.extend(page.into_iter().map(|order| order.number.unwrap()));
    }
    numbers.reverse();
    assert_eq!(numbers, shop.erp.numbers());
    query = OrderQuery {
        state: Some("rejected".into()),
        ..everything()
    };
    assert_eq!(shop.store.list_orders(&query).await.unwrap(), []);
}

#[tokio::test]
async fn there_are_three_ways_out_of_quarantine() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::KeyReused, 3));
    let mut keys = Vec::new();
    for _ in 0..3 {
        let (fields, outcome) = shop.browser().buy().await;
        assert!(matches!(outcome, Outcome::UnderReview { .. }));
        keys.push(fields.order_key);
    }
    assert_eq!(shop.store.list_orders(&attention()).await.unwrap().len(), 3);
    let retried = shop
        .store
        .retry_order(&keys[0], "EntMine was repaired")
        .await;
    assert_eq!(retried.unwrap().brief.state, "confirmed");
    let voided = shop.store.void_order(&keys[1], "asked by phone").await;
    assert_eq!(voided.unwrap().brief.state, "cancelled");
    let settled = shop.store.settle_order(&keys[2], "delivered by hand").await;
    assert_eq!(settled.unwrap().brief.state, "settled");
    assert_eq!(shop.store.list_orders(&attention()).await.unwrap(), []);
    let ledger = shop.store.ledger().await.unwrap();
    assert_eq!(
        (
            ledger.journalled,
            ledger.confirmed,
            ledger.cancelled,
            ledger.settled,
            ledger.open
        ),
        (3, 1, 1, 1, 0)
    );
    let again = shop.store.settle_order(&keys[2], "twice").await;
    assert!(matches!(again, Err(OperatorError::Refused(_))), "{again:?}");
}

/// Long before the page would look for itself.
#[tokio::test]
async fn who_follows_an_order_sees_at_once_that_it_was_released() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.erp.script([Script::KeyReused]);
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::UnderReview { .. }));
    // Nothing is pushed until the orders are compared.
    shop.erp.restore(1, 2, 1);
    shop.browser().buy().await;
    let browser = shop.browser();
    let visit = browser.visit();
    let outcomes = visit.follow(&fields.receipt).await.unwrap().unwrap();
    let mut outcomes = std::pin::pin!(outcomes);
    let first = outcomes.next().await.unwrap();
    assert!(matches!(first, Outcome::UnderReview { .. }), "{first:?}");
    let retried = shop.store.retry_order(&fields.order_key, "repaired").await;
    assert!(
        matches!(retried, Err(OperatorError::NotNow(_))),
        "{retried:?}"
    );
    let next = tokio::time::timeout(Duration::from_secs(4), outcomes.next()).await;
    let next = next.expect("it is notified").unwrap();
    assert!(!matches!(next, Outcome::UnderReview { .. }), "{next:?}");
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_changes_nothing() {
    let shop = Shop::open(ENGINE).await;
    let (fields, outcome) = shop.browser().buy().await;
    for done in [
        shop.store.retry_order("nothing", "why not").await,
        shop.store.retry_order(&fields.order_key, "why not").await,
        shop.store.void_order(&fields.order_key, "why not").await,
        shop.store.settle_order(&fields.order_key, "why not").await,
    ] {
        assert!(done.is_err(), "{done:?}");
    }
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let (open, _) = shop.browser().buy().await;
    let no_reason = shop.store.void_order(&open.order_key, "  ").await;
    assert!(matches!(no_reason, Err(OperatorError::Refused(_))));
    let not_quarantined = shop.store.settle_order(&open.order_key, "done").await;
    assert!(matches!(not_quarantined, Err(OperatorError::Refused(_))));
    assert_eq!(shop.outcome(&fields.receipt).await, outcome);
}

#[tokio::test]
async fn an_order_that_is_open_for_three_days_needs_a_look_and_keeps_its_state() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 50));
    let (fields, _) = shop.browser().buy().await;
    assert_eq!(shop.store.list_orders(&attention()).await.unwrap(), []);
    shop.clock.advance(72 * 3_600_000 + 1);
    assert_eq!(shop.store.list_orders(&attention()).await.unwrap().len(), 1);
    assert_eq!(shop.store.ledger().await.unwrap().overdue, 1);
    let outcome = shop.outcome(&fields.receipt).await;
    assert!(matches!(outcome, Outcome::Safe { .. }), "{outcome:?}");
}

#[tokio::test]
async fn the_audit_is_clean_after_trouble_and_names_what_is_not() {
    let shop = Shop::open(ENGINE).await;
    shop.erp
        .script([Script::AcceptAndDropReply, Script::Refuse, Script::Refuse]);
    let (fields, _) = shop.browser().buy().await;
    shop.browser().buy().await;
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
    let audit = shop.store.audit().await.unwrap();
    assert_eq!(audit.broken, [""; 0]);
    assert_eq!(
        (audit.journalled, audit.confirmed, audit.entmine_orders),
        (2, 2, Some(2))
    );
    assert_eq!(audit.highest_numbers, ["SO-2026-000002"]);
    shop.erp.restore(1, 1, 2);
    let audit = shop.store.audit().await.unwrap();
    assert_eq!(audit.broken.len(), 1, "{:?}", audit.broken);
}

#[tokio::test]
async fn an_operators_retry_of_a_cancelled_order_cancels_it() {
    // EntMine does not know the key, or has accepted the order in spite of its strange answer.
    for (trouble, state, orders) in [
        (Script::KeyReused, "cancelled", 0),
        (Script::WrongTotal, "confirmed", 1),
    ] {
        let patient = Knobs {
            attempt: Duration::from_secs(60),
            customer_wait: Duration::from_secs(120),
            ..quick()
        };
        let shop = Shop::open_as(ENGINE, Points::default(), patient).await;
        shop.erp.script([Script::AtGate(Box::new(trouble))]);
        let mut browser = shop.browser();
        browser.add("WAND", "2").await;
        let fields = browser.filled_in().await;
        let (buyer, form) = (browser.clone(), fields.clone());
        let buying = tokio::spawn(async move { buyer.submit(&form).await });
        while shop.erp.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        // Its customer cancels while it is being sent; then comes an answer that makes no sense.
        let (canceller, receipt) = (browser.clone(), fields.receipt.clone());
        let cancelling = tokio::spawn(async move { canceller.visit().cancel(&receipt).await });
        while !browser.wished(&fields.receipt).await {
            tokio::task::yield_now().await;
        }
        shop.erp.gate.add_permits(1);
        let outcome = buying.await.unwrap();
        assert!(
            matches!(outcome, Outcome::UnderReview { .. }),
            "{outcome:?}"
        );
        cancelling.await.unwrap().unwrap();

        let arrived = shop.erp.arrived().len();
        let retried = shop.store.retry_order(&fields.order_key, "looked").await;
        assert_eq!(retried.unwrap().brief.state, state);
        shop.settle().await;
        assert_eq!((shop.erp.orders(), shop.erp.voids()), (orders, 1));
        assert_eq!(shop.erp.arrived().len(), arrived, "sent again");
    }
}

#[tokio::test]
async fn an_order_that_was_ended_by_hand_is_not_followed_for_ever() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::KeyReused]);
    let (fields, _) = shop.browser().buy().await;
    let browser = shop.browser();
    let visit = browser.visit();
    let outcomes = visit.follow(&fields.receipt).await.unwrap().unwrap();
    let mut outcomes = std::pin::pin!(outcomes);
    let first = outcomes.next().await;
    assert!(matches!(first, Some(Outcome::UnderReview { .. })));
    let settled = shop.store.settle_order(&fields.order_key, "by phone");
    settled.await.unwrap();
    let rest = outcomes.collect::<Vec<_>>();
    let rest = tokio::time::timeout(Duration::from_secs(20), rest).await;
    assert_eq!(rest.expect("it ends").len(), 1);
    assert!(visit.is_over(&fields.receipt).await.unwrap());
}

#[tokio::test]
async fn an_attempt_that_was_followed_by_another_one_has_its_end() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::DropRequest, Script::DropRequest]);
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    shop.erp.mute(true);
    browser.visit().cancel(&fields.receipt).await.unwrap();
    shop.erp.mute(false);
    // Its void was under way when the process died; nobody gave it up before it was tried again.
    shop.alter(
        "UPDATE attempts SET ended_at = NULL, result = NULL WHERE kind = 'void';
         UPDATE orders SET lease_until = updated_at",
    )
    .await;
    shop.clock.advance(60_000);
    browser.visit().retry(&fields.receipt).await.unwrap();
    let record = shop.store.show_order(&fields.order_key).await.unwrap();
    let open: Vec<_> = record
        .unwrap()
        .timeline
        .into_iter()
        .filter(|entry| entry.what.starts_with("void") && entry.ended_at.is_none())
        .collect();
    assert_eq!(open, []);
}
