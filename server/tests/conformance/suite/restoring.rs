//! After EntMine was restored from a backup: orders that it lost, and what was told of them.

use super::Subject;
use super::orders::{HOUR, new_key};
use model::OrderStatus;
use wizastore::erp::{Found, Placed};

pub async fn a_lost_order_keeps_its_number(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    for _ in 0..2 {
        let placed = on.place_as(key, &order, "SO-2026-000777").await;
        assert!(
            matches!(&placed, Placed::Accepted(order) if order.number == "SO-2026-000777"),
            "{placed:?}"
        );
    }
    let found = on.find(key).await;
    assert!(
        matches!(&found, Found::Accepted(order) if order.number == "SO-2026-000777"),
        "{found:?}"
    );
}

pub async fn a_number_that_is_taken_stores_nothing(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let taken = on.accepted(new_key(), &order).await;
    let placed = on.place_as(key, &order, &taken).await;
    assert_eq!(placed, Placed::NumberTaken);
    assert_eq!(on.find(key).await, Found::Unknown);
    let number = on.accepted(key, &order).await;
    assert_ne!(number, taken);
}

pub async fn an_order_that_was_told_a_number_is_not_judged_again(on: &Subject) {
    let order = on.order("BROOM", 2);
    on.office.turn_clock(100 * HOUR);
    on.office.product("BROOM", 9000, 1).await;
    let placed = on.place_as(new_key(), &order, "SO-2026-000777").await;
    let Placed::Accepted(acceptance) = placed else {
        panic!("{placed:?}")
    };
    assert_eq!(acceptance.total_minor, 2 * 8000);
    assert_eq!(acceptance.status, OrderStatus::OnHold);
}

pub async fn numbers_go_on_after_the_highest_that_was_told(on: &Subject) {
    let before = on.identity().await;
    let order = on.order("WAND", 1);
    let first = on.accepted(new_key(), &order).await;
    // The same year as the numbers of now.
    let (year, _) = first.rsplit_once('-').expect("a number of three parts");
    let told = format!("{year}-000500");
    on.office.restored(std::slice::from_ref(&told)).await;
    let after = on.identity().await;
    assert_eq!(after.instance, before.instance);
    assert!(after.epoch > before.epoch, "{after:?}");
    let next = on.accepted(new_key(), &order).await;
    assert!(next > told, "{next}");
    // The lost one can still come back under its own.
    let kept = on.place_as(new_key(), &order, &told).await;
    assert!(
        matches!(&kept, Placed::Accepted(order) if order.number == told),
        "{kept:?}"
    );
}

pub async fn cursors_do_not_outlive_a_restore(on: &Subject) {
    let order = on.order("WAND", 1);
    for _ in 0..3 {
        on.accepted(new_key(), &order).await;
    }
    let page = on.erp.orders(None, 1).await.expect("an answer").answer;
    on.office.restored(&["SO-2026-000500".into()]).await;
    let old = on.erp.orders(page.next.as_deref(), 1).await;
    assert!(old.is_err(), "{old:?}");
    let anew = on.erp.orders(None, 10).await.expect("an answer").answer;
    assert_eq!(anew.orders.len(), 3);
}
