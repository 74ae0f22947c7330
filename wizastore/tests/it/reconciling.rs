//! Reconciliation, and an EntMine that was restored from a backup.

use super::ENGINE;
use crate::fake::{PageScript, Script};
use crate::shop::{Shop, number};
use model::{OrderStatus, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wizastore::{Action, OrderKey, Points};

#[tokio::test]
async fn an_order_whose_verdict_was_lost_is_confirmed() {
    let shop = Shop::open(ENGINE).await;
    shop.erp
        .script([Script::AcceptAndDropReply, Script::Refuse]);
    shop.erp.mute(true);
    let (fields, checking) = shop.browser().buy().await;
    assert!(matches!(checking, Outcome::Checking { .. }), "{checking:?}");
    shop.erp.mute(false);
    let done = shop.store.reconcile().await.unwrap();
    assert_eq!((done.seen, done.confirmed), (1, 1));
    assert_eq!(
        number(&shop.outcome(&fields.receipt).await),
        "SO-2026-000001"
    );
}

#[tokio::test]
async fn an_order_that_is_being_voided_turns_out_to_be_accepted() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::AcceptAndDropReply]);
    shop.erp.mute(true);
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    browser.visit().cancel(&fields.receipt).await.unwrap();
    shop.erp.mute(false);
    shop.store.reconcile().await.unwrap();
    number(&shop.outcome(&fields.receipt).await);
    shop.settle().await;
    number(&shop.outcome(&fields.receipt).await);
}

#[tokio::test]
async fn a_change_of_status_reaches_the_receipt() {
    let shop = Shop::open(ENGINE).await;
    let (fields, _) = shop.browser().buy().await;
    for status in [
        OrderStatus::Picked,
        OrderStatus::Shipped,
        OrderStatus::Cancelled,
    ] {
        shop.erp.change_status(0, status);
        assert_eq!(shop.store.reconcile().await.unwrap().statuses, 1);
        let outcome = shop.outcome(&fields.receipt).await;
        assert!(
            matches!(outcome, Outcome::Confirmed { status: now, .. } if now == status),
            "{outcome:?}"
        );
    }
    assert_eq!(shop.store.reconcile().await.unwrap().statuses, 0);
}

#[tokio::test]
async fn an_order_that_the_journal_does_not_know_is_adopted_and_open_carts_get_new_keys() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let before = browser.cart().await;
    let fields = browser.filled_in().await;
    shop.erp
        .foreign_order(OrderKey::parse(&before.order_key).unwrap());
    assert_eq!(shop.store.reconcile().await.unwrap().adopted, 1);
    let after = browser.cart().await;
    assert_ne!(after.order_key, before.order_key);
    assert_ne!(after.receipt, before.receipt);
    assert_eq!(after.lines, before.lines);
    // The old tab cannot order under the key that was used.
    let old = browser.submit(&fields).await;
    assert!(matches!(old, Outcome::NotPlaced { .. }), "{old:?}");
    number(&browser.submit(&browser.filled_in().await).await);
    assert_eq!(shop.erp.orders(), 2);
    assert_eq!(shop.store.reconcile().await.unwrap().adopted, 0);
}

#[tokio::test]
async fn all_carts_of_a_restored_store_get_new_keys_also_when_one_is_ahead_of_the_clock() {
    let shop = Shop::open(ENGINE).await;
    let mut sql = String::new();
    for n in 0..450 {
        // The newest is of the year 3000.
        let time = if n == 449 {
            "1d8f0000-0000".to_owned()
        } else {
            format!("0190{n:04}-0000")
        };
        sql += &format!(
            "INSERT INTO sessions (id, created_at, seen_at) VALUES ('s{n}', 1, 1);
             INSERT INTO carts (order_key, receipt, session_id, revision, created_at)
             VALUES ('{time}-7000-8000-000000000000', 'r{n}', 's{n}', 1, 1);
             INSERT INTO cart_lines (order_key, sku, position, name, quantity, unit_price_minor, price_version,
                 currency) VALUES ('{time}-7000-8000-000000000000', 'WAND', 1, 'Wand', 1, 1, 1, 'GBP');"
        );
    }
    shop.alter(&sql).await;
    for key in [
        "018f0000-0000-7000-8000-000000000001",
        "018f0000-0000-7000-8000-000000000002",
    ] {
        shop.erp.foreign_order(OrderKey::parse(key).unwrap());
    }
    let pass = tokio::time::timeout(Duration::from_secs(20), shop.store.reconcile());
    assert_eq!(pass.await.expect("it ends").unwrap().adopted, 2);
    for (of, carts) in [
        ("SELECT COUNT(*) FROM carts", 450),
        (
            "SELECT COUNT(*) FROM carts WHERE receipt LIKE 'r%' OR order_key LIKE '%-000000000000'",
            0,
        ),
        (
            "SELECT COUNT(*) FROM carts JOIN cart_lines USING (order_key)",
            450,
        ),
        // Once, although each page of EntMine's orders may have some that are not known.
        ("SELECT COUNT(*) FROM carts WHERE revision <> 2", 0),
    ] {
        assert_eq!(shop.ask(of).await, carts, "{of}");
    }
}

