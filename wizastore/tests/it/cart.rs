//! Carts.

use super::ENGINE;
use crate::shop::{Shop, product};
use model::{CartAnswer, Outcome, Reason, ReceiptPage};
use model::{CatalogueMessage, Change, Changes};

fn refused(answer: CartAnswer) -> String {
    match answer {
        CartAnswer::Refused { reasons } => match &reasons[..] {
            [Reason::InvalidField { field, .. }] => field.clone(),
            other => panic!("{other:?}"),
        },
        CartAnswer::Cart(cart) => panic!("taken: {cart:?}"),
    }
}

#[tokio::test]
async fn the_first_thing_added_begins_a_session() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    assert_eq!(browser.visit().cart_page().await.unwrap().cart, None);
    browser.add("WAND", "2").await;
    browser.add("WAND", "1").await;
    let cart = browser.cart().await;
    assert_eq!(
        (cart.lines.len(), cart.lines[0].quantity, cart.total_minor),
        (1, 3, 3 * 1299)
    );
    assert_eq!(cart.revision, 2);
    assert_eq!(browser.visit().frame().await.unwrap().cart_pieces, 3);
}

#[tokio::test]
async fn bad_quantities_and_skus_are_refused_and_change_nothing() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let before = browser.cart().await;
    for quantity in [
        "0",
        "-1",
        "1000",
        "1000000000000000001",
        "two",
        "",
        "1e3",
        "999",
    ] {
        assert_eq!(
            refused(browser.add("WAND", quantity).await),
            "quantity",
            "{quantity}"
        );
    }
    for sku in ["NOPE", "", "wand", "'; DROP TABLE products; --"] {
        assert_eq!(refused(browser.add(sku, "1").await), "sku", "{sku}");
    }
    for quantity in ["-1", "1000", "x", ""] {
        assert_eq!(
            refused(browser.visit().cart_set("WAND", quantity).await.unwrap()),
            "quantity"
        );
    }
    assert_eq!(
        refused(browser.visit().cart_set("BROOM", "1").await.unwrap()),
        "sku"
    );
    assert_eq!(browser.cart().await, before);
}

#[tokio::test]
async fn a_refusal_begins_no_session() {
    let shop = Shop::open(ENGINE).await;
    let visit = shop.browser().visit();
    visit.cart_add("NOPE", "1").await.unwrap();
    visit.cart_set("WAND", "1").await.unwrap();
    assert_eq!(visit.reply().session_token(), None);
}

#[tokio::test]
async fn quantity_nought_removes_a_line() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    browser.add("BROOM", "1").await;
    browser.visit().cart_set("WAND", "0").await.unwrap();
    let cart = browser.cart().await;
    assert_eq!(cart.lines.len(), 1);
    assert_eq!(cart.lines[0].sku, "BROOM");
}

#[tokio::test]
async fn a_newer_price_reaches_the_cart_and_is_said() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let stale = browser.filled_in().await;
    let change = Change {
        seq: 2,
        sku: "WAND".into(),
        version: 2,
        deleted: false,
        product: Some(product("WAND", 1399, 2)),
    };
    let changes = Changes {
        epoch: 1,
        from: 1,
        to: 2,
        more: false,
        changes: vec![change],
    };
    let message = CatalogueMessage::new(changes, None);
    shop.store.apply_catalogue(message).await.unwrap().unwrap();

    // A form from before: the price is named, nothing is ordered.
    let outcome = browser.submit(&stale).await;
    let Outcome::NotPlaced { reasons, cart } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        reasons,
        [Reason::PriceChanged {
            sku: "WAND".into(),
            shown_minor: 1299,
            current_minor: 1399,
            price_version: 2
        }]
    );
    assert_eq!(cart.expect("the cart").total_minor, 2 * 1399);
    let page = browser.visit().cart_page().await.unwrap();
    assert_eq!(page.details[0].price_was, Some(1299));
    assert_eq!(shop.store.ledger().await.unwrap().journalled, 0);
    let fresh = browser.filled_in().await;
    crate::shop::number(&browser.submit(&fresh).await);
}

/// The shop goes over to another currency.
async fn in_euro(shop: &Shop, seq: i64, skus: &[&str]) {
    let products = ["WAND", "BROOM"].map(|sku| {
        let mut product = product(sku, 1_500, 1);
        if skus.contains(&sku) {
            product.currency = "EUR".into();
            product.version = 2;
            product.price_version = 2;
        }
        product
    });
    let snapshot = crate::shop::snapshot(1, seq, products.into());
    let taken = shop.store.take_snapshot(snapshot, wizastore::Smaller::Take);
    taken.await.unwrap();
}

