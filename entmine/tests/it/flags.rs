//! What a merchant decides about a product beyond its price: counted or not, in lists or not,
//! archived.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, rejected, stored};
use entmine::{Edited, PriceRise, ProductFields, ProductFile, ProductQuery, ProductStatus, Shelf};
use model::{OrderStatus, Reason};

/// Sets status and counting of a product, as staff do.
async fn set(shop: &Shop, sku: &str, status: ProductStatus, tracked: bool) {
    let stocked = shop.entmine.product(sku).await.unwrap().unwrap();
    let fields = ProductFields {
        status,
        tracked,
        ..ProductFields::of(&stocked)
    };
    let edition = stocked.edition();
    let edited = shop
        .entmine
        .edit_product(sku, &edition, fields, "staff:morgan");
    let saved = edited.await.unwrap().unwrap();
    assert_eq!(saved.edited, Edited::Saved);
}

#[tokio::test]
async fn a_product_that_is_not_counted_can_always_be_bought_and_is_never_reserved() {
    let shop = Shop::open(ENGINE).await;
    set(&shop, "BROOM", ProductStatus::Active, false).await;
    for _ in 0..3 {
        let placed = shop
            .place(new_key(), &order(&[("BROOM", 50, 8000), ("WAND", 1, 1299)]))
            .await;
        assert_eq!(stored(placed).status, OrderStatus::New);
    }
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
    assert_eq!(shop.stock("WAND").await, (10, 3, 7));
    assert_eq!(shop.promised().await, 3);
}

#[tokio::test]
async fn shipping_and_cancelling_what_is_not_counted_leaves_its_stock_alone() {
    let shop = Shop::open(ENGINE).await;
    set(&shop, "BROOM", ProductStatus::Active, false).await;
    let five = order(&[("BROOM", 5, 8000)]);
    let place = || shop.place(new_key(), &five);
    let (shipped, cancelled) = (stored(place().await).number, stored(place().await).number);
    shop.change(&shipped, OrderStatus::Picked).await;
    shop.change(&shipped, OrderStatus::Shipped).await;
    shop.change(&cancelled, OrderStatus::Cancelled).await;
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
}

#[tokio::test]
async fn what_was_reserved_before_it_was_not_counted_any_more_is_released_all_the_same() {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 4, 1299)])).await).number;
    set(&shop, "WAND", ProductStatus::Active, false).await;
    shop.change(&number, OrderStatus::Cancelled).await;
    assert_eq!(shop.stock("WAND").await, (10, 0, 10));
    set(&shop, "WAND", ProductStatus::Active, true).await;
    let reasons = rejected(shop.place(new_key(), &order(&[("WAND", 11, 1299)])).await);
    assert!(matches!(
        reasons[..],
        [Reason::OutOfStock { available: 10, .. }]
    ));
}

#[tokio::test]
async fn an_unlisted_product_is_sold_and_its_flags_reach_the_stores() {
    let shop = Shop::open(ENGINE).await;
    let before = shop.entmine.snapshot().await.unwrap().seq;
    set(&shop, "WAND", ProductStatus::Unlisted, false).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let changes = shop.entmine.changes_after(before, 10).await.unwrap();
    let product = changes.changes[0].product.clone().unwrap();
    assert!(product.published && !product.listed && !product.tracked);
    assert_eq!(product.version, 2);
}

#[tokio::test]
async fn an_archived_product_is_neither_sold_nor_in_the_lists_and_comes_back() {
    let shop = Shop::open(ENGINE).await;
    set(&shop, "WAND", ProductStatus::Archived, true).await;
    let reasons = rejected(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    assert!(matches!(reasons[..], [Reason::Discontinued { .. }]));
    let listed = async |shelf| {
        let query = ProductQuery {
            shelf,
            ..ProductQuery::default()
        };
        let found = shop.entmine.products(query).await.unwrap();
        let skus = found.products.into_iter().map(|p| p.product.sku);
        skus.collect::<Vec<_>>()
    };
    assert_eq!(listed(Shelf::Current).await, ["BROOM", "MAP"]);
    assert_eq!(listed(Shelf::Archived).await, ["WAND"]);
    assert_eq!(listed(Shelf::Unpublished).await, ["MAP"]);
    set(&shop, "WAND", ProductStatus::Active, true).await;
    assert_eq!(listed(Shelf::Published).await, ["BROOM", "WAND"]);
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let history = shop.entmine.product_audit("WAND").await.unwrap();
    let details: Vec<_> = history.into_iter().map(|entry| entry.detail).collect();
    assert!(details.contains(&"status active -> archived".to_owned()));
    assert!(details.contains(&"status archived -> active".to_owned()));
}

#[tokio::test]
async fn a_price_change_of_all_leaves_archived_products_alone() {
    let shop = Shop::open(ENGINE).await;
    set(&shop, "WAND", ProductStatus::Archived, true).await;
    let rise = PriceRise {
        category: None,
        hundredths: PriceRise::percent("10").unwrap(),
    };
    let plan = shop.entmine.plan_prices(rise).await.unwrap();
    let skus: Vec<_> = plan.prices.iter().map(|p| p.sku.as_str()).collect();
    assert_eq!(skus, ["BROOM", "MAP"]);
}

#[tokio::test]
async fn a_file_that_says_only_what_is_published_leaves_unlisted_and_archived_products_so() {
    let shop = Shop::open(ENGINE).await;
    let import = async |wand: &str, broom: &str| {
        let file = format!("Variant SKU,Published\nWAND,{wand}\nBROOM,{broom}\n");
        let file = ProductFile::parse(file.as_bytes(), "GBP").unwrap();
        let report = shop.entmine.import(&file, &mut |_| {}).await.unwrap();
        let mut statuses = Vec::new();
        for sku in ["WAND", "BROOM"] {
            let product = shop.entmine.product(sku).await.unwrap().unwrap();
            statuses.push(product.status());
        }
        (report.changed, statuses)
    };
    set(&shop, "WAND", ProductStatus::Unlisted, true).await;
    set(&shop, "BROOM", ProductStatus::Archived, true).await;
    let (unlisted, archived) = (ProductStatus::Unlisted, ProductStatus::Archived);
    assert_eq!(import("TRUE", "FALSE").await, (0, vec![unlisted, archived]));
    let (draft, active) = (ProductStatus::Draft, ProductStatus::Active);
    assert_eq!(import("FALSE", "TRUE").await, (2, vec![draft, active]));
}
