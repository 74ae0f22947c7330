//! The ledger of stock: on hand and reserved always follow from it.

use super::ENGINE;
use crate::shop::{CSV, MINUTE, Shop, new_key, order, stored};
use database::Engine;
use database::testing::TestDatabase;
use entmine::{Count, MovementKind, MovementQuery, ProductFile, Receipt, StockRefused};
use model::OrderStatus;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};

/// How many products' stock is not what their movements add up to.
const WRONG: &str = "SELECT COUNT(*) FROM products p WHERE
    p.on_hand <> COALESCE((SELECT CAST(SUM(on_hand_change) AS BIGINT) FROM stock_movements m
                           WHERE m.sku = p.sku), 0)
 OR p.reserved <> COALESCE((SELECT CAST(SUM(reserved_change) AS BIGINT) FROM stock_movements m
                            WHERE m.sku = p.sku), 0)";

/// How many movements do not say what the stock was afterwards.
const BROKEN: &str = "SELECT COUNT(*) FROM stock_movements m WHERE
    m.on_hand <> (SELECT CAST(SUM(on_hand_change) AS BIGINT) FROM stock_movements b
                  WHERE b.sku = m.sku AND b.position <= m.position)
 OR m.reserved <> (SELECT CAST(SUM(reserved_change) AS BIGINT) FROM stock_movements b
                   WHERE b.sku = m.sku AND b.position <= m.position)";

const GAPS: &str = "SELECT MAX(position) - COUNT(*) FROM stock_movements";

async fn holds(shop: &Shop) {
    assert_eq!(shop.ask(WRONG).await, 0, "stock that is not the ledger's");
    assert_eq!(shop.ask(BROKEN).await, 0, "movements that do not add up");
    assert_eq!(shop.ask(GAPS).await, 0, "positions that are missing");
}

fn receipt(sku: &str, pieces: i64) -> Receipt {
    Receipt {
        sku: sku.into(),
        pieces,
        reason: "delivery 7".into(),
        actor: "staff:robin".into(),
        request: None,
    }
}

fn count(sku: &str, seen: i64, counted: i64, reason: &str) -> Count {
    Count {
        sku: sku.into(),
        seen,
        counted,
        reason: reason.into(),
        actor: "staff:robin".into(),
        request: None,
    }
}

#[tokio::test]
async fn every_change_of_stock_is_a_movement_with_who_and_why() {
    let shop = Shop::open(ENGINE).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    let other = stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await).number;
    shop.change(&number, OrderStatus::Picked).await;
    shop.change(&number, OrderStatus::Shipped).await;
    shop.change(&other, OrderStatus::Cancelled).await;
    shop.entmine
        .receive_stock(receipt("WAND", 5))
        .await
        .unwrap()
        .unwrap();
    let counted = shop
        .entmine
        .count_stock(count("WAND", 12, 11, "one was broken"));
    assert_eq!(counted.await.unwrap().unwrap().available, 11);
    let query = MovementQuery {
        sku: Some("WAND".into()),
        ..MovementQuery::default()
    };
    let page = shop.entmine.movements(query).await.unwrap();
    let told: Vec<_> = page
        .movements
        .iter()
        .rev()
        .map(|m| {
            (
                m.kind,
                m.on_hand_change,
                m.reserved_change,
                m.actor.as_str(),
                m.reason.as_str(),
            )
        })
        .collect();
    use MovementKind::{Count, Receipt, Release, Reservation, Shipment};
    assert_eq!(
        told,
        [
            (Count, 10, 0, "entmine", "product file"),
            (Reservation, 0, 3, "store:shop", ""),
            (Reservation, 0, 1, "store:shop", ""),
            (Shipment, -3, -3, "staff:morgan", ""),
            (Release, 0, -1, "staff:morgan", ""),
            (Receipt, 5, 0, "staff:robin", "delivery 7"),
            (Count, -1, 0, "staff:robin", "one was broken"),
        ]
    );
    assert_eq!(page.movements[3].number.as_deref(), Some(number.as_str()));
    holds(&shop).await;
}