#[tokio::test]
async fn a_cart_follows_a_change_of_currency() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let old_form = browser.filled_in().await;
    in_euro(&shop, 2, &["WAND", "BROOM"]).await;
    // A form from before is refused, and nothing goes to EntMine.
    let outcome = browser.submit(&old_form).await;
    assert!(
        matches!(&outcome, Outcome::NotPlaced { reasons, .. } if *reasons == [Reason::CartChanged]),
        "{outcome:?}"
    );
    assert_eq!(shop.erp.arrived().len(), 0);
    let cart = browser.cart().await;
    assert_eq!((cart.currency.as_str(), cart.total_minor), ("EUR", 3_000));
    // What is added now goes with it.
    browser.add("BROOM", "1").await;
    crate::shop::number(&browser.submit(&browser.filled_in().await).await);
    let (_, body) = shop.erp.arrived().remove(0);
    let sent: model::OrderRequest = serde_json::from_slice(&body).unwrap();
    assert_eq!((sent.currency.as_str(), sent.total_minor), ("EUR", 4_500));
}

#[tokio::test]
async fn a_cart_of_two_currencies_is_no_order() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    in_euro(&shop, 2, &["BROOM"]).await;
    let answer = browser.add("BROOM", "1").await;
    assert!(
        matches!(&answer, CartAnswer::Refused { reasons } if said(reasons).contains("one currency")),
        "{answer:?}"
    );
    // It was there before the shop changed half of its prices.
    in_euro(&shop, 3, &[]).await;
    browser.add("BROOM", "1").await;
    shop.alter("UPDATE products SET currency = 'EUR', price_version = 9 WHERE sku = 'BROOM'")
        .await;
    browser.cart().await;
    let outcome = browser.submit(&browser.filled_in().await).await;
    assert!(
        matches!(&outcome, Outcome::NotPlaced { reasons, .. } if said(reasons).contains("GBP and in EUR")),
        "{outcome:?}"
    );
    assert_eq!(shop.erp.arrived().len(), 0);
    browser.visit().cart_set("BROOM", "0").await.unwrap();
    crate::shop::number(&browser.submit(&browser.filled_in().await).await);
}

#[tokio::test]
async fn what_no_database_can_hold_is_simply_not_there() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let answer = browser.add("WAND\0", "1").await;
    assert!(matches!(answer, CartAnswer::Refused { .. }), "{answer:?}");
    browser.add("WAND", "1").await;
    let answer = browser.visit().cart_set("\0", "2").await.unwrap();
    assert!(matches!(answer, CartAnswer::Refused { .. }), "{answer:?}");
    for receipt in ["\0", "abc\0def"] {
        let page = browser.visit().receipt_page(receipt).await.unwrap();
        assert!(matches!(page, ReceiptPage::Unknown), "{page:?}");
        let outcome = browser.visit().retry(receipt).await.unwrap();
        assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome:?}");
    }
}

fn said(reasons: &[Reason]) -> String {
    format!("{reasons:?}")
}

#[tokio::test]
async fn an_order_counts_as_being_there() {
    const DAYS_MS: i64 = 24 * 3_600_000;
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let fields = browser.filled_in().await;
    shop.clock.advance(20 * DAYS_MS);
    crate::shop::number(&browser.submit(&fields).await);
    shop.clock.advance(20 * DAYS_MS);
    shop.store.sweep().await.unwrap();
    assert_eq!(browser.visit().orders_page(1).await.unwrap().total, 1);
}

#[tokio::test]
async fn a_cart_of_more_lines_than_an_order_takes_says_so_and_is_never_sent() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    // Orders that came back can bring more lines than can be added.
    shop.alter(&format!(
        "INSERT INTO cart_lines (order_key, sku, position, name, quantity, unit_price_minor,
             price_version, currency)
         {}",
        (0..100)
            .map(|n| format!("SELECT order_key, 'L{n}', {n} + 9, 'x', 1, 1, 1, 'GBP' FROM carts"))
            .collect::<Vec<_>>()
            .join(" UNION ALL ")
    ))
    .await;
    let outcome = browser.submit(&browser.filled_in().await).await;
    assert!(
        matches!(&outcome, Outcome::NotPlaced { reasons, .. } if said(reasons).contains("take 1 out")),
        "{outcome:?}"
    );
    browser.visit().cart_set("L7", "0").await.unwrap();
    crate::shop::number(&browser.submit(&browser.filled_in().await).await);
}
