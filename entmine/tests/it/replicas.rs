//! Several processes on one PostgreSQL are one EntMine.

use crate::shop::{Shop, body, new_key, order};
use database::Engine;
use entmine::{Conditions, EntMine, Options, Placed};
use std::collections::BTreeSet;

async fn replica(shop: &Shop) -> EntMine {
    let options = Options {
        clock: Some(shop.clock.clone()),
        ..Options::default()
    };
    EntMine::open(shop.home.url(), options).await.unwrap()
}

#[tokio::test]
async fn orders_sent_to_several_at_once_get_numbers_without_gaps_and_no_key_two() {
    let shop = Shop::open(Engine::Postgres).await;
    shop.entmine.set_stock("WAND", 25).await.unwrap();
    let replicas = [
        shop.entmine.clone(),
        replica(&shop).await,
        replica(&shop).await,
    ];
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let keys: Vec<_> = (0..40).map(|_| new_key()).collect();
    let mut placing = Vec::new();
    // Every order is sent to every replica.
    for key in keys {
        for entmine in replicas.clone() {
            let sent = sent.clone();
            placing.push(tokio::spawn(async move {
                let conditions = Conditions::default();
                let placed = entmine.place("shop", key, &sent, None, None, conditions);
                placed.await.unwrap()
            }));
        }
    }
    let (mut stored, mut replays) = (BTreeSet::new(), 0);
    for one in placing {
        match one.await.unwrap() {
            Placed::Stored(acceptance) => assert!(stored.insert(acceptance.number)),
            Placed::Replayed(_) => replays += 1,
            Placed::Rejected(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let expected: BTreeSet<_> = (1..=25).map(|n| format!("SO-2026-{n:06}")).collect();
    assert_eq!(stored, expected);
    assert_eq!(replays, 50);
    assert_eq!(shop.stock("WAND").await, (25, 25, 0));
    assert_eq!(shop.ask("SELECT MAX(position) FROM orders").await, 25);
}

#[tokio::test]
async fn all_are_the_same_entmine_and_learn_of_a_restore() {
    let shop = Shop::open(Engine::Postgres).await;
    let other = replica(&shop).await;
    assert_eq!(other.instance(), shop.entmine.instance());
    shop.entmine.restored(&[]).await.unwrap();
    other.changes_after(0, 1).await.unwrap();
    assert_eq!(other.epoch(), 2);
}
