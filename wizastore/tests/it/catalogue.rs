//! The catalogue cache.

use super::ENGINE;
use crate::shop::{Shop, product};
use wizastore::{CatalogueBatch, CatalogueChange, CatalogueGap};

fn batch(from: i64, to: i64, price: i64, version: i64) -> CatalogueBatch {
    CatalogueBatch {
        epoch: 1,
        from,
        to,
        changes: vec![CatalogueChange {
            sku: "WAND".into(),
            version,
            product: Some(product("WAND", price, version)),
        }],
    }
}

async fn price(shop: &Shop) -> i64 {
    shop.browser()
        .visit()
        .product("wand")
        .await
        .unwrap()
        .expect("a wand")
        .product
        .price_minor
}

#[tokio::test]
async fn a_gap_applies_nothing_and_says_what_is_there() {
    let shop = Shop::open(ENGINE).await;
    let answer = shop.store.apply_catalogue(batch(5, 6, 1, 9)).await.unwrap();
    assert_eq!(answer, Err(CatalogueGap { applied: 1 }));
    assert_eq!(price(&shop).await, 1299);
}

#[tokio::test]
async fn a_version_never_goes_back() {
    let shop = Shop::open(ENGINE).await;
    shop.store
        .apply_catalogue(batch(1, 2, 1500, 3))
        .await
        .unwrap()
        .unwrap();
    shop.store
        .apply_catalogue(batch(1, 2, 1400, 2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(price(&shop).await, 1500);
    assert_eq!(
        shop.store.catalogue_watermark().await.unwrap(),
        Some((1, 2))
    );
}

#[tokio::test]
async fn lists_are_paged_and_searched() {
    let shop = Shop::open(ENGINE).await;
    let many = (1..=50)
        .map(|n| product(&format!("ITEM-{n:02}"), n, 1))
        .collect();
    shop.store.replace_catalogue(1, 1, many).await.unwrap();
    let visit = shop.browser().visit();
    let list = visit
        .category("things-tools", 3)
        .await
        .unwrap()
        .expect("a category");
    assert_eq!(
        (list.total, list.pages, list.page, list.products.len()),
        (50, 3, 3, 2)
    );
    let beyond = visit
        .category("things-tools", 99)
        .await
        .unwrap()
        .expect("a category");
    assert_eq!(beyond.page, 3);
    assert_eq!(visit.search("FINE item-07", 1).await.unwrap().total, 1);
    assert_eq!(visit.search("100%", 1).await.unwrap().total, 0);
    assert_eq!(visit.search("  ", 1).await.unwrap().total, 0);
    assert!(visit.category("nowhere", 1).await.unwrap().is_none());
    assert!(visit.reply().not_found());
}
