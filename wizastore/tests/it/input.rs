//! What each bad input gets: a typed answer, and nothing half done.

use super::ENGINE;
use crate::shop::{Shop, number};
use model::{Outcome, Reason};
use wizastore::SubmitFields;

fn codes(outcome: &Outcome) -> Vec<String> {
    let Outcome::NotPlaced { reasons, .. } = outcome else {
        panic!("{outcome:?}")
    };
    reasons
        .iter()
        .map(|reason| match reason {
            Reason::InvalidField { field, .. } => field.clone(),
            Reason::CartChanged => "cart_changed".into(),
            Reason::CartEmpty => "cart_empty".into(),
            Reason::UnknownOrder => "unknown_order".into(),
            Reason::TotalMismatch { .. } => "total_mismatch".into(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn each_bad_submission_is_named_and_nothing_is_journalled() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let good = browser.filled_in().await;
    let with = |change: &dyn Fn(&mut SubmitFields)| {
        let mut fields = good.clone();
        change(&mut fields);
        fields
    };
    let cases: Vec<(&str, SubmitFields)> = vec![
        ("order_key", with(&|f| f.order_key = "42".into())),
        ("order_key", with(&|f| f.order_key = String::new())),
        (
            "unknown_order",
            with(&|f| f.order_key = uuid::Uuid::now_v7().to_string()),
        ),
        (
            "total_mismatch",
            with(&|f| f.shown_total_minor = "1".into()),
        ),
        (
            "shown_total_minor",
            with(&|f| f.shown_total_minor = "lots".into()),
        ),
        ("cart_changed", with(&|f| f.cart_revision = "0".into())),
        ("cart_revision", with(&|f| f.cart_revision = String::new())),
        ("email", with(&|f| f.form.email = "ada".into())),
        ("name", with(&|f| f.form.name = "x".repeat(10_000))),
        ("name", with(&|f| f.form.name = "\u{1b}[2J".into())),
        ("country", with(&|f| f.form.country = "ZZ".into())),
    ];
    for (code, fields) in cases {
        assert_eq!(codes(&browser.submit(&fields).await), [code]);
    }
    let empty = SubmitFields {
        order_key: good.order_key.clone(),
        ..SubmitFields::default()
    };
    assert!(
        codes(&browser.submit(&empty).await).len() > 5,
        "every missing field is named"
    );
    assert_eq!(shop.store.ledger().await.unwrap().journalled, 0);
    assert_eq!(browser.cart().await.lines.len(), 1, "the cart is intact");
    number(&browser.submit(&good).await);
}

#[tokio::test]
async fn a_form_that_belongs_to_no_cart_of_its_sender_is_kept_and_told_at_the_checkout() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let good = browser.filled_in().await;
    for (key, code) in [
        ("", "order_key"),
        ("42", "order_key"),
        ("0199f1d2-7b3c-7000-8000-000000000000", "unknown_order"),
    ] {
        let mut fields = good.clone();
        fields.order_key = key.into();
        fields.form.line1 = format!("1 Owl Lane, {code}");
        let outcome = browser.submit(&fields).await;
        assert_eq!(codes(&outcome), [code]);
        let page = browser.visit().checkout_page().await.unwrap();
        assert_eq!(page.form, fields.form, "{key:?}");
        let Outcome::NotPlaced { reasons, .. } = outcome else {
            unreachable!()
        };
        assert_eq!(page.reasons, reasons, "{key:?}");
    }
    number(&browser.submit(&good).await);
}

#[tokio::test]
async fn an_empty_cart_is_not_an_order() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    browser.visit().cart_set("WAND", "0").await.unwrap();
    let fields = browser.filled_in().await;
    assert_eq!(codes(&browser.submit(&fields).await), ["cart_empty"]);
}

#[tokio::test]
async fn another_sessions_key_is_like_an_unknown_one() {
    let shop = Shop::open(ENGINE).await;
    let mut ada = shop.browser();
    ada.add("WAND", "2").await;
    let open = ada.filled_in().await;
    let mut bob = shop.browser();
    bob.add("BROOM", "1").await;
    let stolen = |fields: &SubmitFields| SubmitFields {
        receipt: "0".repeat(32),
        ..fields.clone()
    };
    for journalled in [false, true] {
        if journalled {
            number(&ada.submit(&open).await);
        }
        for thief in [&bob, &shop.browser()] {
            let outcome = thief.submit(&stolen(&open)).await;
            assert_eq!(codes(&outcome), ["unknown_order"]);
            let Outcome::NotPlaced { cart, .. } = outcome else {
                unreachable!()
            };
            assert!(
                cart.is_none_or(|cart| cart.lines[0].sku == "BROOM"),
                "own cart or none"
            );
        }
    }
    assert_eq!(shop.erp.orders(), 1);
}

#[tokio::test]
async fn key_and_receipt_together_work_when_the_session_is_lost() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let fields = browser.filled_in().await;
    let lost = browser.without_cookie();
    let visit = lost.visit();
    let outcome = visit.submit(fields.clone()).await.unwrap();
    assert!(
        visit.reply().session_token().is_some(),
        "the session is found again"
    );
    assert_eq!(number(&lost.submit(&fields).await), number(&outcome));
    let status = lost.visit().status(&fields.receipt).await.unwrap();
    assert_eq!(number(&status), number(&outcome));
}

#[tokio::test]
async fn an_unknown_receipt_is_answered_and_reveals_nothing() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let stranger = shop.browser();
    for receipt in [
        "",
        "nope",
        "00000000000000000000000000000000",
        "' OR 1=1 --",
    ] {
        let outcome = stranger.visit().status(receipt).await.unwrap();
        assert_eq!(codes(&outcome), ["unknown_order"]);
        let Outcome::NotPlaced { cart, .. } = outcome else {
            unreachable!()
        };
        assert_eq!(cart, None);
        let retried = stranger.visit().retry(receipt).await.unwrap();
        assert_eq!(codes(&retried), ["unknown_order"]);
    }
}

#[tokio::test]
async fn a_receipt_opens_its_order_and_not_the_sessions_cart() {
    let shop = Shop::open(ENGINE).await;
    let reason = Reason::Discontinued { sku: "WAND".into() };
    shop.erp.script([crate::fake::Script::Reject(vec![reason])]);
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    let friend = shop.browser();
    let outcome = friend.visit().status(&fields.receipt).await.unwrap();
    let Outcome::NotPlaced { cart, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(cart, None);
}
