//! Every order in which up to seven messages can arrive.

use super::world::{START_MS, World, open, products};
use database::Engine;
use database::testing::TestDatabase;
use entmine::ManualClock;
use model::{CatalogueMessage, Product};
use server::catalogue::EntMineHere;
use std::sync::Arc;
use wizastore::{Heard, Smaller, Store, Taken, digest_of};

/// The catalogue after each of so many changes, and the message about each. They touch three
/// products, and the third of them comes and goes.
async fn story(changes: usize) -> (Vec<Vec<Product>>, Vec<CatalogueMessage>) {
    let world = World::new(Engine::Sqlite).await;
    let entmine = &world.entmine;
    let mut states = vec![entmine.snapshot().await.unwrap()];
    let mut messages = Vec::new();
    for n in 0..changes {
        let sku = format!("ITEM-00000{}", n % 3);
        let price = 500 + 10 * i64::try_from(n).unwrap();
        match n {
            4 => {
                let file = products(9, "10.00");
                entmine.import(&file, &mut |_| {}).await.unwrap();
            }
            _ if n % 2 == 0 => assert!(entmine.set_price(&sku, price).await.unwrap()),
            _ => assert!(entmine.set_stock(&sku, price).await.unwrap()),
        }
        let before = states.last().unwrap().seq;
        let after = entmine.snapshot().await.unwrap();
        let news = entmine.changes_after(before, 1_000).await.unwrap();
        messages.push(CatalogueMessage::new(news, Some(after.digest.clone())));
        states.push(after);
    }
    let states = states.into_iter().map(|state| state.products);
    (states.collect(), messages)
}

/// All orders of the numbers below `count`.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(count - 1);
    let longer = shorter.into_iter().flat_map(|order| {
        (0..count).map(move |place| {
            let mut order = order.clone();
            order.insert(place, count - 1);
            order
        })
    });
    longer.collect()
}

/// Tries all orders of one message, of two, … of `most`; gives how many there were.
pub async fn prove(home: TestDatabase, most: usize) -> usize {
    let (states, messages) = story(most).await;
    let clock = Arc::new(ManualClock::at(START_MS));
    let store = open(&home, &clock).await;
    let mut epoch = 0;
    for count in 1..=most {
        for order in permutations(count) {
            // Each of them begins anew, in an epoch of its own.
            epoch += 1;
            begin(&store, epoch, &states[0], messages[0].from).await;
            deliver(&store, epoch, &order, &states, &messages).await;
        }
    }
    usize::try_from(epoch).unwrap()
}

async fn begin(store: &Store, epoch: i64, products: &[Product], seq: i64) {
    let snapshot = model::Snapshot {
        epoch,
        seq,
        digest: digest_of(products),
        products: products.to_vec(),
    };
    let taken = store.take_snapshot(snapshot, Smaller::Take).await.unwrap();
    assert!(matches!(taken, Taken::Replaced { .. }));
}

async fn deliver(
    store: &Store,
    epoch: i64,
    order: &[usize],
    states: &[Vec<Product>],
    messages: &[CatalogueMessage],
) {
    let message = |index: usize| CatalogueMessage {
        epoch,
        ..messages[index].clone()
    };
    let mut has = 0;
    for &index in order {
        let heard = store.hear_catalogue(message(index)).await.unwrap();
        match heard {
            Heard::Applied { matches } => {
                assert!(index <= has, "{order:?}: {index} was taken after {has}");
                if index == has {
                    has += 1;
                    assert_ne!(matches, Some(false), "{order:?}");
                }
            }
            Heard::Gap(gap) => {
                assert!(index > has, "{order:?}: {index} was refused after {has}");
                assert_eq!(gap.applied, messages[has].from, "{order:?}");
            }
        }
        // Whatever came so far: the cache is what EntMine's catalogue once was, whole.
        let cache = store.catalogue_products().await.unwrap();
        assert_eq!(cache, states[has], "{order:?} after {index}");
    }
    // What was refused is sent again, in order, as EntMine does from where the store is.
    for index in has..order.len() {
        let heard = store.hear_catalogue(message(index)).await.unwrap();
        assert!(matches!(heard, Heard::Applied { .. }), "{order:?}");
    }
    let cache = store.catalogue_products().await.unwrap();
    assert_eq!(cache, states[order.len()], "{order:?} at rest");
}

/// What refuses: a store that never asks would stay behind.
#[tokio::test]
async fn a_store_that_missed_a_message_asks_for_it() {
    let mut world = World::new(Engine::Sqlite).await;
    world.look_after().await;
    let before = world.entmine.snapshot().await.unwrap().seq;
    world.entmine.set_price("ITEM-000001", 1).await.unwrap();
    world.entmine.set_price("ITEM-000002", 2).await.unwrap();
    let later = world.entmine.changes_after(before + 1, 10).await.unwrap();
    let message = CatalogueMessage::new(later, None);
    let heard = world.store().hear_catalogue(message).await.unwrap();
    assert!(matches!(heard, Heard::Gap(_)));
    // The call is there before anybody waits for it.
    world.store().catalogue_call().await;
    let source = EntMineHere(world.entmine.clone());
    server::catalogue::catch_up(&source, world.store())
        .await
        .unwrap();
    world.is_the_same().await;
}