#[tokio::test]
async fn a_receipt_that_is_sent_again_adds_its_goods_once() {
    let shop = Shop::open(ENGINE).await;
    let named = |request: &str, pieces| Receipt {
        request: Some(request.to_owned()),
        ..receipt("WAND", pieces)
    };
    let receive = async |receipt| shop.entmine.receive_stock(receipt).await.unwrap();
    let first = receive(named("note-7", 5)).await.unwrap();
    assert_eq!(first.on_hand, 15);
    let number = stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await).number;
    // The same answer, whatever happened since.
    for _again in 0..3 {
        assert_eq!(receive(named("note-7", 5)).await, Ok(first.clone()));
    }
    assert_eq!(shop.stock("WAND").await, (15, 2, 13));
    // Another receipt under the same name is none.
    let reused = Err(StockRefused::RequestReused);
    assert_eq!(receive(named("note-7", 6)).await, reused);
    let elsewhere = Receipt {
        sku: "BROOM".into(),
        ..named("note-7", 5)
    };
    assert_eq!(receive(elsewhere).await, reused);
    let counted = Count {
        request: Some("note-7".into()),
        ..count("WAND", 15, 15, "stocktaking")
    };
    let counted = shop.entmine.count_stock(counted).await.unwrap();
    assert_eq!(counted, reused);
    // Somebody else's name for another request may be the same.
    let other = Receipt {
        actor: "staff:morgan".into(),
        ..named("note-7", 6)
    };
    assert_eq!(receive(other).await.unwrap().on_hand, 21);
    shop.change(&number, OrderStatus::Cancelled).await;
    holds(&shop).await;
}

#[tokio::test]
async fn the_same_receipt_fired_at_once_adds_its_goods_once() {
    let shop = Shop::open(ENGINE).await;
    let same = || Receipt {
        request: Some("note-8".into()),
        ..receipt("WAND", 5)
    };
    let (a, b, c) = tokio::join!(
        shop.entmine.receive_stock(same()),
        shop.entmine.receive_stock(same()),
        shop.entmine.receive_stock(same()),
    );
    for level in [a, b, c] {
        assert_eq!(level.unwrap().unwrap().on_hand, 15);
    }
    assert_eq!(shop.stock("WAND").await, (15, 0, 15));
    holds(&shop).await;
}

#[tokio::test]
async fn a_count_that_is_sent_again_gets_its_answer_again() {
    let shop = Shop::open(ENGINE).await;
    let named = || Count {
        request: Some("count-1".into()),
        ..count("WAND", 10, 9, "broken")
    };
    let first = shop.entmine.count_stock(named()).await.unwrap().unwrap();
    let again = shop.entmine.count_stock(named()).await.unwrap().unwrap();
    assert_eq!((first.on_hand, again), (9, first.clone()));
    assert_eq!(shop.ask(GAPS).await, 0);
    holds(&shop).await;
}

