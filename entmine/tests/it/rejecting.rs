//! Each business reason, and all of them together.

use super::ENGINE;
use crate::shop::{Shop, body, new_key, order, rejected, stored};
use model::{OrderRequest, Reason};

async fn reasons(shop: &Shop, sent: &OrderRequest) -> Vec<Reason> {
    rejected(shop.place(new_key(), sent).await)
}

#[tokio::test]
async fn more_than_there_is_is_out_of_stock() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 4, 1299)])).await);
    assert_eq!(
        reasons(&shop, &order(&[("WAND", 7, 1299)])).await,
        [Reason::OutOfStock {
            sku: "WAND".into(),
            requested: 7,
            available: 6
        }]
    );
    stored(shop.place(new_key(), &order(&[("WAND", 6, 1299)])).await);
    assert_eq!(shop.stock("WAND").await, (10, 10, 0));
}

#[tokio::test]
async fn unknown_and_unpublished_products_are_discontinued() {
    let shop = Shop::open(ENGINE).await;
    for sku in ["NOPE", "MAP", "", "wand", "\u{0}", "' OR 1=1 --"] {
        assert_eq!(
            reasons(&shop, &order(&[(sku, 1, 500)])).await,
            [Reason::Discontinued { sku: sku.into() }]
        );
    }
}

#[tokio::test]
async fn a_price_that_was_never_asked_is_price_changed() {
    let shop = Shop::open(ENGINE).await;
    for shown in [1298, 1300, 0] {
        assert_eq!(
            reasons(&shop, &order(&[("WAND", 1, shown)])).await,
            [Reason::PriceChanged {
                sku: "WAND".into(),
                shown_minor: shown,
                current_minor: 1299,
                price_version: 1
            }]
        );
    }
}

#[tokio::test]
async fn a_total_that_is_not_the_sum_is_a_mismatch() {
    let shop = Shop::open(ENGINE).await;
    let mut sent = order(&[("WAND", 2, 1299)]);
    sent.total_minor = 1;
    assert_eq!(
        reasons(&shop, &sent).await,
        [Reason::TotalMismatch {
            shown_minor: 1,
            computed_minor: 2598
        }]
    );
}

#[tokio::test]
async fn a_sum_that_overflows_is_a_mismatch_and_no_crash() {
    let shop = Shop::open(ENGINE).await;
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.lines[0].unit_price_minor = i64::MAX;
    sent.lines[0].quantity = 999;
    let reasons = reasons(&shop, &sent).await;
    assert!(reasons.contains(&Reason::TotalMismatch {
        shown_minor: 1299,
        computed_minor: i64::MAX
    }));
}

#[tokio::test]
async fn each_field_of_the_customer_is_checked_by_name() {
    type Spoil = fn(&mut OrderRequest);
    let cases: [(&str, Spoil); 20] = [
        ("name", |o| o.customer.name = " ".into()),
        ("name", |o| o.customer.name = "x".repeat(201)),
        ("name", |o| o.customer.name = "a\u{7}b".into()),
        ("name", |o| o.customer.name = "\u{200B}\u{3164}".into()),
        ("name", |o| o.customer.name = "Ada \u{202E}gnik".into()),
        ("phone", |o| o.customer.phone = Some("1".repeat(41))),
        ("postcode", |o| o.customer.address.postcode = "1".repeat(21)),
        ("email", |o| {
            o.customer.email = format!("{}@example.org", "a".repeat(243))
        }),
        ("email", |o| o.customer.email = "ambrosius".into()),
        ("email", |o| o.customer.email = String::new()),
        ("phone", |o| o.customer.phone = Some("a\u{7}".into())),
        ("line1", |o| o.customer.address.line1 = "\t".into()),
        ("line2", |o| {
            o.customer.address.line2 = Some("x".repeat(201))
        }),
        ("city", |o| o.customer.address.city = String::new()),
        ("postcode", |o| o.customer.address.postcode = String::new()),
        ("region", |o| {
            o.customer.address.region = Some("x".repeat(201))
        }),
        ("country", |o| o.customer.address.country = "ZZ".into()),
        ("country", |o| o.customer.address.country = "gb".into()),
        ("note", |o| o.note = Some("x".repeat(1_001))),
        ("note", |o| o.note = Some("a\u{0}".into())),
    ];
    let shop = Shop::open(ENGINE).await;
    for (field, spoil) in cases {
        let mut sent = order(&[("WAND", 1, 1299)]);
        spoil(&mut sent);
        let reasons = reasons(&shop, &sent).await;
        let [Reason::InvalidCustomer { field: told, .. }] = reasons.as_slice() else {
            panic!("{field}: {reasons:?}");
        };
        assert_eq!(told, field);
    }
    assert_eq!(shop.count().await, 0);
}

#[tokio::test]
async fn an_address_of_a_country_without_postcodes_needs_none() {
    let shop = Shop::open(ENGINE).await;
    let mut sent = order(&[("WAND", 1, 1299)]);
    let address = &mut sent.customer.address;
    address.postcode.clear();
    address.country = "HK".into();
    address.region = Some("Kowloon".into());
    let number = stored(shop.place(new_key(), &sent).await).number;
    let detail = shop.entmine.order(&number).await.unwrap().unwrap();
    let customer = detail.customer.expect("not erased");
    assert_eq!(customer.address, sent.customer.address);
}

#[tokio::test]
async fn odd_but_real_customers_are_welcome() {
    let shop = Shop::open(ENGINE).await;
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.customer.name = "Þórr 王 O'Brien-\u{202f}Smith".into();
    sent.customer.phone = Some("+44 (0)20 7946 0958".into());
    sent.note = Some("Leave it by the well.\r\n\tBeware of the cat.".into());
    stored(shop.place(new_key(), &sent).await);
}

#[tokio::test]
async fn all_reasons_of_an_order_come_together_and_nothing_is_reserved() {
    let shop = Shop::open(ENGINE).await;
    let mut sent = order(&[("WAND", 1, 1), ("BROOM", 2, 8000), ("NOPE", 1, 1)]);
    sent.total_minor = 7;
    sent.customer.name.clear();
    let reasons = rejected(shop.place_bytes(new_key(), &body(&sent)).await);
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    assert_eq!(shop.stock("WAND").await, (10, 0, 10));
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
    assert_eq!(shop.count().await, 0);
}
