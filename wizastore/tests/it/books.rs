//! The books that stand in for EntMine's are no kinder than the contract.

use crate::fake::FOREIGN;
use crate::fake::books::Books;
use crate::fake::books::goods::Goods;
use crate::shop::NOON;
use model::{OrderStatus, Placed, Reason, Voided};
use uuid::Uuid;
use wizastore::OrderKey;

fn key() -> OrderKey {
    OrderKey(Uuid::now_v7())
}

#[test]
fn a_key_has_one_verdict_about_the_same_bytes() {
    let (mut books, order) = (Books::default(), FOREIGN.as_bytes());
    let (accepted, voided, other) = (key(), key(), key());
    for again in [false, true] {
        let placed = books.place(accepted, order, None, 0);
        assert!(matches!(placed, Placed::Accepted(order) if order.replayed == again));
    }
    let placed = books.place(accepted, format!("{FOREIGN} ").as_bytes(), None, 0);
    assert_eq!(placed, Placed::KeyReused);
    assert_eq!(books.void(accepted), Voided::AlreadyAccepted);
    assert_eq!(books.void(voided), Voided::Done);
    assert_eq!(books.place(voided, order, None, 0), Placed::Voided);
    let taken = books.place(other, order, Some("SO-2026-000001"), 0);
    assert_eq!(taken, Placed::NumberTaken);
}

#[test]
fn a_cursor_beyond_the_end_or_of_another_listing_or_epoch_is_refused() {
    let mut books = Books::default();
    for _ in 0..2 {
        books.place(key(), FOREIGN.as_bytes(), None, 0);
        assert!(books.change_status(0, OrderStatus::Picked));
    }
    let next = books.orders_after(None, 1).unwrap().next;
    assert_eq!(books.orders_after(Some("o1.3"), 1), None);
    let last = books.orders_after(next.as_deref(), 1).unwrap();
    assert_eq!((last.orders.len(), last.next), (1, None));
    assert_eq!(books.changes_after(next.as_deref(), 1), None);
    books.restore_to(2, 2);
    assert_eq!(books.orders_after(next.as_deref(), 1), None);
}

#[test]
fn an_order_that_waited_keeps_its_price_for_72_hours_and_is_held_where_goods_are_short() {
    let mut goods = Goods::new(&["A"], 0, NOON);
    goods.change_price("A", 600, NOON + 1);
    let order = serde_json::from_str(FOREIGN).unwrap();
    let refused = |after_ms: i64| goods.judge(&order, NOON, NOON + after_ms);
    assert!(matches!(refused(360_000)[..], [Reason::OutOfStock { .. }]));
    assert!(refused(360_001).is_empty() && refused(72 * 3_600_000).is_empty());
    let too_late = refused(72 * 3_600_000 + 1);
    assert!(matches!(too_late[..], [Reason::PriceChanged { .. }]));
    assert_eq!(goods.promise(&order), OrderStatus::OnHold);
}
