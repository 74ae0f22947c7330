//! An order that waited is not a lost sale.

use super::ENGINE;
use crate::shop::{HOUR, MINUTE, SECOND, Shop, new_key, order, rejected, stored};
use entmine::Placed;
use model::{OrderStatus, Reason};

#[tokio::test]
async fn a_price_of_then_is_honoured_for_72_hours() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("WAND", 1, 1299)]);
    shop.turn_clock(MINUTE);
    shop.entmine.set_price("WAND", 1500).await.unwrap();
    stored(shop.place(new_key(), &sent).await);
    shop.turn_clock(72 * HOUR - MINUTE);
    stored(shop.place(new_key(), &sent).await);
    shop.turn_clock(1);
    assert_eq!(
        rejected(shop.place(new_key(), &sent).await),
        [Reason::PriceChanged {
            sku: "WAND".into(),
            shown_minor: 1299,
            current_minor: 1500,
            price_version: 2
        }]
    );
}

#[tokio::test]
async fn the_current_price_is_accepted_however_old_the_order_is() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(29 * 24 * HOUR);
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
}

#[tokio::test]
async fn a_price_that_had_ended_when_the_order_was_placed_is_not_honoured() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(MINUTE);
    shop.entmine.set_price("WAND", 1500).await.unwrap();
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.placed_at = "2026-11-22T21:00:59.999Z".into();
    stored(shop.place(new_key(), &sent).await);
    sent.placed_at = "2026-11-22T21:01:00Z".into();
    rejected(shop.place(new_key(), &sent).await);
}

#[tokio::test]
async fn a_price_is_honoured_only_under_its_own_version() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(MINUTE);
    shop.entmine.set_price("WAND", 1500).await.unwrap();
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.lines[0].price_version = 2;
    rejected(shop.place(new_key(), &sent).await);
}

#[tokio::test]
async fn a_price_that_fell_is_told_too() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(-MINUTE);
    let mut sent = order(&[("WAND", 1, 1299)]);
    shop.turn_clock(2 * MINUTE);
    shop.entmine.set_price("WAND", 999).await.unwrap();
    sent.placed_at = "2026-11-22T21:02:00Z".into();
    let reasons = rejected(shop.place(new_key(), &sent).await);
    assert!(
        matches!(
            reasons[..],
            [Reason::PriceChanged {
                current_minor: 999,
                ..
            }]
        ),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn an_order_from_the_future_is_honoured_only_within_the_skew_of_clocks() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("WAND", 1, 1299)]);
    // The price ended after the order's placed_at, but the clock has been put back since.
    shop.turn_clock(SECOND);
    shop.entmine.set_price("WAND", 1500).await.unwrap();
    shop.turn_clock(-5 * MINUTE);
    stored(shop.place(new_key(), &sent).await);
    shop.turn_clock(-SECOND);
    let placed = shop.place(new_key(), &sent).await;
    assert!(matches!(placed, Placed::Malformed { .. }), "{placed:?}");
}

#[tokio::test]
async fn short_stock_holds_an_order_older_than_60_seconds_and_what_clocks_may_differ() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("BROOM", 3, 8000), ("WAND", 1, 1299)]);
    shop.turn_clock(60 * SECOND + 5 * MINUTE);
    rejected(shop.place(new_key(), &sent).await);
    shop.turn_clock(1);
    let held = stored(shop.place(new_key(), &sent).await);
    assert_eq!(held.status, OrderStatus::OnHold);
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
    let fresh = order(&[("WAND", 1, 1299)]);
    assert_eq!(
        stored(shop.place(new_key(), &fresh).await).status,
        OrderStatus::New
    );
}

#[tokio::test]
async fn waiting_excuses_nothing_but_stock() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(HOUR);
    let reasons = rejected(
        shop.place(new_key(), &order(&[("BROOM", 3, 1), ("NOPE", 1, 1)]))
            .await,
    );
    assert!(
        matches!(
            reasons[..],
            [Reason::PriceChanged { .. }, Reason::Discontinued { .. }]
        ),
        "{reasons:?}"
    );
}
