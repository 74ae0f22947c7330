//! What never changes is held by the database, whoever writes to it.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};

async fn with_an_order() -> Shop {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await).number;
    shop.change(&number, model::OrderStatus::Picked).await;
    shop.void(new_key()).await;
    shop
}

#[tokio::test]
async fn a_verdict_never_changes_nor_goes() {
    let shop = with_an_order().await;
    for sql in [
        "UPDATE verdicts SET verdict = 'accepted', fingerprint = 'sha256:0'",
        "UPDATE verdicts SET fingerprint = 'sha256:0' WHERE verdict = 'accepted'",
        "UPDATE verdicts SET key = 'other' WHERE verdict = 'voided'",
        "UPDATE verdicts SET store = 'other'",
        "DELETE FROM verdicts WHERE verdict = 'voided'",
        "DELETE FROM verdicts",
    ] {
        let refused = shop.refused(sql).await;
        assert!(refused.contains("a verdict"), "{sql}: {refused}");
    }
    assert_eq!(shop.ask("SELECT COUNT(*) FROM verdicts").await, 2);
}

#[tokio::test]
async fn an_order_keeps_what_it_was_accepted_as() {
    let shop = with_an_order().await;
    for sql in [
        "UPDATE orders SET number = 'SO-2026-000002'",
        "UPDATE orders SET key = 'other'",
        "UPDATE orders SET store = 'other'",
        "UPDATE orders SET position = 2",
        "UPDATE orders SET currency = 'EUR'",
        "UPDATE orders SET total_minor = total_minor + 1",
        "UPDATE orders SET accepted_at_ms = 0",
        "UPDATE orders SET body = CAST('{}' AS blob)",
        "DELETE FROM orders",
    ] {
        let refused = shop.refused(sql).await;
        assert!(refused.contains("an order"), "{sql}: {refused}");
    }
    shop.alter("UPDATE orders SET status = 'cancelled', note = 'called the customer'")
        .await;
}

#[tokio::test]
async fn what_was_listed_stays() {
    let shop = with_an_order().await;
    for sql in [
        "UPDATE status_changes SET position = 9",
        "DELETE FROM status_changes",
    ] {
        let refused = shop.refused(sql).await;
        assert!(refused.contains("a change of status"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn the_ledger_and_the_audit_only_grow() {
    let shop = with_an_order().await;
    for sql in [
        "UPDATE stock_movements SET reason = 'none'",
        "DELETE FROM stock_movements",
        "UPDATE audit SET actor = 'staff:other'",
        "DELETE FROM audit",
    ] {
        let refused = shop.refused(sql).await;
        assert!(
            refused.contains("a movement of stock") || refused.contains("the audit"),
            "{sql}: {refused}"
        );
    }
}

const EMPTY: &str = "name = '', email = '', phone = NULL, line1 = '', line2 = NULL, city = '',
                     postcode = '', country = '', note = NULL, search_text = '', email_key = ''";

#[tokio::test]
async fn a_body_goes_only_with_everything_personal_and_never_comes_back() {
    let shop = with_an_order().await;
    let refused = shop.refused("UPDATE orders SET erased_at_ms = 1").await;
    assert!(refused.contains("the words by which"), "{refused}");
    shop.alter("UPDATE orders SET search_text = ''").await;
    for sql in [
        "UPDATE orders SET body = CAST('' AS blob)",
        "UPDATE orders SET erased_at_ms = 1",
        "UPDATE orders SET erased_at_ms = 1, body = CAST('' AS blob)",
        "UPDATE orders SET erased_at_ms = 1, body = CAST('' AS blob), name = '', email = ''",
    ] {
        let refused = shop.refused(sql).await;
        assert!(refused.contains("an order keeps"), "{sql}: {refused}");
    }
    let erase = format!("UPDATE orders SET erased_at_ms = 1, body = CAST('' AS blob), {EMPTY}");
    shop.alter(erase.leak()).await;
    for sql in [
        "UPDATE orders SET erased_at_ms = 2",
        "UPDATE orders SET erased_at_ms = NULL",
        "UPDATE orders SET body = CAST('{}' AS blob)",
        "UPDATE orders SET name = 'Ambrosius'",
        "UPDATE orders SET note = 'called'",
    ] {
        let refused = shop.refused(sql).await;
        assert!(refused.contains("an order keeps"), "{sql}: {refused}");
    }
    shop.alter("UPDATE orders SET status = 'cancelled'").await;
}
