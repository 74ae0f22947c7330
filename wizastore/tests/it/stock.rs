//! The stock, which EntMine tells beside the catalogue.

use super::ENGINE;
use crate::shop::{Shop, product, snapshot};
use model::{CatalogueMessage, Change, Changes, Product, StockMessage, StockOf};
use std::time::Duration;
use wizastore::{CatalogueGap, Heard, NotHeard, Smaller, Taken};

/// A message about a stretch of movements.
fn message(from: i64, to: i64, stocks: &[(&str, i64)]) -> StockMessage {
    let stocks = stocks.iter().map(|(sku, available)| StockOf {
        sku: (*sku).to_owned(),
        available: *available,
    });
    StockMessage {
        kind: StockMessage::KIND.to_owned(),
        epoch: 1,
        from,
        to,
        stocks: stocks.collect(),
    }
}

/// A message about a product that is new or other than before.
fn change(product: Product) -> CatalogueMessage {
    let changes = Changes {
        epoch: 1,
        from: 1,
        to: 2,
        more: false,
        changes: vec![Change {
            seq: 2,
            sku: product.sku.clone(),
            version: product.version,
            deleted: false,
            product: Some(product),
        }],
    };
    CatalogueMessage::new(changes, None)
}

async fn available(shop: &Shop, sku: &str) -> i64 {
    let products = shop.store.catalogue_products().await.unwrap();
    let product = products.into_iter().find(|product| product.sku == sku);
    product.expect("the product").available
}

/// Whether somebody called for a look at EntMine's catalogue, and then whether for comparing the two.
async fn called(shop: &Shop) -> Option<bool> {
    let call = shop.store.catalogue_call();
    tokio::time::timeout(Duration::ZERO, call).await.ok()
}

const TAKEN: Heard = Heard::Applied { matches: None };

#[tokio::test]
async fn a_message_moves_the_stock_of_its_products_and_nothing_else() {
    let shop = Shop::open(ENGINE).await;
    let before = shop.store.catalogue_products().await.unwrap();
    let edition = shop.store.catalogue_edition();
    let heard = shop.store.hear_stock(message(0, 3, &[("WAND", -2)])).await;
    assert_eq!(heard.unwrap(), TAKEN);
    let mut expected = before;
    for product in &mut expected {
        if product.sku == "WAND" {
            product.available = -2;
        }
    }
    assert_eq!(shop.store.catalogue_products().await.unwrap(), expected);
    assert_eq!(shop.store.stock_watermark().await.unwrap(), Some((1, 3)));
    assert_eq!(
        shop.store.catalogue_watermark().await.unwrap(),
        Some((1, 1))
    );
    // Pages that were rendered before are rendered anew.
    assert_ne!(shop.store.catalogue_edition(), edition);
    assert_eq!(called(&shop).await, None);
}

#[tokio::test]
async fn what_does_not_follow_is_a_gap_and_what_was_taken_changes_nothing() {
    let shop = Shop::open(ENGINE).await;
    let hear = async |message| shop.store.hear_stock(message).await.unwrap();
    assert_eq!(hear(message(0, 4, &[("WAND", 4)])).await, TAKEN);
    let gap = Heard::Gap(CatalogueGap { applied: 4 });
    assert_eq!(hear(message(5, 6, &[("WAND", 6)])).await, gap);
    assert_eq!(called(&shop).await, Some(true));
    let other = StockMessage {
        epoch: 2,
        ..message(4, 5, &[("WAND", 5)])
    };
    assert_eq!(hear(other).await, gap);
    // It was read before what is there.
    assert_eq!(hear(message(0, 3, &[("WAND", 3)])).await, TAKEN);
    assert_eq!(hear(message(0, 4, &[("WAND", 3)])).await, TAKEN);
    assert_eq!(available(&shop, "WAND").await, 4);
    // It overlaps, and was read later.
    assert_eq!(hear(message(2, 7, &[("WAND", 7)])).await, TAKEN);
    assert_eq!(available(&shop, "WAND").await, 7);
}

