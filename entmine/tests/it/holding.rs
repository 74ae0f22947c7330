//! Orders that wait for a person: what they are promised, and what others find meanwhile.

use super::ENGINE;
use crate::shop::{HOUR, MINUTE, SECOND, Shop, new_key, order, rejected, stored};
use entmine::{MovementKind, MovementQuery, OrderLimits, OrderQuery, Placed, Receipt};
use model::{OrderRequest, OrderStatus};

/// Longer than clocks may differ, and a minute.
const WAITED: i64 = 6 * MINUTE + SECOND;

/// An order placed when the shop's clock says it is.
fn fresh(shop: &Shop, lines: &[(&str, i64, i64)]) -> OrderRequest {
    let now = jiff::Timestamp::from_millisecond(shop.now_ms()).unwrap();
    OrderRequest {
        placed_at: now.to_string(),
        ..order(lines)
    }
}

async fn receive(shop: &Shop, sku: &str, pieces: i64) {
    let receipt = Receipt {
        sku: sku.into(),
        pieces,
        reason: String::new(),
        actor: "staff:robin".into(),
        request: None,
    };
    shop.entmine.receive_stock(receipt).await.unwrap().unwrap();
}

async fn held_because(shop: &Shop, number: &str) -> Option<String> {
    let order = shop.entmine.order(number).await.unwrap().unwrap();
    order.held_because().map(str::to_owned)
}

#[tokio::test]
async fn a_clock_that_is_slow_is_no_order_that_waited() {
    let shop = Shop::open(ENGINE).await;
    for age in [0, 61 * SECOND, 5 * MINUTE, 6 * MINUTE] {
        let sent = fresh(&shop, &[("BROOM", 3, 8000)]);
        shop.turn_clock(age);
        rejected(shop.place(new_key(), &sent).await);
    }
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
}

#[tokio::test]
async fn an_order_on_hold_has_what_there_is_and_what_comes_in_is_everybodys() {
    let shop = Shop::open(ENGINE).await;
    let late = order(&[("WAND", 13, 1299), ("BROOM", 1, 8000)]);
    shop.turn_clock(WAITED);
    let held = stored(shop.place(new_key(), &late).await);
    assert_eq!(held.status, OrderStatus::OnHold);
    assert_eq!(shop.stock("WAND").await, (10, 10, 0));
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
    assert_eq!(
        held_because(&shop, &held.number).await.as_deref(),
        Some("WAND: 13 ordered, 10 there")
    );
    // Goods come in: they are not gone before anybody sees them.
    receive(&shop, "WAND", 5).await;
    assert_eq!(shop.stock("WAND").await, (15, 10, 5));
    let other = stored(
        shop.place(new_key(), &fresh(&shop, &[("WAND", 3, 1299)]))
            .await,
    );
    assert_eq!(other.status, OrderStatus::New);
    assert_eq!(shop.promised().await, 14);
}

#[tokio::test]
async fn several_held_orders_never_promise_more_than_there_is() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(WAITED);
    for _order in 0..3 {
        let late = order(&[("WAND", 7, 1299)]);
        stored(shop.place(new_key(), &late).await);
    }
    assert_eq!(shop.stock("WAND").await, (10, 10, 0));
    assert_eq!(shop.promised().await, 10);
}

#[tokio::test]
async fn whoever_releases_a_held_order_promises_the_rest_and_cancelling_gives_back_what_it_had() {
    let shop = Shop::open(ENGINE).await;
    let late = order(&[("BROOM", 3, 8000)]);
    shop.turn_clock(WAITED);
    let first = stored(shop.place(new_key(), &late).await).number;
    let second = stored(shop.place(new_key(), &late).await).number;
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
    shop.change(&second, OrderStatus::Cancelled).await;
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
    receive(&shop, "BROOM", 2).await;
    shop.change(&first, OrderStatus::New).await;
    assert_eq!(shop.stock("BROOM").await, (3, 3, 0));
    shop.change(&first, OrderStatus::Picked).await;
    shop.change(&first, OrderStatus::Shipped).await;
    assert_eq!(shop.stock("BROOM").await, (0, 0, 0));
    assert_eq!(shop.promised().await, 0);
}

