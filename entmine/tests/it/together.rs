//! Orders that come at the same time are placed together, as if they had come one after the other.

use super::ENGINE;
use crate::shop::{Shop, body, new_key, order};
use database::{Action, Points};
use entmine::{Conditions, Placed, StorageError};
use futures::future::join_all;
use model::OrderRequest;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// A shop that counts the transactions in which orders are placed.
async fn counting() -> (Shop, Arc<AtomicUsize>) {
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = begun.clone();
    let points = Points::new(move |point| {
        if point == "entmine.place.begin" {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        Action::Go
    });
    let shop = Shop::failing(ENGINE, points).await;
    shop.import_more("").await;
    (shop, begun)
}

struct Sent<'a> {
    store: &'a str,
    key: Uuid,
    order: OrderRequest,
    number: Option<&'a str>,
}

impl Sent<'_> {
    async fn to(&self, shop: &Shop) -> Result<Placed, StorageError> {
        let (body, none) = (body(&self.order), Conditions::default());
        let placed = shop
            .entmine
            .place(self.store, self.key, &body, self.number, None, none);
        placed.await
    }
}

fn sent(lines: &[(&str, i64, i64)]) -> Sent<'static> {
    Sent {
        store: "shop",
        key: new_key(),
        order: order(lines),
        number: None,
    }
}

/// Of everything that placing orders writes.
async fn written(shop: &Shop) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for sql in [
        "SELECT number || ' ' || CAST(position AS TEXT) || ' ' || key || ' ' || store || ' ' || status
         FROM orders ORDER BY position",
        "SELECT number || ' ' || CAST(line AS TEXT) || ' ' || sku || ' ' || CAST(quantity AS TEXT)
             || ' ' || CAST(reserved AS TEXT) FROM order_lines ORDER BY number, line",
        "SELECT key || ' ' || store || ' ' || verdict || ' ' || COALESCE(reasons, '')
         FROM verdicts ORDER BY key",
        "SELECT sku || ' ' || CAST(on_hand AS TEXT) || ' ' || CAST(reserved AS TEXT)
         FROM products ORDER BY sku",
        // Between products the ledger has no order that counts.
        "SELECT sku || ' ' || number || ' ' || actor || ' ' || CAST(on_hand AS TEXT) || ' '
             || CAST(reserved AS TEXT) || ' ' || CAST(reserved_change AS TEXT)
         FROM stock_movements WHERE kind = 'reservation' ORDER BY sku, position",
        "SELECT CAST(position AS TEXT) || actor || ' ' || event || ' ' || subject || ' ' || detail
         FROM audit ORDER BY position",
        "SELECT name || ' ' || CAST(last AS TEXT) FROM sequences ORDER BY name",
    ] {
        all.push(shop.read(sql).await);
    }
    all
}

#[tokio::test]
async fn orders_that_come_together_are_placed_as_if_one_after_the_other() {
    let mut all = vec![
        sent(&[("WAND", 3, 1299)]),
        sent(&[("BROOM", 1, 8000), ("WAND", 3, 1299)]),
        // Nobody sells it, and it costs something else.
        sent(&[("MAP", 1, 500), ("WAND", 1, 999)]),
        // There is none left.
        sent(&[("BROOM", 1, 8000)]),
        sent(&[("WAND", 4, 1299)]),
        // Two are too many after the others.
        sent(&[("WAND", 2, 1299)]),
    ];
    // One that waited for long is held, with what there is.
    let mut waited = sent(&[("WAND", 5, 1299), ("BROOM", 1, 8000)]);
    waited.order.placed_at = "2026-11-22T20:00:00Z".into();
    all.insert(4, waited);
    let mut other_store = sent(&[("WAND", 1, 1299)]);
    other_store.store = "other";
    all.push(other_store);
    let mut yen = sent(&[("WAND", 1, 1299)]);
    yen.order.currency = "JPY".into();
    all.push(yen);

    let (together, begun) = counting().await;
    let (alone, _) = counting().await;
    let mut expected = Vec::new();
    for one in &all {
        expected.push(one.to(&alone).await.unwrap());
    }
    let placed = join_all(all.iter().map(|one| one.to(&together))).await;
    let placed: Vec<Placed> = placed.into_iter().map(Result::unwrap).collect();
    assert_eq!(placed, expected);
    assert_eq!(written(&together).await, written(&alone).await);
    // Of two stores, of which the first comes again after the second.
    assert_eq!(begun.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_crowd_gets_numbers_without_gaps_and_no_more_than_there_is() {
    let (shop, begun) = counting().await;
    let all: Vec<_> = (0..100).map(|_| sent(&[("WAND", 1, 1299)])).collect();
    // Each is sent twice.
    let twice = all.iter().chain(&all).map(|one| one.to(&shop));
    let (mut numbers, mut replays, mut rejected) = (Vec::new(), 0, 0);
    for placed in join_all(twice).await {
        match placed.unwrap() {
            Placed::Accepted(acceptance) if acceptance.replayed => replays += 1,
            Placed::Accepted(acceptance) => numbers.push(acceptance.number),
            Placed::Rejected(_) => rejected += 1,
            other => panic!("{other:?}"),
        }
    }
    numbers.sort();
    let expected: Vec<_> = (1..=10).map(|n| format!("SO-2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!((replays, rejected), (10, 180));
    assert_eq!(shop.stock("WAND").await, (10, 10, 0));
    assert_eq!(shop.promised().await, 10);
    let begun = begun.load(Ordering::SeqCst);
    assert!(begun <= 5, "{begun} transactions for 200 orders");
}

#[tokio::test]
async fn an_order_that_cannot_be_written_takes_no_other_with_it() {
    let (shop, _) = counting().await;
    shop.alter("CREATE UNIQUE INDEX one_of_nowhere ON orders (city) WHERE city = 'Nowhere'")
        .await;
    let mut all: Vec<_> = (0..5).map(|_| sent(&[("WAND", 1, 1299)])).collect();
    for place in [1, 3] {
        all[place].order.customer.address.city = "Nowhere".into();
    }
    let placed = join_all(all.iter().map(|one| one.to(&shop))).await;
    for (place, placed) in placed.iter().enumerate() {
        match placed {
            Ok(Placed::Accepted(_)) => assert_ne!(place, 3),
            Err(error) => assert!(place == 3 && !error.may_be_written(), "{place}: {error}"),
            Ok(other) => panic!("{place}: {other:?}"),
        }
    }
    assert_eq!(shop.ask("SELECT MAX(position) FROM orders").await, 4);
    assert_eq!(shop.promised().await, 4);
    // It is to blame for nothing that comes after it.
    shop.alter("DROP INDEX one_of_nowhere").await;
    assert!(matches!(all[3].to(&shop).await, Ok(Placed::Accepted(_))));
}

#[tokio::test]
async fn an_order_gets_its_number_back_among_others() {
    let (shop, _) = counting().await;
    let mut all: Vec<_> = (0..5).map(|_| sent(&[("WAND", 1, 1299)])).collect();
    // It was the next one of those that come now.
    all[2].number = Some("SO-2026-000003");
    let placed = join_all(all.iter().map(|one| one.to(&shop))).await;
    let numbers: Vec<String> = placed
        .into_iter()
        .map(|placed| crate::shop::stored(placed.unwrap()).number)
        .collect();
    let expected: Vec<_> = (1..=5).map(|n| format!("SO-2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
}