#[tokio::test]
async fn a_product_may_come_before_its_stock_or_after_it() {
    let shop = Shop::open(ENGINE).await;
    let hear = async |message| shop.store.hear_stock(message).await.unwrap();
    let lamp = Product {
        available: 9,
        ..product("LAMP", 700, 1)
    };
    shop.store.hear_catalogue(change(lamp)).await.unwrap();
    assert_eq!(available(&shop, "LAMP").await, 9);
    hear(message(0, 1, &[("LAMP", 8)])).await;
    assert_eq!(available(&shop, "LAMP").await, 8);
    // A change of the product was read at any time: the stock that comes with it is no news.
    let shop = Shop::open(ENGINE).await;
    shop.store
        .hear_stock(message(0, 2, &[("LAMP", 7)]))
        .await
        .unwrap();
    let lamp = Product {
        available: 9,
        ..product("LAMP", 700, 1)
    };
    shop.store.hear_catalogue(change(lamp)).await.unwrap();
    assert_eq!(available(&shop, "LAMP").await, 7);
}

#[tokio::test]
async fn a_snapshot_brings_the_stock_and_where_it_is() {
    let shop = Shop::open(ENGINE).await;
    let stocks = message(0, 9, &[("WAND", 1), ("GONE", 5)]);
    shop.store.hear_stock(stocks).await.unwrap();
    let wand = Product {
        available: 6,
        ..product("WAND", 1299, 1)
    };
    let mut whole = snapshot(2, 1, vec![wand, product("BROOM", 4_500, 1)]);
    whole.stock_seq = 4;
    let taken = shop.store.take_snapshot(whole, Smaller::Take).await;
    // The wand's stock is another, and that of what is gone has gone.
    assert_eq!(
        taken.unwrap(),
        Taken::Replaced {
            differed: 0,
            stocks: 2
        }
    );
    assert_eq!(available(&shop, "WAND").await, 6);
    assert_eq!(shop.store.stock_watermark().await.unwrap(), Some((2, 4)));
}

#[tokio::test]
async fn damage_to_the_stock_shows_in_the_next_heartbeat_and_so_does_a_lost_message() {
    let shop = Shop::open(ENGINE).await;
    let digest = shop.store.count_catalogue().await.unwrap();
    let heartbeat = || {
        let nothing = Changes {
            epoch: 1,
            from: 1,
            to: 1,
            more: false,
            changes: Vec::new(),
        };
        CatalogueMessage::new(nothing, Some(digest.clone()))
    };
    let hear = async |message| shop.store.hear_catalogue(message).await.unwrap();
    let same = Heard::Applied {
        matches: Some(true),
    };
    assert_eq!(hear(heartbeat()).await, same);
    assert_eq!(called(&shop).await, None);
    let mut further = heartbeat();
    further.stock.as_mut().unwrap().seq += 1;
    assert_eq!(hear(further).await, same);
    // Which may also be on its way: it is asked what is new, and no more.
    assert_eq!(called(&shop).await, Some(false));
    shop.alter("UPDATE stock SET available = available + 1 WHERE sku = 'WAND'")
        .await;
    shop.clock.advance(5 * 60 * 1_000);
    let differs = Heard::Applied {
        matches: Some(false),
    };
    assert_eq!(hear(heartbeat()).await, differs);
    assert_eq!(called(&shop).await, Some(true), "a row was damaged");
}

#[tokio::test]
async fn a_message_that_makes_no_sense_is_refused_whole() {
    let shop = Shop::open(ENGINE).await;
    let before = available(&shop, "WAND").await;
    let with = |change: fn(&mut StockMessage)| {
        let mut wrong = message(0, 1, &[("WAND", 1)]);
        change(&mut wrong);
        wrong
    };
    let wrong = [
        with(|message| message.kind = "stock".into()),
        with(|message| message.epoch = 0),
        with(|message| message.from = -1),
        with(|message| (message.from, message.to) = (0, -1)),
        message(0, 1, &[("WAND", 1), ("", 2)]),
        message(0, 1, &[("WAND", 1), ("A\0B", 2)]),
        message(0, 1, &[("WAND", 1), ("WAND", 2)]),
    ];
    for wrong in wrong {
        let heard = shop.store.hear_stock(wrong.clone()).await;
        assert!(matches!(heard, Err(NotHeard::Malformed(_))), "{wrong:?}");
    }
    assert_eq!(available(&shop, "WAND").await, before);
}
