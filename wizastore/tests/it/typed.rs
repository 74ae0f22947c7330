//! What people paste into the checkout's form, and what of it EntMine gets.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number, product, snapshot};
use model::{OrderForm, OrderRequest, Outcome, Reason};
use wizastore::Smaller;

/// Places an order with a form that was changed.
async fn place(shop: &Shop, change: impl FnOnce(&mut OrderForm)) -> Outcome {
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let mut fields = browser.filled_in().await;
    change(&mut fields.form);
    browser.submit(&fields).await
}

/// The order that EntMine got last.
fn sent(shop: &Shop) -> OrderRequest {
    let bodies = shop.erp.arrived();
    let (_, body) = bodies.last().expect("an order arrived");
    serde_json::from_slice(body).unwrap()
}

#[tokio::test]
async fn what_is_pasted_arrives_clean() {
    let shop = Shop::open(ENGINE).await;
    let outcome = place(&shop, |form| {
        form.name = "\u{FEFF}Ada\u{A0}\u{202A}Fenwick\u{202C}\t".into();
        form.email = "\u{202A}ada@example.org\u{202C}".into();
        form.phone = "\u{202A}+44\u{A0}20\u{2011}7946 0958\u{202C} ext 12".into();
        form.line1 = "１\tOwl\r\nLane\u{200B}".into();
        form.line2 = "\u{200B}".into();
        form.city = "York\u{3000}".into();
        form.postcode = "ＹＯ１ ７ＨＨ".into();
        form.note = "By\tthe door.\r\nThank you 👩\u{200D}🚀".into();
    })
    .await;
    number(&outcome);
    let order = sent(&shop);
    let customer = order.customer;
    assert_eq!(customer.name, "Ada Fenwick");
    assert_eq!(customer.email, "ada@example.org");
    assert_eq!(customer.phone.as_deref(), Some("+44 20-7946 0958 ext 12"));
    assert_eq!(customer.address.line1, "1 Owl Lane");
    assert_eq!(customer.address.line2, None);
    assert_eq!(customer.address.city, "York");
    assert_eq!(customer.address.postcode, "YO1 7HH");
    assert_eq!(
        order.note.as_deref(),
        Some("By the door.\nThank you 👩\u{200D}🚀")
    );
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_in_the_words_of_the_fault() {
    let shop = Shop::open(ENGINE).await;
    type Spoil = fn(&mut OrderForm);
    let cases: [(&str, &str, Spoil); 11] = [
        ("name", "Enter your name.", |f| f.name = "\u{200B}".into()),
        ("name", "Enter your name.", |f| {
            f.name = "\u{3164}\u{2800}".into()
        }),
        ("name", "Enter your name.", |f| f.name = "\u{301}".into()),
        ("email", "No address ends like that", |f| {
            f.email = "ada@shop.invalid".into()
        }),
        ("name", "direction", |f| f.name = "Ada \u{202E}gnik".into()),
        ("city", "direction", |f| f.city = "Yo\u{2067}rk".into()),
        ("line1", "cannot be printed", |f| f.line1 = "1\u{0}".into()),
        ("email", "Did you mean ada@gmail.com?", |f| {
            f.email = "ada@gmail,com".into();
        }),
        ("email", "invisible", |f| {
            f.email = "ada\u{200B}@example.org".into()
        }),
        ("email", "two in a row", |f| {
            f.email = "a..b@example.org".into()
        }),
        ("email", "Enter your e-mail address.", |f| {
            f.email = "\u{200B} ".into()
        }),
    ];
    for (field, words, spoil) in cases {
        let Outcome::NotPlaced { reasons, .. } = place(&shop, spoil).await else {
            panic!("{field}: placed")
        };
        let [
            Reason::InvalidField {
                field: told,
                detail,
            },
        ] = reasons.as_slice()
        else {
            panic!("{field}: {reasons:?}")
        };
        assert_eq!(told, field);
        assert!(detail.contains(words), "{field}: {detail}");
    }
    assert!(shop.erp.arrived().is_empty());
}

#[tokio::test]
async fn a_postcode_is_asked_for_where_the_country_has_one() {
    let shop = Shop::open(ENGINE).await;
    for country in ["HK", "AE", "QA", "BS", "IE"] {
        let outcome = place(&shop, |form| {
            form.country = country.into();
            form.postcode = " ".into();
        })
        .await;
        number(&outcome);
        assert_eq!(sent(&shop).customer.address.postcode, "");
    }
    for country in ["GB", "DE", "US"] {
        let refused = place(&shop, |form| {
            form.country = country.into();
            form.postcode = "\u{200B}".into();
        })
        .await;
        let Outcome::NotPlaced { reasons, .. } = refused else {
            panic!("{country}: placed")
        };
        assert!(
            matches!(&reasons[..], [Reason::InvalidField { field, .. }] if field == "postcode"),
            "{country}: {reasons:?}"
        );
    }
}

#[tokio::test]
async fn a_region_is_sent_where_one_was_typed_and_changes_nothing_where_not() {
    let shop = Shop::open(ENGINE).await;
    number(&place(&shop, |form| form.region = "\tNew\u{A0}York ".into()).await);
    assert_eq!(
        sent(&shop).customer.address.region.as_deref(),
        Some("New York")
    );
    number(&place(&shop, |_| {}).await);
    let bodies = shop.erp.arrived();
    let (_, body) = bodies.last().expect("an order arrived");
    assert!(!String::from_utf8_lossy(body).contains("region"));
}

/// Catalogue and cart of a hundred products with these numbers.
async fn a_hundred(shop: &Shop, number: impl Fn(usize) -> String) -> Vec<String> {
    let numbers: Vec<_> = (0..200).map(number).collect();
    let products = numbers.iter().map(|sku| product(sku, 100, 1)).collect();
    shop.store
        .take_snapshot(snapshot(1, 2, products), Smaller::Take)
        .await
        .unwrap();
    numbers
}

fn refused_lines(outcome: &Outcome) -> bool {
    let Outcome::NotPlaced { reasons, .. } = outcome else {
        panic!("{outcome:?}")
    };
    matches!(&reasons[..], [Reason::InvalidField { field, .. }] if field == "sku")
}

#[tokio::test]
async fn lines_that_come_back_to_a_full_cart_are_kept_and_ordered_in_two_orders() {
    let shop = Shop::open(ENGINE).await;
    let numbers = a_hundred(&shop, |n| format!("N-{n:03}")).await;
    let mut browser = shop.browser();
    for sku in &numbers[..100] {
        browser.add(sku, "1").await;
    }
    shop.erp.script([Script::Refuse, Script::Refuse]);
    let first = browser.filled_in().await;
    browser.submit(&first).await;
    for sku in &numbers[100..] {
        browser.add(sku, "1").await;
    }
    browser.visit().cancel(&first.receipt).await.unwrap();
    assert_eq!(browser.cart().await.lines.len(), 200);

    let fields = browser.filled_in().await;
    assert!(refused_lines(&browser.submit(&fields).await));
    for sku in &numbers[..100] {
        browser.visit().cart_set(sku, "0").await.unwrap();
    }
    let fields = browser.filled_in().await;
    number(&browser.submit(&fields).await);
    assert_eq!(sent(&shop).lines.len(), 100);
}

#[tokio::test]
async fn an_order_that_entmine_would_not_read_is_refused_before_it_is_sent() {
    let shop = Shop::open(ENGINE).await;
    let numbers = a_hundred(&shop, |n| format!("{n:0>700}")).await;
    let mut browser = shop.browser();
    for sku in &numbers[..100] {
        browser.add(sku, "1").await;
    }
    let fields = browser.filled_in().await;
    assert!(refused_lines(&browser.submit(&fields).await));
    assert!(shop.erp.arrived().is_empty());
    assert_eq!(browser.cart().await.lines.len(), 100);
}
