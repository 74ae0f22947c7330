//! The catalogue's snapshot and its stream of changes.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};
use model::{Changes, StockChanges};
use std::collections::HashMap;

#[tokio::test]
async fn a_snapshot_has_every_product_and_the_seq_to_go_on_from() {
    let shop = Shop::open(ENGINE).await;
    let snapshot = shop.entmine.snapshot().await.unwrap();
    assert_eq!((snapshot.epoch, snapshot.seq), (1, 3));
    let skus: Vec<_> = snapshot.products.iter().map(|p| p.sku.as_str()).collect();
    assert_eq!(skus, ["BROOM", "MAP", "WAND"]);
    let wand = &snapshot.products[2];
    assert_eq!(
        (wand.price_minor, wand.available, wand.version),
        (1299, 10, 1)
    );
    assert!(wand.published && !snapshot.products[1].published);
}

#[tokio::test]
async fn every_change_raises_the_version_and_appears_once_in_the_stream() {
    let shop = Shop::open(ENGINE).await;
    let seq = shop.entmine.snapshot().await.unwrap().seq;
    assert!(shop.entmine.set_stock("WAND", 20).await.unwrap());
    assert!(shop.entmine.set_price("WAND", 1500).await.unwrap());
    stored(
        shop.place(new_key(), &order(&[("WAND", 1, 1500), ("BROOM", 1, 8000)]))
            .await,
    );
    let changes = shop.entmine.changes_after(seq, 100).await.unwrap();
    assert_eq!((changes.from, changes.to, changes.more), (3, 4, false));
    let wand = changes.changes[0].product.as_ref().unwrap();
    assert_eq!((changes.changes[0].seq, wand.sku.as_str()), (4, "WAND"));
    assert_eq!(
        (wand.version, wand.price_version, wand.available),
        (2, 2, 19)
    );
}

#[tokio::test]
async fn what_moves_the_stock_is_in_its_own_stream_each_product_once_as_it_is_now() {
    let shop = Shop::open(ENGINE).await;
    let before = shop.entmine.snapshot().await.unwrap();
    assert!(shop.entmine.set_stock("WAND", 20).await.unwrap());
    let lines = order(&[("WAND", 1, 1299), ("BROOM", 1, 8000)]);
    stored(shop.place(new_key(), &lines).await);
    let stock = async |after, limit| {
        shop.entmine
            .stock_changes_after(after, limit)
            .await
            .unwrap()
    };
    let seq = before.stock_seq;
    let all = stock(seq, 100).await;
    assert_eq!((all.from, all.to, all.more), (seq, seq + 3, false));
    let told = |changes: &StockChanges| {
        let stocks = changes.stocks.iter();
        let told: Vec<_> = stocks.map(|one| (one.sku.clone(), one.available)).collect();
        told
    };
    let (wand, broom) = (("WAND".to_owned(), 19), ("BROOM".to_owned(), 0));
    assert_eq!(told(&all), [wand.clone(), broom.clone()]);
    // A stretch says what is so now, not what was so then.
    let first = stock(seq, 1).await;
    assert_eq!((first.to, first.more), (seq + 1, true));
    assert_eq!(told(&first), std::slice::from_ref(&wand));
    assert_eq!(told(&stock(seq + 1, 2).await), [wand, broom]);
    let end = stock(seq + 3, 10).await;
    assert_eq!((end.to, end.more, end.stocks.len()), (seq + 3, false, 0));
    let beyond = stock(99, 10).await;
    assert_eq!((beyond.from, beyond.to, beyond.more), (99, seq + 3, false));
    let after = shop.entmine.snapshot().await.unwrap();
    assert_eq!((after.seq, after.stock_seq), (before.seq, seq + 3));
    assert_eq!(after.digest, before.digest);
}

#[tokio::test]
async fn what_changes_nothing_is_no_change() {
    let shop = Shop::open(ENGINE).await;
    assert!(shop.entmine.set_stock("WAND", 10).await.unwrap());
    assert!(shop.entmine.set_price("WAND", 1299).await.unwrap());
    assert!(!shop.entmine.set_price("NOPE", 1299).await.unwrap());
    assert!(!shop.entmine.set_stock("NOPE", 1).await.unwrap());
    assert_eq!(shop.entmine.snapshot().await.unwrap().seq, 3);
}

#[tokio::test]
async fn impossible_stock_and_prices_are_refused_whole() {
    let shop = Shop::open(ENGINE).await;
    let before = shop.entmine.snapshot().await.unwrap();
    assert!(shop.entmine.set_stock("WAND", -1).await.is_err());
    let error = shop.entmine.set_price("WAND", -1).await.unwrap_err();
    assert!(!error.may_be_written(), "{error}");
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
}