#[tokio::test]
async fn what_was_counted_while_goods_moved_is_counted_again() {
    let shop = Shop::open(ENGINE).await;
    shop.entmine
        .receive_stock(receipt("WAND", 5))
        .await
        .unwrap()
        .unwrap();
    let refused = |count| shop.entmine.count_stock(count);
    assert_eq!(
        refused(count("WAND", 10, 9, "broken")).await.unwrap(),
        Err(StockRefused::Moved { on_hand: 15 })
    );
    assert_eq!(
        refused(count("WAND", 15, 9, " ")).await.unwrap(),
        Err(StockRefused::NoReason)
    );
    assert_eq!(
        refused(count("WAND", 15, -1, "x")).await.unwrap(),
        Err(StockRefused::OutOfRange)
    );
    for sku in ["NONE", "W\0"] {
        assert_eq!(
            refused(count(sku, 0, 1, "x")).await.unwrap(),
            Err(StockRefused::UnknownProduct)
        );
    }
    for pieces in [0, -1, 1_000_000] {
        let refused = shop
            .entmine
            .receive_stock(receipt("WAND", pieces))
            .await
            .unwrap();
        assert_eq!(refused, Err(StockRefused::OutOfRange));
    }
    assert_eq!(shop.stock("WAND").await, (15, 0, 15));
    // A count that agrees is worth a line.
    let before = shop.ask("SELECT COUNT(*) FROM stock_movements").await;
    refused(count("WAND", 15, 15, "stocktaking"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        shop.ask("SELECT COUNT(*) FROM stock_movements").await,
        before + 1
    );
    holds(&shop).await;
}

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A database as it was before the ledger: a wand of which three are promised, and a map that never
/// changed.
async fn before_the_ledger() -> TestDatabase {
    let home = TestDatabase::new(ENGINE).await;
    let other = match ENGINE {
        Engine::Sqlite => {
            std::fs::File::create(home.file()).unwrap();
            ".postgres"
        }
        Engine::Postgres => ".sqlite",
    };
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(home.url()).await.unwrap();
    let old = MIGRATIONS
        .iter()
        .filter(|migration| migration.version < 5 && !migration.description.ends_with(other));
    let migrator = Migrator::with_migrations(old.cloned().collect());
    migrator.run_direct(None, &mut conn, false).await.unwrap();
    let products = "
        INSERT INTO products VALUES
            ('WAND', 3, 'Wand', 'wand', 'Wands', '', '', 'GBP', 1299, 1, 10, 3, 1),
            ('MAP', 1, 'Map', 'map', 'Maps', '', '', 'GBP', 500, 1, 4, 0, 1);
        INSERT INTO catalog_changes VALUES (1, 'WAND', 2, 1000), (2, 'WAND', 3, 2000);
        UPDATE sequences SET last = 2 WHERE name = 'catalog'";
    sqlx::raw_sql(products).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    home
}

#[tokio::test]
async fn a_database_from_before_the_ledger_opens_it_with_what_it_had() {
    let shop = Shop::on(before_the_ledger().await).await;
    holds(&shop).await;
    let page = shop.entmine.movements(MovementQuery::default()).await;
    let told: Vec<_> = page
        .unwrap()
        .movements
        .iter()
        .map(|m| {
            (
                m.sku.clone(),
                m.kind,
                m.level.on_hand,
                m.level.reserved,
                m.at_ms,
            )
        })
        .collect();
    let count = MovementKind::Count;
    assert_eq!(
        told,
        [
            ("WAND".to_owned(), count, 10, 3, 2000),
            ("MAP".to_owned(), count, 4, 0, 0),
        ]
    );
    // And it goes on from there.
    let receipt = shop.entmine.receive_stock(receipt("MAP", 1)).await.unwrap();
    assert_eq!(receipt.unwrap().on_hand, 5);
    holds(&shop).await;
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Place(u8, u8),
    Late(u8, u8),
    Step(u8, u8),
    Receive(u8, u8),
    Count(u8, u8),
    Set(u8, u8),
    Import(u8),
    Reprice(u8, u8),
}

fn act() -> impl Strategy<Value = Act> {
    (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(kind, a, b)| match kind % 9 {
        0 | 1 => Act::Place(a, b),
        2 => Act::Late(a, b),
        3 | 4 => Act::Step(a, b),
        5 => Act::Receive(a, b),
        6 => Act::Count(a, b),
        7 => Act::Set(a, b),
        _other if a > 128 => Act::Import(b),
        _other => Act::Reprice(a, b),
    })
}

const SKUS: [(&str, i64); 2] = [("WAND", 1299), ("BROOM", 8000)];

async fn perform(shop: &Shop, numbers: &mut Vec<String>, act: Act) {
    let product = |a: u8| SKUS[usize::from(a) % SKUS.len()];
    match act {
        Act::Place(a, b) | Act::Late(a, b) => {
            let (sku, price) = product(a);
            if matches!(act, Act::Late(..)) {
                // Old enough to be accepted without stock.
                shop.turn_clock(7 * MINUTE);
            }
            let sent = order(&[(sku, i64::from(b % 4) + 1, price)]);
            if let entmine::Placed::Accepted(acceptance) = shop.place(new_key(), &sent).await {
                numbers.push(acceptance.number);
            }
        }
        Act::Step(a, b) => {
            if let Some(number) = numbers.get(usize::from(a) % numbers.len().max(1)) {
                let to = [
                    OrderStatus::OnHold,
                    OrderStatus::Picked,
                    OrderStatus::Shipped,
                    OrderStatus::Cancelled,
                ][usize::from(b) % 4];
                let _refused = shop
                    .entmine
                    .change_status(number, to, "staff:morgan")
                    .await
                    .unwrap();
            }
        }
        Act::Receive(a, b) => {
            let receipt = receipt(product(a).0, i64::from(b));
            let _refused = shop.entmine.receive_stock(receipt).await.unwrap();
        }
        Act::Count(a, b) => {
            let sku = product(a).0;
            let seen = shop.stock(sku).await.0;
            let counted = count(sku, seen, i64::from(b), "stocktaking");
            shop.entmine.count_stock(counted).await.unwrap().unwrap();
        }
        Act::Set(a, b) => {
            assert!(
                shop.entmine
                    .set_stock(product(a).0, i64::from(b))
                    .await
                    .unwrap()
            );
        }
        Act::Import(b) => {
            let csv = CSV.replace("12.99,10", &format!("12.99,{b}"));
            let file = ProductFile::parse(csv.as_bytes(), "GBP").unwrap();
            shop.entmine.import(&file, &mut |_| {}).await.unwrap();
        }
        Act::Reprice(a, b) => {
            let (sku, price) = product(a);
            shop.entmine
                .set_price(sku, price + i64::from(b % 2))
                .await
                .unwrap();
            shop.entmine.set_price(sku, price).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_sums_hold_after_whatever_happens_in_whatever_order() {
    let mut runner = TestRunner::deterministic();
    let sequences = proptest::collection::vec(act(), 40);
    for _round in 0..4 {
        let shop = Shop::open(ENGINE).await;
        let mut numbers = Vec::new();
        for act in sequences.new_tree(&mut runner).unwrap().current() {
            perform(&shop, &mut numbers, act).await;
        }
        holds(&shop).await;
        shop.promised().await;
        let other = "SELECT COUNT(DISTINCT kind) FROM stock_movements";
        assert!(
            shop.ask(other).await >= 3,
            "a sequence that did next to nothing"
        );
    }
}
