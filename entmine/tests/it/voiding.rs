//! A voided key never becomes an order.

use super::ENGINE;
use crate::shop::{Shop, body, new_key, order, rejected, stored};
use entmine::{Conditions, Found, Placed, Voided};

#[tokio::test]
async fn an_order_that_comes_after_its_void_is_refused_for_ever() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 1, 1299)]));
    assert_eq!(shop.find(key).await, Found::Unknown);
    assert_eq!(shop.void(key).await, Voided::Done);
    assert_eq!(shop.place(key, &sent).await, Placed::Voided);
    assert_eq!(shop.find(key).await, Found::Voided);
    let shop = shop.restart().await;
    assert_eq!(shop.place(key, &sent).await, Placed::Voided);
    assert_eq!(shop.void(key).await, Voided::Done);
    assert_eq!(
        (shop.count().await, shop.stock("WAND").await),
        (0, (10, 0, 10))
    );
    let notes = "SELECT COUNT(*) FROM audit WHERE event = 'order.voided'";
    assert_eq!(shop.ask(notes).await, 1);
}

#[tokio::test]
async fn a_void_that_comes_after_the_verdict_tells_it() {
    let shop = Shop::open(ENGINE).await;
    let (accepted, refused) = (new_key(), new_key());
    let acceptance = stored(shop.place(accepted, &order(&[("WAND", 1, 1299)])).await);
    rejected(shop.place(refused, &order(&[("NOPE", 1, 1299)])).await);
    assert_eq!(shop.void(accepted).await, Voided::AlreadyAccepted);
    assert_eq!(shop.void(refused).await, Voided::AlreadyRejected);
    assert_eq!(shop.find(accepted).await, Found::Accepted(acceptance));
    assert_eq!(shop.stock("WAND").await, (10, 1, 9));
}

#[tokio::test]
async fn a_store_cannot_void_another_s_key() {
    let shop = Shop::open(ENGINE).await;
    let (key, voided) = (new_key(), new_key());
    stored(shop.place(key, &order(&[("WAND", 1, 1299)])).await);
    shop.void(voided).await;
    for key in [key, voided] {
        let told = shop.entmine.void("other", key).await.unwrap();
        assert_eq!(told, None);
    }
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let placed = shop
        .entmine
        .place("other", voided, &sent, None, None, Conditions::default());
    assert_eq!(placed.await.unwrap(), Placed::KeyReused);
}

#[tokio::test]
async fn an_order_and_its_void_at_once_end_in_one_of_both() {
    let shop = Shop::open(ENGINE).await;
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let mut orders = 0;
    for _ in 0..10 {
        let key = new_key();
        let placing = {
            let (entmine, sent) = (shop.entmine.clone(), sent.clone());
            tokio::spawn(async move {
                let conditions = Conditions::default();
                entmine
                    .place("shop", key, &sent, None, None, conditions)
                    .await
                    .unwrap()
            })
        };
        let voided = shop.void(key).await;
        let placed = placing.await.unwrap();
        match (placed, voided) {
            (Placed::Voided, Voided::Done) => {}
            (Placed::Accepted(_), Voided::AlreadyAccepted) => orders += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(shop.count().await, orders);
}
