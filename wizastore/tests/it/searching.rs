//! What the shop's search finds.

use super::ENGINE;
use crate::shop::{Shop, product, snapshot};
use model::Product;
use sqlx::{AnyConnection, Connection};
use wizastore::Smaller;

fn named(sku: &str, name: &str, description: &str) -> Product {
    let mut product = product(sku, 1299, 1);
    product.name = name.into();
    product.slug = sku.to_lowercase();
    product.description = description.into();
    product
}

async fn shop() -> Shop {
    let shop = Shop::open(ENGINE).await;
    let products = vec![
        named("CC-1", "Café Crème Candle", "Crème brûlée scent."),
        named("NF-1", "Cafe\u{301} Mug", ""),
        named("BB-1", "Socks 60%bamboo", "60%bamboo 40%cotton"),
        named("CA-1", "Scarf 80%cashmere", "Not for moths."),
        named("SJ-1", "Strawberry Jam", "Goes with scones."),
        named("OW-1", "ÖL für Ölgötzen", ""),
        named("UN_1", "Under_score back\\slash", ""),
        named("KN-1", "Knives and boxes", "A set."),
        named("XX-1", "Beeswax", "Polish for the KN-1."),
    ];
    shop.store
        .take_snapshot(snapshot(1, 2, products), Smaller::Take)
        .await
        .unwrap();
    shop
}

async fn found(shop: &Shop, words: &str) -> Vec<String> {
    let list = shop.browser().visit().search(words, 1).await.unwrap();
    assert_eq!(list.total, list.products.len() as i64, "{words}");
    list.products.into_iter().map(|card| card.sku).collect()
}

#[tokio::test]
async fn words_are_found_however_they_are_written() {
    let shop = shop().await;
    for (words, skus) in [
        ("cafe", vec!["CC-1", "NF-1"]),
        ("CAFÉ", vec!["CC-1", "NF-1"]),
        ("cafe\u{301}", vec!["CC-1", "NF-1"]),
        ("creme brulee", vec!["CC-1"]),
        ("ol fur", vec!["OW-1"]),
        ("strawberries", vec!["SJ-1"]),
        ("strawberry scone", vec!["SJ-1"]),
        ("jams", vec!["SJ-1"]),
        ("knife", vec!["KN-1"]),
        ("box", vec!["KN-1"]),
        ("candles", vec!["CC-1"]),
        ("moth", vec!["CA-1"]),
        ("ＣＡＦＥ", vec!["CC-1", "NF-1"]),
        ("caf\u{200B}é", vec!["CC-1", "NF-1"]),
        ("berry", vec!["SJ-1"]),
        ("\"candle\"", vec!["CC-1"]),
        ("(candle)", vec!["CC-1"]),
        ("candle.", vec!["CC-1"]),
        ("cafe-creme-candle", vec!["CC-1"]),
        ("sj1", vec!["SJ-1"]),
        ("SJ 1", vec!["SJ-1"]),
        ("un_1", vec!["UN_1"]),
    ] {
        // By name, which both engines sort in their own way.
        let mut found = found(&shop, words).await;
        found.sort();
        assert_eq!(found, skus, "{words}");
    }
}

#[tokio::test]
async fn signs_that_mean_something_to_a_database_mean_themselves() {
    let shop = shop().await;
    for (words, skus) in [
        ("60%bamboo", vec!["BB-1"]),
        ("80%", vec!["CA-1"]),
        ("r_s", vec!["UN_1"]),
        ("k\\s", vec!["UN_1"]),
        ("' OR 1=1 --", vec![]),
        ("\0", vec![]),
        ("cafe\0", vec![]),
        ("\u{1f}", vec![]),
        ("\u{fffd}", vec![]),
        ("", vec![]),
        (" \t", vec![]),
    ] {
        assert_eq!(found(&shop, words).await, skus, "{words:?}");
    }
}

#[tokio::test]
async fn nothing_but_signs_finds_nothing() {
    let shop = shop().await;
    for signs in ["-", "'", "%", "_", "- -", "\"\"", "…", "（）", "%_-'"] {
        assert_eq!(found(&shop, signs).await, [""; 0], "{signs}");
    }
}

#[tokio::test]
async fn an_article_number_comes_first() {
    let shop = shop().await;
    assert_eq!(found(&shop, "kn1").await, ["KN-1"]);
    assert_eq!(found(&shop, "kn-1").await, ["KN-1", "XX-1"]);
    assert_eq!(found(&shop, "KN\u{2011}1").await, ["KN-1", "XX-1"]);
    assert_eq!(found(&shop, "sj-1").await, ["SJ-1"]);
}

#[tokio::test]
async fn what_an_older_program_wrote_is_found_after_a_restart() {
    let shop = shop().await;
    let mut db = AnyConnection::connect(shop.url()).await.unwrap();
    sqlx::query("UPDATE products SET search_text = 'café crème candle' WHERE sku = 'CC-1'")
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    assert_eq!(found(&shop, "cafe").await, ["NF-1"]);
    let shop = shop.restart().await;
    let mut found = found(&shop, "cafe").await;
    found.sort();
    assert_eq!(found, ["CC-1", "NF-1"]);
}

#[tokio::test]
async fn an_address_with_a_nul_is_one_of_nothing() {
    let shop = shop().await;
    let visit = shop.browser().visit();
    assert_eq!(visit.product("ca-1\0").await.unwrap(), None);
    assert_eq!(visit.category("wands\0", 1).await.unwrap(), None);
    assert_eq!(
        visit.receipt_page("\0").await.unwrap(),
        model::ReceiptPage::Unknown
    );
    assert!(matches!(
        visit.cart_add("WAND\0", "1").await.unwrap(),
        model::CartAnswer::Refused { .. }
    ));
}

#[tokio::test]
async fn a_page_beyond_the_last_is_the_last() {
    let shop = Shop::open(ENGINE).await;
    let products = (0..30)
        .map(|n| named(&format!("S-{n:02}"), "Stone", ""))
        .collect();
    shop.store
        .take_snapshot(snapshot(1, 2, products), Smaller::Take)
        .await
        .unwrap();
    let visit = shop.browser().visit();
    for beyond in [2, 3, i64::MAX] {
        let list = visit.search("stone", beyond).await.unwrap();
        assert_eq!((list.page, list.pages, list.products.len()), (2, 2, 6));
    }
    let list = visit.search("stone", i64::MIN).await.unwrap();
    assert_eq!((list.page, list.products.len()), (1, 24));
    let mut browser = shop.browser();
    for _ in 0..2 {
        browser.add("S-00", "1").await;
        let fields = browser.filled_in().await;
        browser.submit(&fields).await;
    }
    let orders = browser.visit().orders_page(i64::MAX).await.unwrap();
    assert_eq!((orders.page, orders.pages, orders.orders.len()), (1, 1, 2));
}
