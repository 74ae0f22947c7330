//! One key, one order, one number.

use super::orders::{body, new_key};
use super::{Subject, TIME};
use model::OrderStatus;
use std::collections::HashSet;
use wizastore::erp::{Found, Placed};
use wizastore::fingerprint;

pub async fn an_order_is_stored_once_and_answered_alike(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 2));
    let Placed::Accepted(first) = on.place(key, &order).await else {
        panic!("not accepted")
    };
    assert_eq!(first.key, key.to_string());
    assert_eq!(first.fingerprint, fingerprint(&body(&order)));
    assert_eq!(
        (first.total_minor, first.currency.as_str()),
        (2 * 1299, "GBP")
    );
    assert_eq!((first.status, first.replayed), (OrderStatus::New, false));
    assert!(!first.number.is_empty());
    for _ in 0..3 {
        let Placed::Accepted(again) = on.place(key, &order).await else {
            panic!("not accepted")
        };
        assert!(again.replayed);
        assert_eq!(again.number, first.number);
        assert_eq!(again.fingerprint, first.fingerprint);
        assert_eq!(again.accepted_at, first.accepted_at);
    }
    let Found::Accepted(found) = on.find(key).await else {
        panic!("not found")
    };
    assert_eq!(
        (found.key, found.number, found.fingerprint),
        (first.key, first.number, first.fingerprint)
    );
}

pub async fn the_same_key_fired_at_once_has_one_number(on: &Subject) {
    let (key, order) = (new_key(), body(&on.order("WAND", 1)));
    let fired = (0..8).map(|_| {
        let (erp, order) = (on.erp.clone(), order.clone());
        tokio::spawn(async move { erp.place(key, &order, None, TIME).await })
    });
    let fired: Vec<_> = fired.collect();
    let (mut numbers, mut firsts) = (HashSet::new(), 0);
    for answer in fired {
        match answer.await.expect("no panic").expect("an answer").answer {
            Placed::Accepted(acceptance) => {
                numbers.insert(acceptance.number);
                firsts += i32::from(!acceptance.replayed);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((numbers.len(), firsts), (1, 1));
}

pub async fn each_key_has_a_number_of_its_own(on: &Subject) {
    // The very same bytes: only the key tells two orders apart.
    let order = on.order("WAND", 1);
    let mut numbers = HashSet::new();
    for _ in 0..5 {
        numbers.insert(on.accepted(new_key(), &order).await);
    }
    assert_eq!(numbers.len(), 5);
}

pub async fn an_order_reserves_its_stock(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 3));
    on.accepted(key, &order).await;
    on.accepted(key, &order).await;
    let stock = on.erp.stock(&["WAND".into()]).await.expect("an answer");
    let level = &stock.levels[0];
    assert_eq!((level.on_hand, level.reserved, level.available), (10, 3, 7));
}

pub async fn another_body_under_the_key_is_refused_for_ever(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let number = on.accepted(key, &order).await;
    let other = on.order("WAND", 2);
    assert_eq!(on.place(key, &other).await, Placed::KeyReused);
    // The same order written otherwise is another body, too.
    let mut spaced = body(&order);
    spaced.push(b' ');
    assert_eq!(on.place_bytes(key, &spaced).await, Placed::KeyReused);
    assert_eq!(on.accepted(key, &order).await, number);
}
