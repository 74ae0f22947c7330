//! What EntMine's staff do with orders.

use super::ENGINE;
use crate::shop::{MINUTE, Shop, new_key, order, replayed, stored};
use entmine::StatusRefused;
use model::OrderStatus;

#[tokio::test]
async fn an_order_is_picked_and_shipped_and_its_pieces_leave_the_warehouse() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 3, 1299), ("BROOM", 1, 8000)]));
    let number = stored(shop.place(key, &sent).await).number;
    assert_eq!(
        shop.change(&number, OrderStatus::Picked).await,
        OrderStatus::New
    );
    assert_eq!(shop.stock("WAND").await, (10, 3, 7));
    assert_eq!(
        shop.change(&number, OrderStatus::Shipped).await,
        OrderStatus::Picked
    );
    assert_eq!(shop.stock("WAND").await, (7, 0, 7));
    assert_eq!(shop.stock("BROOM").await, (0, 0, 0));
    assert_eq!(
        replayed(shop.place(key, &sent).await).status,
        OrderStatus::Shipped
    );
}

#[tokio::test]
async fn a_cancelled_order_gives_its_stock_back_and_stores_hear_of_it() {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    let before = shop.entmine.snapshot().await.unwrap();
    shop.change(&number, OrderStatus::Cancelled).await;
    assert_eq!(shop.stock("WAND").await, (10, 0, 10));
    let changes = shop.entmine.stock_changes_after(before.stock_seq, 10).await;
    let stocks = changes.unwrap().stocks;
    assert_eq!((stocks.len(), stocks[0].available), (1, 10));
    let news = *shop.entmine.changed().borrow();
    assert_eq!((news.seq, news.stock), (before.seq, before.stock_seq + 1));
    assert_eq!(shop.promised().await, 0);
}

#[tokio::test]
async fn an_order_on_hold_is_settled_and_what_was_not_counted_can_be_shipped() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(7 * MINUTE);
    let held = stored(shop.place(new_key(), &order(&[("BROOM", 3, 8000)])).await);
    assert_eq!(held.status, OrderStatus::OnHold);
    for to in [
        OrderStatus::New,
        OrderStatus::OnHold,
        OrderStatus::Picked,
        OrderStatus::Shipped,
    ] {
        shop.change(&held.number, to).await;
    }
    assert_eq!(shop.stock("BROOM").await, (0, 0, 0));
}

#[tokio::test]
async fn a_step_that_no_order_takes_changes_nothing() {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    shop.change(&number, OrderStatus::Cancelled).await;
    let notes = "SELECT COUNT(*) FROM audit";
    let before = (shop.ask(notes).await, shop.stock("WAND").await);
    for to in [
        OrderStatus::New,
        OrderStatus::Cancelled,
        OrderStatus::Shipped,
    ] {
        let refused = shop
            .entmine
            .change_status(&number, to, "staff:morgan")
            .await;
        let from = OrderStatus::Cancelled;
        assert_eq!(
            refused.unwrap(),
            Err(StatusRefused::NotAllowed { from, to })
        );
    }
    for number in ["SO-2026-000002", "", "SO-2026-000001\u{0}"] {
        let refused = shop
            .entmine
            .change_status(number, OrderStatus::Picked, "staff:morgan")
            .await;
        assert_eq!(refused.unwrap(), Err(StatusRefused::UnknownOrder));
    }
    assert_eq!((shop.ask(notes).await, shop.stock("WAND").await), before);
}

#[tokio::test]
async fn the_audit_says_who_changed_what() {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    shop.change(&number, OrderStatus::OnHold).await;
    let notes = "SELECT COUNT(*) FROM audit WHERE event = 'order.status'
                 AND actor = 'staff:morgan' AND detail = 'SO-2026-000001: new -> on_hold'";
    assert_eq!(shop.ask(notes).await, 1);
}