#[tokio::test]
async fn an_entmine_restored_from_a_backup_gets_its_lost_orders_back_under_their_numbers() {
    let shop = Shop::open(ENGINE).await;
    let mut receipts = Vec::new();
    for _ in 0..4 {
        let (fields, _) = shop.browser().buy().await;
        receipts.push(fields.receipt);
    }
    shop.store.reconcile().await.unwrap();
    let told = shop.erp.numbers();
    // The backup was made after the first order; the numbers were moved past the highest.
    shop.erp.restore(1, 2, 4);
    // The next order meets the other epoch: nothing is confirmed by it, nothing more is pushed.
    let (fields, outcome) = shop.browser().buy().await;
    assert!(matches!(outcome, Outcome::Checking { .. }), "{outcome:?}");
    assert!(shop.store.paused().await.unwrap().is_some());
    let (waiting, safe) = shop.browser().buy().await;
    assert!(matches!(safe, Outcome::Safe { .. }), "{safe:?}");

    let done = shop.store.reconcile().await.unwrap();
    assert_eq!((done.restored, done.marked), (3, 0));
    assert_eq!(shop.store.paused().await.unwrap(), None);
    let mut numbers = shop.erp.numbers();
    numbers.retain(|number| told.contains(number));
    numbers.sort();
    assert_eq!(numbers, told);
    shop.settle().await;
    for receipt in [&fields.receipt, &waiting.receipt] {
        number(&shop.outcome(receipt).await);
    }
    for (receipt, number_told) in receipts.iter().zip(&told) {
        assert_eq!(&number(&shop.outcome(receipt).await), number_told);
    }
    assert_eq!(shop.store.audit().await.unwrap().broken, [""; 0]);
}

#[tokio::test]
async fn a_number_that_was_given_away_meanwhile_goes_to_an_operator_and_is_never_changed() {
    let shop = Shop::open(ENGINE).await;
    let (fields, first) = shop.browser().buy().await;
    shop.store.reconcile().await.unwrap();
    // Restored without moving the numbers on, and used by another order.
    shop.erp.restore(0, 2, 0);
    let (_, second) = shop.browser().buy().await;
    assert!(matches!(second, Outcome::Checking { .. }), "{second:?}");
    let done = shop.store.reconcile().await.unwrap();
    // The one that was told the number, and the one that has it in EntMine now.
    assert_eq!((done.restored, done.marked), (0, 2));
    assert_eq!(shop.outcome(&fields.receipt).await, first);
    assert_eq!(shop.store.ledger().await.unwrap().attention, 2);
    let audit = shop.store.audit().await.unwrap();
    assert!(!audit.broken.is_empty());
    // An operator has dealt with it: the mark goes, the number stays, and it is not brought up again.
    let settled = shop.store.settle_order(&fields.order_key, "told by phone");
    assert_eq!(settled.await.unwrap().brief.state, "confirmed");
    shop.store
        .entmine_went_back("a test says so")
        .await
        .unwrap();
    shop.store.reconcile().await.unwrap();
    assert_eq!(shop.outcome(&fields.receipt).await, first);
    assert_eq!(shop.store.ledger().await.unwrap().attention, 1);
}

#[tokio::test]
async fn an_entmine_that_lost_orders_without_saying_so_is_found_out() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..3 {
        shop.browser().buy().await;
    }
    shop.store.reconcile().await.unwrap();
    shop.erp.restore(2, 1, 3);
    shop.store.reconcile().await.unwrap();
    assert!(shop.store.paused().await.unwrap().is_some());
    assert_eq!(shop.store.reconcile().await.unwrap().restored, 1);
    assert_eq!(shop.erp.orders(), 3);
    assert_eq!(shop.store.paused().await.unwrap(), None);
}

