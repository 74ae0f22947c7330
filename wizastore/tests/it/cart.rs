//! Carts.

use super::ENGINE;
use crate::shop::{Shop, product};
use model::{CartAnswer, Reason};
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
    let model::Outcome::NotPlaced { reasons, cart } = outcome else {
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
