//! The rehearsal's conditions touch new verdicts and nothing else.

use super::ENGINE;
use crate::shop::{MINUTE, Shop, body, new_key, order, rejected, replayed, stored};
use entmine::Conditions;
use model::{OrderStatus, Reason};

const FEW: Conditions = Conditions {
    at_most_available: Some(1),
    price_percent: None,
};
const DEAR: Conditions = Conditions {
    at_most_available: None,
    price_percent: Some(10),
};

#[tokio::test]
async fn entmine_can_decide_as_if_it_had_few_pieces() {
    let shop = Shop::open(ENGINE).await;
    let reasons = rejected(shop.place_under(&order(&[("WAND", 2, 1299)]), FEW).await);
    assert_eq!(
        reasons,
        [Reason::OutOfStock {
            sku: "WAND".into(),
            requested: 2,
            available: 1
        }]
    );
    stored(shop.place_under(&order(&[("WAND", 1, 1299)]), FEW).await);
    shop.turn_clock(7 * MINUTE);
    let held = stored(shop.place_under(&order(&[("WAND", 2, 1299)]), FEW).await);
    assert_eq!(held.status, OrderStatus::OnHold);
    assert_eq!(shop.stock("WAND").await, (10, 3, 7));
}

#[tokio::test]
async fn entmine_can_decide_as_if_prices_had_risen() {
    let shop = Shop::open(ENGINE).await;
    let reasons = rejected(shop.place_under(&order(&[("WAND", 2, 1299)]), DEAR).await);
    assert_eq!(
        reasons,
        [Reason::PriceChanged {
            sku: "WAND".into(),
            shown_minor: 1299,
            current_minor: 1428,
            price_version: 2
        }]
    );
    let mut accepted = order(&[("WAND", 2, 1428)]);
    accepted.lines[0].price_version = 2;
    stored(shop.place_under(&accepted, DEAR).await);
    let product = &shop.entmine.snapshot().await.unwrap().products[2];
    assert_eq!((product.price_minor, product.price_version), (1299, 1));
}

#[tokio::test]
async fn a_verdict_from_before_the_rehearsal_stands() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 2, 1299)])));
    stored(shop.place_bytes(key, &sent).await);
    for conditions in [FEW, DEAR] {
        let again = shop
            .entmine
            .place("shop", key, &sent, None, None, conditions)
            .await;
        replayed(again.unwrap());
    }
}
