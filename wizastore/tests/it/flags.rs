//! EntMine's flags of a product, as customers meet them.

use super::ENGINE;
use crate::shop::{Shop, product};
use model::{CatalogueMessage, Change, Changes, Product, StockWord};
use std::sync::atomic::{AtomicI64, Ordering};
use wizastore::{Smaller, Taken};

/// The wand with other flags, as the next change of the catalogue.
async fn change(shop: &Shop, tracked: bool, listed: bool, available: i64) {
    static VERSION: AtomicI64 = AtomicI64::new(2);
    let from = shop.store.catalogue_state().await.unwrap().seq;
    let version = VERSION.fetch_add(1, Ordering::Relaxed);
    let wand = Product {
        tracked,
        listed,
        available,
        version,
        ..product("WAND", 1299, 1)
    };
    let change = Change {
        seq: from + 1,
        sku: wand.sku.clone(),
        version,
        deleted: false,
        product: Some(wand),
    };
    let changes = Changes {
        epoch: 1,
        from,
        to: from + 1,
        more: false,
        changes: vec![change],
    };
    let message = CatalogueMessage::new(changes, None);
    shop.store.hear_catalogue(message).await.unwrap();
}

#[tokio::test]
async fn pages_may_load_pictures_from_where_products_link_to_and_from_nowhere_else() {
    let shop = Shop::open(ENGINE).await;
    assert_eq!(shop.store.picture_origins().await.unwrap(), "");
    let mut wand = product("WAND", 1299, 2);
    wand.image = "https://cdn.example/wand.png".into();
    let mut hat = product("HAT", 500, 2);
    hat.image = "https://img.example:8443/hat.png".into();
    let snapshot = crate::shop::snapshot(1, 2, vec![wand, hat]);
    let taken = shop.store.take_snapshot(snapshot, Smaller::Take).await;
    assert!(matches!(taken.unwrap(), Taken::Replaced { .. }));
    let origins = shop.store.picture_origins().await.unwrap();
    assert_eq!(origins, "https://cdn.example https://img.example:8443");
}

async fn shown(shop: &Shop) -> bool {
    let visit = shop.browser().visit();
    let home = visit.home().await.unwrap().featured;
    let list = visit.category("things-tools", 1).await.unwrap().unwrap();
    let found = visit.search("wand", 1).await.unwrap();
    let on = |cards: &[model::ProductCard]| cards.iter().any(|card| card.sku == "WAND");
    let answers = [on(&list.products), on(&found.products)];
    assert!(answers[0] == answers[1] && (answers[0] || !on(&home)));
    answers[0]
}

#[tokio::test]
async fn an_unlisted_product_is_in_no_list_but_its_page_and_its_order_work() {
    let shop = Shop::open(ENGINE).await;
    assert!(shown(&shop).await);
    change(&shop, true, false, 10).await;
    assert!(!shown(&shop).await);
    let page = shop.browser().visit().product("wand").await.unwrap();
    assert_eq!(page.unwrap().product.sku, "WAND");
    let (_, outcome) = shop.browser().buy().await;
    crate::shop::number(&outcome);
    change(&shop, true, true, 10).await;
    assert!(shown(&shop).await);
}

#[tokio::test]
async fn a_category_of_nothing_but_unlisted_products_is_linked_nowhere() {
    let shop = Shop::open(ENGINE).await;
    let secret = |listed, version| Product {
        category: "Secrets".into(),
        listed,
        ..product("SECRET", 500, version)
    };
    let visit = shop.browser().visit();
    for (seq, listed) in [(2, true), (3, false), (4, true)] {
        let snapshot = crate::shop::snapshot(1, seq, vec![secret(listed, seq)]);
        let taken = shop.store.take_snapshot(snapshot, Smaller::Take).await;
        assert!(matches!(taken.unwrap(), Taken::Replaced { .. }));
        let page = visit.product("secret").await.unwrap().unwrap();
        assert_eq!(page.product.category, "Secrets");
        assert_eq!(page.category_slug.is_empty(), !listed);
        let named = visit.frame().await.unwrap().categories;
        assert_eq!(named.is_empty(), !listed);
    }
}

#[tokio::test]
async fn a_product_that_is_not_counted_is_in_stock_whatever_its_number_says() {
    let shop = Shop::open(ENGINE).await;
    change(&shop, false, true, 0).await;
    let visit = shop.browser().visit();
    assert_eq!(visit.stock("WAND").await.unwrap(), StockWord::Always);
    assert_eq!(
        visit.stock("\0").await.unwrap(),
        StockWord::Unchecked { age_s: 0 }
    );
    let list = visit.category("things-tools", 1).await.unwrap().unwrap();
    let card = list.products.iter().find(|card| card.sku == "WAND");
    assert!(!card.unwrap().tracked);
    let home = visit.home().await.unwrap();
    assert!(home.featured.iter().any(|card| card.sku == "WAND"));
}