#[tokio::test]
async fn an_entmine_that_does_not_know_its_own_cursor_is_compared_from_the_start() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..101 {
        let key = uuid::Uuid::now_v7().to_string();
        shop.erp.foreign_order(OrderKey::parse(&key).unwrap());
    }
    shop.store.reconcile().await.unwrap();
    shop.erp.restore(5, 1, 101);
    shop.store.reconcile().await.unwrap();
    assert!(shop.store.paused().await.unwrap().is_some());
    shop.store.reconcile().await.unwrap();
    assert_eq!(shop.store.paused().await.unwrap(), None);
    assert_eq!(shop.store.reconcile().await.unwrap().seen, 5);
}

#[tokio::test]
async fn long_listings_are_read_page_by_page_and_only_once() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..250 {
        let key = uuid::Uuid::now_v7().to_string();
        let order = OrderKey::parse(&key).unwrap();
        shop.erp.foreign_order(order);
    }
    assert_eq!(shop.store.reconcile().await.unwrap().seen, 250);
    assert_eq!(shop.store.reconcile().await.unwrap().seen, 50);
}

#[tokio::test]
async fn an_acceptance_that_a_restore_overtook_is_asked_for_again() {
    // What EntMine answered stands still in the store while EntMine goes back to a backup and the
    // two are reconciled.
    let held = Arc::new(AtomicBool::new(false));
    let hold = held.clone();
    let points = Points::new(move |point| {
        if point == "push.call.end" && hold.swap(false, Ordering::SeqCst) {
            Action::Delay(Duration::from_millis(400))
        } else {
            Action::Go
        }
    });
    let shop = Shop::open_with(ENGINE, points).await;
    shop.browser().buy().await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let fields = browser.filled_in().await;
    held.store(true, Ordering::SeqCst);
    let submit = browser.submit(&fields);
    let restored = async {
        while shop.erp.orders() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        shop.erp.restore(1, 2, 2);
        shop.store.reconcile().await.unwrap();
        shop.store.reconcile().await.unwrap();
        assert_eq!(shop.store.paused().await.unwrap(), None);
    };
    futures::future::join(submit, restored).await;
    shop.settle().await;
    let told = number(&shop.outcome(&fields.receipt).await);
    assert!(shop.erp.numbers().contains(&told), "{told}");
    assert_eq!(shop.erp.orders(), 2);
}

#[tokio::test]
async fn a_lost_order_that_fails_holds_up_neither_the_push_nor_the_other_lost_ones() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..4 {
        shop.browser().buy().await;
    }
    shop.store.reconcile().await.unwrap();
    let told = shop.erp.numbers();
    shop.erp.restore(0, 2, 4);
    shop.store
        .entmine_went_back("a test says so")
        .await
        .unwrap();
    // The first one is refused, the second one's answer is lost.
    shop.erp.script([Script::Refuse, Script::DropRequest]);
    let done = shop.store.reconcile().await.unwrap();
    assert_eq!((done.restored, done.marked), (2, 0));
    assert_eq!(shop.store.paused().await.unwrap(), None);
    number(&shop.browser().buy().await.1);
    // Each has a schedule of its own.
    assert_eq!(shop.store.reconcile().await.unwrap().restored, 0);
    shop.clock.advance(8_000);
    assert_eq!(shop.store.reconcile().await.unwrap().restored, 2);
    let mut numbers = shop.erp.numbers();
    numbers.retain(|number| told.contains(number));
    numbers.sort();
    assert_eq!(numbers, told);
}

#[tokio::test]
async fn a_lost_order_that_is_never_taken_back_is_told_to_a_person_and_still_tried() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.store.reconcile().await.unwrap();
    shop.erp.restore(0, 2, 1);
    shop.store
        .entmine_went_back("a test says so")
        .await
        .unwrap();
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 9));
    for _ in 0..9 {
        shop.store.reconcile().await.unwrap();
        shop.clock.advance(3_600_000);
    }
    assert_eq!(shop.store.ledger().await.unwrap().attention, 1);
    assert_eq!(shop.store.reconcile().await.unwrap().restored, 1);
    assert_eq!(shop.store.ledger().await.unwrap().attention, 0);
}

