//! What a customer waits for: messages to PostgreSQL, of which each is a round trip however fast the server is, and
//! statements.

use crate::fake::{FakeEntMine, Script};
use crate::shop::{Browser, Shop, number, product, snapshot};
use database::Engine;
use database::testing::{SlowLine, Statements, TestDatabase};
use futures::StreamExt;
use model::{Outcome, Reason, ReceiptPage};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wizastore::{Smaller, Store, StoreConfig};

/// Begin, the product, changes with commit.
const OF_A_FIRST_PRODUCT: usize = 3;
/// Session; begin with the cart, changes with commit; begin with the order, changes with commit.
const OF_A_CLICK: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_on_place_order_is_five_messages_to_the_stores_database() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let line = SlowLine::to(home.url(), move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Duration::ZERO
    });
    let line = line.await;
    let config = StoreConfig::new(&line.over(home.url()), Arc::new(FakeEntMine::default()));
    // Nothing runs in the background: it was not started.
    let store = Store::open(config).await.unwrap();
    let first = snapshot(1, 1, vec![product("WAND", 1299, 1)]);
    store.take_snapshot(first, Smaller::Take).await.unwrap();
    let (mut of_product, mut of_click) = (usize::MAX, usize::MAX);
    // The first ones make connections, and the server learns their statements.
    for _ in 0..4 {
        let mut browser = Browser::of(&store);
        let before = sent.load(Ordering::SeqCst);
        browser.add("WAND", "1").await;
        of_product = of_product.min(sent.load(Ordering::SeqCst) - before);
        let fields = browser.filled_in().await;
        let before = sent.load(Ordering::SeqCst);
        number(&browser.submit(&fields).await);
        of_click = of_click.min(sent.load(Ordering::SeqCst) - before);
    }
    assert_eq!(of_product, OF_A_FIRST_PRODUCT);
    assert_eq!(of_click, OF_A_CLICK);
    store.drain(Duration::from_secs(5)).await;
}

/// Of the first product in a cart, and of the click.
const STATEMENTS: (usize, usize) = (5, 10);

#[tokio::test]
async fn an_order_is_as_many_statements_with_one_line_as_with_two() {
    let shop = Shop::open(Engine::Sqlite).await;
    // The first one writes down which EntMine it is.
    shop.browser().buy().await;
    let noted = Statements::noted();
    for skus in [&["WAND"][..], &["WAND", "BROOM"]] {
        let mut browser = shop.browser();
        noted.take();
        browser.add(skus[0], "1").await;
        let of_product = noted.take();
        for sku in &skus[1..] {
            browser.add(sku, "1").await;
        }
        let fields = browser.filled_in().await;
        noted.take();
        number(&browser.submit(&fields).await);
        let of_click = noted.take();
        let counts = (of_product.len(), of_click.len());
        assert_eq!(
            counts, STATEMENTS,
            "{skus:?}: {of_product:#?} {of_click:#?}"
        );
        // EntMine decides about stock; the store's cache of it is for pages.
        let mut all = of_product.iter().chain(&of_click);
        assert!(
            !all.any(|sql| sql.contains("stock")),
            "{of_product:#?} {of_click:#?}"
        );
    }
}

#[tokio::test]
async fn what_was_ordered_is_read_only_by_those_who_need_it() {
    let shop = Shop::open(Engine::Sqlite).await;
    let noted = Statements::noted();
    let reads = || {
        let statements = noted.take().into_iter();
        // Every comparison looks for orders that EntMine lost, to send them again. Here are none.
        let reads = statements.filter(|sql| {
            let is_of_it = ["body", "names", "kept_lines"]
                .iter()
                .any(|c| sql.contains(c));
            sql.starts_with("SELECT") && is_of_it && !sql.contains("lost = 1")
        });
        reads.collect::<Vec<_>>()
    };
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    let (visit, receipt) = (browser.visit(), fields.receipt.as_str());
    visit.status(receipt).await.unwrap();
    assert!(visit.is_over(receipt).await.unwrap());
    visit.orders_page(1).await.unwrap();
    visit.checkout_page().await.unwrap();
    let mut outcomes = pin!(visit.follow(receipt).await.unwrap().unwrap());
    outcomes.next().await.unwrap();
    shop.store.reconcile().await.unwrap();
    assert_eq!(reads(), [""; 0]);

    // Its page shows it, and a second click is compared with the first one.
    visit.receipt_page(receipt).await.unwrap();
    assert_eq!(reads().len(), 1);
    number(&browser.submit(&fields).await);
    assert_eq!(reads().len(), 1);
    // A second attempt sends it.
    shop.erp.script([Script::Refuse]);
    number(&browser.buy().await.1);
    assert_eq!(reads().len(), 1);
    // What is not placed goes back to the cart.
    let sku = "WAND".to_owned();
    shop.erp
        .script([Script::Reject(vec![Reason::Discontinued { sku }])]);
    browser.buy().await;
    assert_eq!(reads().len(), 1);
}

#[tokio::test]
async fn a_list_of_orders_reads_no_cart() {
    let shop = Shop::open(Engine::Sqlite).await;
    let mut browser = shop.browser();
    for _ in 0..2 {
        let sku = "WAND".to_owned();
        shop.erp
            .script([Script::Reject(vec![Reason::Discontinued { sku }])]);
        browser.buy().await;
    }
    let noted = Statements::noted();
    noted.take();
    let page = browser.visit().orders_page(1).await.unwrap();
    assert_eq!(page.orders.len(), 2);
    let reads = noted.take().into_iter();
    assert_eq!(reads.filter(|sql| sql.contains("cart_lines")).count(), 0);
    // The order's own page goes on from it.
    let receipt = &page.orders[0].receipt;
    let found = browser.visit().receipt_page(receipt).await.unwrap();
    let ReceiptPage::Order(order) = found else {
        panic!("{found:?}")
    };
    let Outcome::NotPlaced { cart, .. } = order.summary.outcome else {
        panic!("{order:?}")
    };
    assert!(cart.is_some());
}