#[tokio::test]
async fn staff_see_which_held_orders_there_is_enough_for() {
    let shop = Shop::open(ENGINE).await;
    let late = order(&[("BROOM", 3, 8000)]);
    shop.turn_clock(WAITED);
    let number = stored(shop.place(new_key(), &late).await).number;
    stored(
        shop.place(new_key(), &fresh(&shop, &[("WAND", 1, 1299)]))
            .await,
    );
    let covered = async || {
        let found = shop.entmine.orders(OrderQuery::default()).await.unwrap();
        let rows = found.orders.iter();
        let covered = rows.filter(|order| order.covered);
        covered
            .map(|order| order.number.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(covered().await, [""; 0]);
    receive(&shop, "BROOM", 2).await;
    assert_eq!(covered().await, std::slice::from_ref(&number));
    let detail = shop.entmine.order(&number).await.unwrap().unwrap();
    assert!(detail.is_covered());
    assert_eq!(detail.lines[0].reserved, 1);
}

#[tokio::test]
async fn the_ledger_says_how_many_left_the_warehouse() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(WAITED);
    let late = order(&[("BROOM", 3, 8000)]);
    let number = stored(shop.place(new_key(), &late).await).number;
    for to in [OrderStatus::Picked, OrderStatus::Shipped] {
        shop.change(&number, to).await;
    }
    let query = MovementQuery {
        sku: Some("BROOM".into()),
        ..MovementQuery::default()
    };
    let movements = shop.entmine.movements(query).await.unwrap().movements;
    let told: Vec<_> = movements
        .iter()
        .map(|m| (m.kind, m.on_hand_change, m.reserved_change, &*m.reason))
        .collect();
    use MovementKind::{Count, Reservation, Shipment};
    assert_eq!(
        told,
        [
            (Shipment, -3, -3, ""),
            (Count, 2, 0, "found while shipping"),
            (Reservation, 0, 2, ""),
            (Reservation, 0, 1, ""),
            (Count, 1, 0, "product file"),
        ]
    );
    assert_eq!(shop.stock("BROOM").await, (0, 0, 0));
}

/// A shop where more than 2 lines, 5 pieces or £100.00 are looked at.
async fn careful() -> Shop {
    let limits = OrderLimits {
        lines: 2,
        pieces: 5,
        value_minor: 10_000,
    };
    let shop = Shop::limited(ENGINE, limits).await;
    shop.import_more("hat,Hat,Hats,TRUE,HAT,1.00,10\n").await;
    shop
}

#[tokio::test]
async fn an_order_beyond_a_limit_is_held_with_the_reason_and_promised_nothing() {
    let shop = careful().await;
    for (lines, reason) in [
        (vec![("WAND", 6, 1299)], "6 pieces, the limit is 5"),
        (
            vec![("WAND", 1, 1299), ("BROOM", 1, 8000), ("HAT", 1, 100)],
            "3 lines, the limit is 2",
        ),
        (
            vec![("WAND", 2, 1299), ("BROOM", 1, 8000)],
            "£105.98, the limit is £100.00",
        ),
    ] {
        let held = stored(shop.place(new_key(), &order(&lines)).await);
        assert_eq!(held.status, OrderStatus::OnHold, "{reason}");
        let said = held_because(&shop, &held.number).await;
        assert_eq!(said.as_deref(), Some(reason));
    }
    assert_eq!(shop.promised().await, 0);
    // What is at a limit is not beyond it, and others find everything.
    let usual = stored(shop.place(new_key(), &order(&[("WAND", 5, 1299)])).await);
    assert_eq!(usual.status, OrderStatus::New);
}

#[tokio::test]
async fn a_person_releases_what_is_beyond_the_limits() {
    let shop = careful().await;
    let held = stored(shop.place(new_key(), &order(&[("WAND", 6, 1299)])).await).number;
    shop.change(&held, OrderStatus::New).await;
    assert_eq!(shop.stock("WAND").await, (10, 6, 4));
    assert_eq!(held_because(&shop, &held).await, None);
    // More than there is stays a verdict of the moment, whatever the limits.
    rejected(shop.place(new_key(), &order(&[("WAND", 6, 1299)])).await);
}

#[tokio::test]
async fn by_default_nobody_takes_all_the_stock_for_billions() {
    let shop = Shop::empty(ENGINE).await;
    let row = "gold,Gold,Metals,TRUE,GOLD,1000000.00,999\n";
    shop.import_more(row).await;
    let sent = order(&[("GOLD", 999, 100_000_000)]);
    let held = stored(shop.place(new_key(), &sent).await);
    assert_eq!(held.status, OrderStatus::OnHold);
    assert_eq!(shop.stock("GOLD").await, (999, 0, 999));
}

#[tokio::test]
async fn an_order_is_placed_at_a_time_that_can_be() {
    let shop = Shop::open(ENGINE).await;
    let at = |offset_ms: i64| {
        let time = jiff::Timestamp::from_millisecond(shop.now_ms() + offset_ms).unwrap();
        OrderRequest {
            placed_at: time.to_string(),
            ..order(&[("WAND", 1, 1299)])
        }
    };
    let day = 24 * HOUR;
    for offset in [
        5 * MINUTE,
        10 * MINUTE,
        365 * day,
        -30 * day - 1,
        -400 * day,
    ] {
        let (key, sent) = (new_key(), at(offset));
        let Placed::Malformed { detail } = shop.place(key, &sent).await else {
            panic!("{offset} was taken")
        };
        assert!(detail.contains("placed_at"), "{detail}");
        assert!(detail.contains("2026-11-22T21:00:00Z"), "{detail}");
        assert_eq!(shop.find(key).await, entmine::Found::Unknown);
    }
    for offset in [5 * MINUTE - SECOND, 0, -29 * day] {
        stored(shop.place(new_key(), &at(offset)).await);
    }
}

#[tokio::test]
async fn an_old_order_keeps_its_verdict_and_a_lost_one_comes_back() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 1, 1299)]));
    let number = stored(shop.place(key, &sent).await).number;
    shop.turn_clock(400 * 24 * HOUR);
    let again = crate::shop::replayed(shop.place(key, &sent).await);
    assert_eq!(again.number, number);
    let lost = shop
        .entmine
        .place(
            "shop",
            new_key(),
            &crate::shop::body(&sent),
            Some("SO-2026-000050"),
            None,
            entmine::Conditions::default(),
        )
        .await;
    stored(lost.unwrap());
}

#[tokio::test]
async fn an_order_of_too_many_lines_is_refused_before_anything_is_written() {
    let shop = Shop::open(ENGINE).await;
    let skus: Vec<String> = (0..201).map(|n| format!("S{n}")).collect();
    let lines: Vec<_> = skus.iter().map(|sku| (sku.as_str(), 1, 1)).collect();
    let placed = shop.place(new_key(), &order(&lines)).await;
    assert!(
        matches!(&placed, Placed::Malformed { detail } if detail.contains("200")),
        "{placed:?}"
    );
    rejected(shop.place(new_key(), &order(&lines[..200])).await);
}