#[tokio::test]
async fn pages_of_changes_join_without_gaps_and_versions_never_go_back() {
    let shop = Shop::open(ENGINE).await;
    for round in 1..=10 {
        shop.entmine.set_price("WAND", 100 + round).await.unwrap();
        shop.entmine.set_price("BROOM", 8000 + round).await.unwrap();
    }
    let mut versions: HashMap<String, i64> = HashMap::new();
    let mut seq = 0;
    loop {
        let page: Changes = shop.entmine.changes_after(seq, 4).await.unwrap();
        assert_eq!(page.from, seq);
        for change in &page.changes {
            assert_eq!(change.seq, seq + 1);
            seq = change.seq;
            let before = versions.insert(change.sku.clone(), change.version);
            assert!(before.is_none_or(|before| before <= change.version));
        }
        assert_eq!(page.to, seq);
        if !page.more {
            break;
        }
    }
    assert_eq!(seq, 23);
    assert_eq!(versions["WAND"], 11);
}

#[tokio::test]
async fn old_changes_go_where_a_later_one_says_the_same_and_nobody_misses_anything() {
    let shop = Shop::open(ENGINE).await;
    const DAY: i64 = 24 * 3_600_000;
    for round in 1..=600 {
        shop.entmine.set_price("WAND", 100 + round).await.unwrap();
    }
    shop.turn_clock(29 * DAY);
    assert_eq!(shop.entmine.sweep_changes().await.unwrap(), 0);
    shop.entmine.set_price("BROOM", 8_001).await.unwrap();
    shop.turn_clock(2 * DAY);
    // Three products came in; the newest change of each stays, and what is younger than a month.
    assert_eq!(shop.entmine.sweep_changes().await.unwrap(), 601);
    let page: Changes = shop.entmine.changes_after(0, 10).await.unwrap();
    let told: Vec<_> = page
        .changes
        .iter()
        .map(|change| (change.seq, change.sku.as_str(), change.version))
        .collect();
    assert_eq!(told, [(3, "MAP", 1), (603, "WAND", 601), (604, "BROOM", 2)]);
    assert_eq!((page.from, page.to, page.more), (0, 604, false));
    assert_eq!(shop.entmine.sweep_changes().await.unwrap(), 0);
}

#[tokio::test]
async fn at_the_end_of_the_stream_there_is_nothing_and_beyond_it_it_shows() {
    let shop = Shop::open(ENGINE).await;
    let end = shop.entmine.changes_after(3, 10).await.unwrap();
    assert_eq!(
        (end.from, end.to, end.more, end.changes.len()),
        (3, 3, false, 0)
    );
    let beyond = shop.entmine.changes_after(99, 10).await.unwrap();
    assert_eq!((beyond.from, beyond.to, beyond.more), (99, 3, false));
}

#[tokio::test]
async fn a_product_that_is_gone_is_a_change_without_a_product() {
    let shop = Shop::open(ENGINE).await;
    shop.alter("DELETE FROM prices WHERE sku = 'MAP'; DELETE FROM products WHERE sku = 'MAP'")
        .await;
    let changes = shop.entmine.changes_after(0, 10).await.unwrap();
    let map = changes.changes.iter().find(|c| c.sku == "MAP").unwrap();
    assert!(map.deleted && map.product.is_none());
}

#[tokio::test]
async fn listeners_hear_of_each_committed_change() {
    let shop = Shop::open(ENGINE).await;
    let mut newest = shop.entmine.changed();
    assert_eq!(newest.borrow_and_update().seq, 3);
    shop.entmine.set_price("WAND", 5).await.unwrap();
    newest.changed().await.unwrap();
    assert_eq!(newest.borrow_and_update().seq, 4);
    let stock = newest.borrow().stock;
    shop.entmine.set_stock("WAND", 5).await.unwrap();
    newest.changed().await.unwrap();
    let news = *newest.borrow_and_update();
    assert_eq!((news.seq, news.stock), (4, stock + 1));
    shop.entmine.set_stock("WAND", 5).await.unwrap();
    assert!(!newest.has_changed().unwrap());
}

#[tokio::test]
async fn only_what_costs_somebody_something_is_urgent() {
    let shop = Shop::open(ENGINE).await;
    let newest = shop.entmine.changed();
    let before = newest.borrow().urgent;
    shop.entmine.set_stock("WAND", 5).await.unwrap();
    shop.entmine.set_price("WAND", 1).await.unwrap();
    assert_eq!(newest.borrow().urgent, before);
    shop.entmine.set_price("WAND", 2).await.unwrap();
    let news = *newest.borrow();
    assert!(news.urgent > before && news.urgent == news.seq, "{news:?}");
}

#[tokio::test]
async fn stock_is_told_once_for_each_known_sku_in_the_order_asked() {
    let shop = Shop::open(ENGINE).await;
    let skus = ["WAND", "NOPE", "BROOM", "WAND"].map(String::from);
    let answer = shop.entmine.stock(&skus).await.unwrap();
    assert_eq!(answer.as_of, "2026-11-22T21:00:00Z");
    let told: Vec<_> = answer
        .levels
        .iter()
        .map(|l| (l.sku.as_str(), l.available))
        .collect();
    assert_eq!(told, [("WAND", 10), ("BROOM", 1)]);
}
