//! What happens when an order is accepted.

use super::ENGINE;
use crate::shop::{HOUR, Shop, body, new_key, order, rejected, stored};
use database::Engine;
use entmine::{Conditions, Found, Placed, StorageError};
use model::{OrderRequest, OrderStatus};

#[tokio::test]
async fn an_order_gets_the_first_number_of_its_year_and_reserves_its_stock() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let sent = order(&[("WAND", 3, 1299), ("BROOM", 1, 8000)]);
    let acceptance = stored(shop.place(key, &sent).await);
    assert_eq!(acceptance.number, "SO-2026-000001");
    assert_eq!(acceptance.key, key.to_string());
    assert_eq!(acceptance.total_minor, 3 * 1299 + 8000);
    assert_eq!(acceptance.currency, "GBP");
    assert_eq!(acceptance.accepted_at, "2026-11-22T21:00:00Z");
    assert_eq!(acceptance.status, OrderStatus::New);
    assert!(!acceptance.replayed);
    assert!(acceptance.fingerprint.starts_with("sha256:"));
    assert_eq!(shop.stock("WAND").await, (10, 3, 7));
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
    assert_eq!(shop.find(key).await, Found::Accepted(acceptance));
}

#[tokio::test]
async fn order_lines_body_verdict_and_audit_are_written_together() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let sent = body(&order(&[("WAND", 3, 1299), ("BROOM", 1, 8000)]));
    stored(shop.place_bytes(key, &sent).await);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM order_lines").await, 2);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM verdicts").await, 1);
    assert_eq!(
        shop.ask("SELECT COUNT(*) FROM audit WHERE event = 'order.accepted'")
            .await,
        1
    );
    let length = i64::try_from(sent.len()).unwrap();
    assert_eq!(shop.ask("SELECT length(body) FROM orders").await, length);
}

#[tokio::test]
async fn numbers_have_no_gaps_although_orders_are_rejected_in_between() {
    let shop = Shop::open(ENGINE).await;
    for expected in 1..=5 {
        rejected(shop.place(new_key(), &order(&[("NOPE", 1, 1)])).await);
        let acceptance = stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
        assert_eq!(acceptance.number, format!("SO-2026-{expected:06}"));
    }
}

#[tokio::test]
async fn each_year_begins_with_number_one() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    shop.turn_clock(40 * 24 * HOUR);
    let next = OrderRequest {
        placed_at: "2027-01-01T21:00:00Z".into(),
        ..order(&[("WAND", 1, 1299)])
    };
    let next_year = stored(shop.place(new_key(), &next).await);
    assert_eq!(next_year.number, "SO-2027-000001");
}

#[tokio::test]
async fn fifty_orders_at_once_for_the_last_piece_give_one_order() {
    let shop = Shop::open(ENGINE).await;
    let orders = (0..50).map(|_| {
        let entmine = shop.entmine.clone();
        let body = body(&order(&[("BROOM", 1, 8000)]));
        tokio::spawn(async move {
            entmine
                .place("shop", new_key(), &body, None, None, Conditions::default())
                .await
                .unwrap()
        })
    });
    let orders: Vec<_> = orders.collect();
    let (mut accepted, mut refused) = (0, 0);
    for order in orders {
        match order.await.unwrap() {
            Placed::Accepted(_) => accepted += 1,
            Placed::Rejected(_) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((accepted, refused), (1, 49));
    assert_eq!(shop.count().await, 1);
    assert_eq!(shop.stock("BROOM").await, (1, 1, 0));
}

#[tokio::test]
async fn an_order_survives_its_caller_giving_up() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let sent = body(&order(&[("WAND", 1, 1299)]));
    {
        let place = shop
            .entmine
            .place("shop", key, &sent, None, None, Conditions::default());
        let mut place = std::pin::pin!(place);
        // Polled once, which hands the work over, and then dropped.
        assert!(futures::poll!(place.as_mut()).is_pending());
    }
    // The writer is free only when that transaction has ended.
    stored(shop.place(new_key(), &order(&[("BROOM", 1, 8000)])).await);
    assert!(matches!(shop.find(key).await, Found::Accepted(_)));
    assert_eq!(shop.count().await, 2);
}

#[tokio::test]
async fn an_order_with_too_little_time_left_is_not_started() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let place = async |left| {
        shop.entmine
            .place(
                "shop",
                key,
                &sent,
                None,
                Some(crate::shop::START_MS + left),
                Conditions::default(),
            )
            .await
    };
    for left in [i64::MIN / 2, -1, 0, 199] {
        let refused = place(left).await.unwrap_err();
        assert!(matches!(refused, StorageError::Overdue), "{refused:?}");
    }
    assert_eq!(shop.find(key).await, Found::Unknown);
    stored(place(200).await.unwrap());
}

#[tokio::test]
async fn the_audit_holds_no_customer_data() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let mut nameless = order(&[("WAND", 1, 1299)]);
    nameless.customer.email = "ambrosius".into();
    rejected(shop.place(new_key(), &nameless).await);
    assert_eq!(
        shop.ask(
            "SELECT COUNT(*) FROM audit WHERE lower(actor || event || subject || detail)
             LIKE '%ambrosius%'"
        )
        .await,
        0
    );
    assert_eq!(
        shop.ask("SELECT COUNT(*) FROM audit WHERE event LIKE 'order.%'")
            .await,
        2
    );
}

/// Its other columns stand in indexes, each of which would be a page more to write.
#[tokio::test]
async fn an_order_writes_nothing_of_its_products_but_their_stock() {
    let shop = Shop::open(ENGINE).await;
    shop.alter(match ENGINE {
        Engine::Sqlite => {
            "CREATE TRIGGER refused BEFORE UPDATE OF slug ON products
             BEGIN SELECT RAISE(ABORT, 'a product is written'); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION refuse_products() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN RAISE EXCEPTION ''a product is written''; END';
             CREATE TRIGGER refused BEFORE UPDATE OF slug ON products
                 FOR EACH ROW EXECUTE FUNCTION refuse_products()"
        }
    })
    .await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let refused = shop.refused("UPDATE products SET slug = slug").await;
    assert!(refused.contains("a product is written"), "{refused}");
}