#[tokio::test]
async fn a_lost_order_whose_key_is_damaged_goes_to_a_person() {
    let shop = Shop::open(ENGINE).await;
    let (fields, _) = shop.browser().buy().await;
    shop.store.reconcile().await.unwrap();
    shop.alter(
        "INSERT INTO orders (order_key, receipt, session_id, placed_at, body, fingerprint,
             total_minor, currency, pieces, names, state, fence, ambiguous, rounds, number,
             erp_status, updated_at)
         SELECT 'damaged', 'another', session_id, placed_at, body, fingerprint, total_minor,
             currency, pieces, names, state, fence, ambiguous, rounds, 'SO-0', erp_status,
             updated_at FROM orders",
    )
    .await;
    shop.erp.restore(0, 2, 1);
    shop.store
        .entmine_went_back("a test says so")
        .await
        .unwrap();
    let pass = tokio::time::timeout(Duration::from_secs(20), shop.store.reconcile());
    let done = pass.await.expect("it ends").unwrap();
    assert_eq!((done.restored, done.marked), (1, 1));
    assert_eq!(shop.store.paused().await.unwrap(), None);
    number(&shop.outcome(&fields.receipt).await);
}

#[tokio::test]
async fn a_comparison_that_is_interrupted_goes_on_where_it_was() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..250 {
        let key = uuid::Uuid::now_v7().to_string();
        shop.erp.foreign_order(OrderKey::parse(&key).unwrap());
    }
    shop.store.reconcile().await.unwrap();
    shop.store
        .entmine_went_back("a test says so")
        .await
        .unwrap();
    shop.erp.pages_asked();
    shop.erp
        .page_script([PageScript::Give, PageScript::Give, PageScript::Refuse]);
    shop.store.reconcile().await.unwrap_err();
    assert!(shop.store.paused().await.unwrap().is_some());
    // Also by the next process.
    let shop = shop.restart().await;
    assert_eq!(shop.store.reconcile().await.unwrap().seen, 50);
    assert_eq!(shop.store.paused().await.unwrap(), None);
    let third = Some("o1.200".to_owned());
    assert_eq!(
        shop.erp.pages_asked(),
        [None, Some("o1.100".into()), third.clone(), third]
    );
}

#[tokio::test]
async fn a_page_that_comes_late_takes_no_status_back() {
    for listing in 0..2 {
        let shop = Shop::open(ENGINE).await;
        let (fields, _) = shop.browser().buy().await;
        shop.erp.change_status(0, OrderStatus::Picked);
        // The first pass asks for a page that says "picked", and gets it late.
        let script = [PageScript::Give, PageScript::Give];
        shop.erp.page_script(script.into_iter().take(listing));
        shop.erp.page_script([PageScript::GiveAtGate]);
        let late = {
            let store = shop.store.clone();
            tokio::spawn(async move { store.reconcile().await })
        };
        while shop.erp.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        shop.erp.change_status(0, OrderStatus::Shipped);
        shop.store.reconcile().await.unwrap();
        shop.erp.gate.add_permits(1);
        late.await.unwrap().unwrap();
        let outcome = shop.outcome(&fields.receipt).await;
        assert!(
            matches!(outcome, Outcome::Confirmed { status, .. } if status == OrderStatus::Shipped),
            "{outcome:?}"
        );
    }
}

/// A stop does not wait until all of EntMine was read.
#[tokio::test]
async fn a_reconciliation_is_cut_short_by_a_stop() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.erp.page_script([PageScript::GiveAtGate]);
    shop.store.start();
    while shop.erp.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let long = Duration::from_secs(600);
    let stopped = tokio::time::timeout(Duration::from_secs(20), shop.store.drain(long));
    stopped.await.expect("it stops before the page is there");
}

/// More than are looked at in one statement.
#[tokio::test]
async fn of_many_orders_all_that_entmine_lost_are_found() {
    let shop = Shop::open(ENGINE).await;
    let mut sql = String::new();
    for n in 0..1_001 {
        sql += &format!(
            "INSERT INTO orders (order_key, receipt, session_id, placed_at, body, fingerprint, total_minor, currency,
                 pieces, names, state, fence, ambiguous, rounds, number, updated_at)
             VALUES ('0{n:07}-0000-7000-8000-000000000000', 'r{n}', 's', 1, CAST('x' AS blob), 'f', 1, 'GBP', 1, '[]',
                 'confirmed', 1, 0, 1, 'SO-2025-{n:06}', 1);"
        );
    }
    // By a clock that was ahead, in a place that is looked at first.
    sql += "UPDATE orders SET seen_at = 9000000000000 WHERE receipt = 'r0';";
    shop.alter(&sql).await;
    shop.browser().buy().await;
    shop.erp.restore(1, 2, 1);
    shop.browser().buy().await;
    // None of them is taken back yet.
    shop.erp.script(std::iter::repeat_n(Script::Refuse, 10));
    shop.store.reconcile().await.unwrap();
    let lost = shop.ask("SELECT COUNT(*) FROM orders WHERE lost = 1").await;
    assert_eq!(lost, 1_001);
}
