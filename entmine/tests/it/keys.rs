//! One key, one verdict, for ever.

use super::ENGINE;
use crate::shop::{HOUR, Shop, body, new_key, order, rejected, replayed, stored};
use entmine::{Conditions, Found, Placed};
use model::{Acceptance, OrderStatus};

#[tokio::test]
async fn the_same_key_and_body_twice_give_the_same_number() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    let first = stored(shop.place(key, &sent).await);
    shop.turn_clock(HOUR);
    let second = replayed(shop.place(key, &sent).await);
    let expected = Acceptance {
        replayed: true,
        ..first
    };
    assert_eq!(second, expected);
    assert_eq!(shop.count().await, 1);
    assert_eq!(shop.stock("WAND").await, (10, 2, 8));
}

#[tokio::test]
async fn the_same_key_many_times_at_once_gives_one_order() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), body(&order(&[("WAND", 2, 1299)])));
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (entmine, sent) = (shop.entmine.clone(), sent.clone());
            tokio::spawn(async move {
                entmine
                    .place("shop", key, &sent, None, None, Conditions::default())
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut stored = 0;
    for one in tries {
        match one.await.unwrap() {
            Placed::Accepted(acceptance) => {
                stored += usize::from(!acceptance.replayed);
                assert_eq!(acceptance.number, "SO-2026-000001");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((stored, shop.count().await), (1, 1));
    assert_eq!(shop.stock("WAND").await, (10, 2, 8));
}

#[tokio::test]
async fn a_replay_tells_the_status_of_today() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    stored(shop.place(key, &sent).await);
    shop.alter("UPDATE orders SET status = 'shipped'").await;
    assert_eq!(
        replayed(shop.place(key, &sent).await).status,
        OrderStatus::Shipped
    );
}

#[tokio::test]
async fn a_replay_is_answered_whatever_became_of_the_products() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    let first = stored(shop.place(key, &sent).await);
    shop.entmine.set_price("WAND", 1).await.unwrap();
    shop.entmine.set_stock("WAND", 0).await.unwrap();
    shop.alter("UPDATE products SET currency = 'EUR', published = 0")
        .await;
    shop.turn_clock(1_000 * HOUR);
    assert_eq!(replayed(shop.place(key, &sent).await).number, first.number);
}

#[tokio::test]
async fn a_restart_keeps_keys_and_numbers() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    stored(shop.place(key, &sent).await);
    let instance = shop.entmine.instance();
    let shop = shop.restart().await;
    assert_eq!(
        replayed(shop.place(key, &sent).await).number,
        "SO-2026-000001"
    );
    let next = stored(shop.place(new_key(), &sent).await);
    assert_eq!(next.number, "SO-2026-000002");
    assert_eq!(shop.entmine.instance(), instance);
}

#[tokio::test]
async fn an_accepted_key_under_another_body_is_reused() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    stored(shop.place(key, &order(&[("WAND", 2, 1299)])).await);
    let reused = Placed::KeyReused;
    assert_eq!(shop.place(key, &order(&[("WAND", 1, 1299)])).await, reused);
    // One space is another body: the fingerprint is of the bytes.
    let mut spaced = body(&order(&[("WAND", 2, 1299)]));
    spaced.push(b' ');
    assert_eq!(shop.place_bytes(key, &spaced).await, reused);
    assert_eq!(shop.count().await, 1);
}

#[tokio::test]
async fn a_rejection_is_remembered_although_the_reason_has_gone() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("BROOM", 2, 8000)]));
    let reasons = rejected(shop.place(key, &sent).await);
    shop.entmine.set_stock("BROOM", 50).await.unwrap();
    assert_eq!(rejected(shop.place(key, &sent).await), reasons);
    let Found::Rejected { reasons: found, .. } = shop.find(key).await else {
        panic!("not found as rejected");
    };
    assert_eq!(found, reasons);
    let reused = Placed::KeyReused;
    assert_eq!(shop.place(key, &order(&[("BROOM", 1, 8000)])).await, reused);
    assert_eq!(
        (shop.count().await, shop.stock("BROOM").await),
        (0, (50, 0, 50))
    );
}

#[tokio::test]
async fn another_store_s_key_is_unknown_to_ask_and_reused_to_place() {
    let shop = Shop::open(ENGINE).await;
    let (accepted, refused) = (new_key(), new_key());
    let good = body(&order(&[("WAND", 1, 1299)]));
    let bad = body(&order(&[("NOPE", 1, 1299)]));
    stored(shop.place_bytes(accepted, &good).await);
    rejected(shop.place_bytes(refused, &bad).await);
    for (key, sent) in [(accepted, &good), (refused, &bad)] {
        let placed = shop
            .entmine
            .place("other", key, sent, None, None, Conditions::default())
            .await
            .unwrap();
        assert_eq!(placed, Placed::KeyReused);
        assert_eq!(
            shop.entmine.find("other", key).await.unwrap(),
            Found::Unknown
        );
    }
    assert_eq!(shop.count().await, 1);
}

#[tokio::test]
async fn what_is_malformed_leaves_the_key_free() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let mut foreign = order(&[("WAND", 1, 1299)]);
    foreign.currency = "EUR".into();
    let mut bodies = vec![body(&foreign), b"{".to_vec(), vec![b' '; 70_000]];
    bodies.push(body(&order(&[])));
    bodies.push(body(&order(&[("WAND", 0, 1299)])));
    bodies.push(body(&order(&[("WAND", 1000, 1299)])));
    bodies.push(body(&order(&[("WAND", 1, 1299), ("WAND", 1, 1299)])));
    for sent in bodies {
        let placed = shop.place_bytes(key, &sent).await;
        assert!(matches!(placed, Placed::Malformed { .. }), "{placed:?}");
    }
    assert_eq!(shop.find(key).await, Found::Unknown);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM verdicts").await, 0);
    stored(shop.place(key, &order(&[("WAND", 1, 1299)])).await);
}
