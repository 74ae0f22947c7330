//! Every order in which up to seven messages can arrive.

use super::world::{START_MS, World, open, products};
use database::Engine;
use database::testing::TestDatabase;
use entmine::ManualClock;
use model::{CatalogueMessage, HookMessage, Product, StockMessage};
use server::catalogue::EntMineHere;
use std::collections::BTreeMap;
use std::sync::Arc;
use wizastore::{Heard, Smaller, Store, Taken, digest_of};

/// What can be had of each product, by SKU.
type Stock = BTreeMap<String, i64>;

/// EntMine's catalogue and stock after each of their messages, and these messages.
struct Story {
    catalogues: Vec<Vec<Product>>,
    stocks: Vec<Stock>,
    /// Each with its place in its own stream.
    messages: Vec<(usize, HookMessage)>,
    /// The first one's.
    stock_seq: i64,
}

/// So many messages. They touch three products, and one that comes later.
async fn story(most: usize) -> Story {
    let world = World::new(Engine::Sqlite).await;
    let entmine = &world.entmine;
    let mut at = entmine.snapshot().await.unwrap();
    let mut story = Story {
        catalogues: vec![at.products.clone()],
        stocks: vec![stock_of(&at.products)],
        messages: Vec::new(),
        stock_seq: at.stock_seq,
    };
    for n in 0..most {
        let sku = format!("ITEM-00000{}", n % 3);
        let price = 500 + 10 * i64::try_from(n).unwrap();
        match n {
            // It comes with its stock, which is two messages.
            2 => {
                let file = products(9, "10.00");
                entmine.import(&file, &mut |_| {}).await.unwrap();
            }
            _ if n % 2 == 0 => assert!(entmine.set_price(&sku, price).await.unwrap()),
            _ => assert!(entmine.set_stock(&sku, price).await.unwrap()),
        }
        let after = entmine.snapshot().await.unwrap();
        if after.seq > at.seq {
            let news = entmine.changes_after(at.seq, 1_000).await.unwrap();
            let message = CatalogueMessage::new(news, Some(entmine.digest().await.unwrap()));
            let place = story.catalogues.len() - 1;
            story
                .messages
                .push((place, HookMessage::Catalogue(message)));
            story.catalogues.push(after.products.clone());
        }
        if after.stock_seq > at.stock_seq {
            let news = entmine.stock_changes_after(at.stock_seq, 1_000).await;
            let message = StockMessage::new(news.unwrap());
            let place = story.stocks.len() - 1;
            story.messages.push((place, HookMessage::Stock(message)));
            story.stocks.push(stock_of(&after.products));
        }
        at = after;
    }
    story.messages.truncate(most);
    story
}

fn stock_of(products: &[Product]) -> Stock {
    let stocks = products.iter().map(|one| (one.sku.clone(), one.available));
    stocks.collect()
}

/// What a store shows that has so many messages of each kind. A product whose stock nobody has told yet is
/// shown with the one that came with it.
fn shown(story: &Story, catalogue: usize, stock: usize) -> Vec<Product> {
    let stocks = &story.stocks[stock];
    let products = story.catalogues[catalogue].iter().cloned();
    let shown = products.map(|product| Product {
        available: stocks
            .get(&product.sku)
            .copied()
            .unwrap_or(product.available),
        ..product
    });
    shown.collect()
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
    let story = story(most).await;
    let clock = Arc::new(ManualClock::at(START_MS));
    let store = open(&home, &clock).await;
    let mut epoch = 0;
    for count in 1..=most {
        for order in permutations(count) {
            // Each of them begins anew, in an epoch of its own.
            epoch += 1;
            begin(&store, epoch, &story).await;
            deliver(&store, epoch, &order, &story).await;
        }
    }
    usize::try_from(epoch).unwrap()
}

async fn begin(store: &Store, epoch: i64, story: &Story) {
    let products = &story.catalogues[0];
    let first = story
        .messages
        .iter()
        .find_map(|(_, message)| match message {
            HookMessage::Catalogue(message) => Some(message.from),
            HookMessage::Stock(_) => None,
        });
    let snapshot = model::Snapshot {
        epoch,
        seq: first.unwrap(),
        stock_seq: story.stock_seq,
        digest: digest_of(products),
        products: products.clone(),
    };
    let taken = store.take_snapshot(snapshot, Smaller::Take).await.unwrap();
    assert!(matches!(taken, Taken::Replaced { .. }));
}

async fn deliver(store: &Store, epoch: i64, order: &[usize], story: &Story) {
    let message = |index: usize| match story.messages[index].1.clone() {
        HookMessage::Catalogue(message) => {
            HookMessage::Catalogue(CatalogueMessage { epoch, ..message })
        }
        HookMessage::Stock(message) => HookMessage::Stock(StockMessage { epoch, ..message }),
    };
    // How many of each stream the store has.
    let (mut catalogue, mut stock) = (0, 0);
    for &index in order {
        let heard = store.hear(message(index)).await.unwrap();
        let (place, is_stock) = match &story.messages[index] {
            (place, HookMessage::Catalogue(_)) => (*place, false),
            (place, HookMessage::Stock(_)) => (*place, true),
        };
        let has = if is_stock { &mut stock } else { &mut catalogue };
        match heard {
            Heard::Applied { matches } => {
                assert!(place <= *has, "{order:?}: {index} was taken after {has}");
                if place == *has {
                    *has += 1;
                    assert_ne!(matches, Some(false), "{order:?}");
                }
            }
            Heard::Gap(_) => {
                assert!(place > *has, "{order:?}: {index} was refused after {has}");
            }
        }
        // Whatever came so far: the cache is what EntMine's catalogue once was, whole, and so is the stock.
        let cache = store.catalogue_products().await.unwrap();
        assert_eq!(
            cache,
            shown(story, catalogue, stock),
            "{order:?} after {index}"
        );
    }
    // What was refused is sent again, in order, as EntMine does from where the store is.
    for index in 0..order.len() {
        let heard = store.hear(message(index)).await.unwrap();
        assert!(matches!(heard, Heard::Applied { .. }), "{order:?}");
    }
    let of = |is_stock: bool| {
        let all = story.messages[..order.len()].iter();
        all.filter(|(_, message)| matches!(message, HookMessage::Stock(_)) == is_stock)
            .count()
    };
    let cache = store.catalogue_products().await.unwrap();
    assert_eq!(
        cache,
        shown(story, of(false), of(true)),
        "{order:?} at rest"
    );
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
