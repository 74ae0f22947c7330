//! A thousand customers after the last piece.

use crate::world::customer::fields;
use database::Engine;
use database::testing::TestDatabase;
use entmine::{EntMine, ManualClock, ProductFile};
use model::{Outcome, Reason};
use server::catalogue::{EntMineHere, catch_up};
use server::embedded::Embedded;
use std::sync::Arc;
use std::time::Duration;
use wizastore::{Knobs, Store, StoreConfig};

const CUSTOMERS: usize = 1_000;
const CSV: &str = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
                   rare,A rare wand,Wands,TRUE,RARE,99.00,1\n";

/// A store with one rare wand, whose customers are all waited for.
async fn open(store_home: &TestDatabase, entmine_home: &TestDatabase) -> (Store, EntMine) {
    // The clock stands: an order that waited for a minute would be taken on hold.
    let clock = Arc::new(ManualClock::at(1_795_381_200_000));
    let options = entmine::Options {
        clock: Some(clock.clone()),
        ..entmine::Options::default()
    };
    let entmine = EntMine::open(entmine_home.url(), options).await.unwrap();
    let file = ProductFile::parse(CSV.as_bytes(), "GBP").unwrap();
    entmine.import(&file, &mut |_| {}).await.unwrap();
    let erp = Arc::new(Embedded {
        entmine: entmine.clone(),
        clock: clock.clone(),
        switch: None,
    });
    let long = Duration::from_secs(100);
    let config = StoreConfig {
        clock: Some(clock),
        knobs: Knobs {
            customer_wait: long,
            attempt: long,
            place_wait: long,
            places: CUSTOMERS,
            ..Knobs::default()
        },
        ..StoreConfig::new(store_home.url(), erp)
    };
    let store = Store::open(config).await.unwrap();
    catch_up(&EntMineHere(entmine.clone()), &store)
        .await
        .unwrap();
    (store, entmine)
}

async fn buy(store: Store) -> Outcome {
    let visit = store.visit(None, None);
    visit.cart_add("RARE", "1").await.unwrap();
    let token = visit.reply().session_token();
    let page = store.visit(token.clone(), None).cart_page().await.unwrap();
    let visit = store.visit(token, None);
    visit.submit(fields(&page.cart.unwrap())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_customers_after_the_last_piece_give_one_order() {
    let homes = [
        TestDatabase::new(Engine::Sqlite).await,
        TestDatabase::new(Engine::Sqlite).await,
    ];
    let (store, entmine) = open(&homes[0], &homes[1]).await;
    let customers: Vec<_> = (0..CUSTOMERS)
        .map(|_| tokio::spawn(buy(store.clone())))
        .collect();
    let (mut confirmed, mut refused) = (0, 0);
    for customer in customers {
        match customer.await.unwrap() {
            Outcome::Confirmed { .. } => confirmed += 1,
            Outcome::NotPlaced { reasons, .. } => {
                assert!(
                    matches!(&reasons[..], [Reason::OutOfStock { available: 0, .. }]),
                    "{reasons:?}"
                );
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((confirmed, refused), (1, CUSTOMERS - 1));
    assert_eq!(entmine.count_orders().await.unwrap(), 1);
    let stock = entmine.stock(&["RARE".to_owned()]).await.unwrap();
    let level = &stock.levels[0];
    assert_eq!((level.on_hand, level.reserved, level.available), (1, 1, 0));
    let ledger = store.ledger().await.unwrap();
    assert_eq!((ledger.confirmed, ledger.open), (1, 0));
    assert_eq!(ledger.rejected, ledger.journalled - 1);
}
