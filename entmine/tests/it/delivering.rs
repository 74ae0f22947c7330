//! The sender of the catalogue, against a store that does as it is told.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};
use async_trait::async_trait;
use entmine::delivery::{Ask, Delivered, ForgetRefused, Sender, Sent, StoreLink};
use model::{CatalogueMessage, HookMessage, StockMessage, StockOf};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// Answers as it was told, and otherwise takes everything.
#[derive(Default)]
struct Store {
    answers: Mutex<VecDeque<Delivered>>,
    heard: Mutex<Vec<HookMessage>>,
    /// How many of them a test has seen.
    seen: Mutex<usize>,
    came: Notify,
}

#[async_trait]
impl StoreLink for Store {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        self.heard.lock().unwrap().push(message.clone());
        self.came.notify_one();
        let told = self.answers.lock().unwrap().pop_front();
        told.unwrap_or(Delivered::Applied {
            matches: compared(message),
        })
    }
}

/// A store compares where it is told a digest.
fn compared(message: &HookMessage) -> Option<bool> {
    match message {
        HookMessage::Catalogue(message) => message.digest.as_ref().map(|_| true),
        HookMessage::Stock(_) => None,
    }
}

impl Store {
    fn will(&self, answer: Delivered) {
        self.answers.lock().unwrap().push_back(answer);
    }

    /// The last message, which is about the catalogue.
    fn last(&self) -> CatalogueMessage {
        match self.heard.lock().unwrap().last().unwrap() {
            HookMessage::Catalogue(message) => message.clone(),
            HookMessage::Stock(message) => panic!("about the stock: {message:?}"),
        }
    }

    /// The last message, which is about the stock.
    fn last_stock(&self) -> StockMessage {
        match self.heard.lock().unwrap().last().unwrap() {
            HookMessage::Stock(message) => message.clone(),
            HookMessage::Catalogue(message) => panic!("about the catalogue: {message:?}"),
        }
    }

    /// Waits for the next message, which comes at once or by a fault never.
    async fn next_of_any(&self) -> HookMessage {
        loop {
            let next = {
                let mut seen = self.seen.lock().unwrap();
                let next = self.heard.lock().unwrap().get(*seen).cloned();
                *seen += usize::from(next.is_some());
                next
            };
            if let Some(next) = next {
                return next;
            }
            let came = tokio::time::timeout(Duration::from_secs(10), self.came.notified());
            came.await.expect("a message comes");
        }
    }

    /// Waits for the next message about the catalogue.
    async fn next(&self) -> CatalogueMessage {
        loop {
            if let HookMessage::Catalogue(message) = self.next_of_any().await {
                return message;
            }
        }
    }
}

async fn sender(shop: &Shop, store: &Arc<Store>) -> Sender {
    let link = store.clone();
    let sender = Sender::open(shop.entmine.clone(), "shop", "http://shop", link, || 0.5);
    sender.await.unwrap()
}

#[tokio::test]
async fn everything_is_sent_once_with_its_digest_and_then_heartbeats() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    let snapshot = shop.entmine.snapshot().await.unwrap();
    let sent = sender.run_once().await.unwrap();
    assert_eq!(sent, Sent::Applied { to: 3, more: false });
    let message = store.last();
    assert_eq!((message.epoch, message.from, message.to), (1, 0, 3));
    assert_eq!(message.changes.len(), 3);
    assert_eq!(message.digest.as_ref(), Some(&snapshot.digest));
    // The stock came with the products; what moves from now on is news.
    sender.run_once().await.unwrap();
    let heartbeat = store.last();
    assert!(heartbeat.is_heartbeat() && heartbeat.changes.is_empty());
    assert_eq!(heartbeat.digest, Some(snapshot.digest));
    let book = &shop.entmine.stores().await.unwrap()[0];
    assert_eq!((book.name.as_str(), book.applied), ("shop", 3));
    assert_eq!(book.stock_applied, snapshot.stock_seq);
    assert_eq!((book.matches, book.failures), (Some(true), 0));
    assert!(book.heard_at_ms.is_some());
}

#[tokio::test]
async fn another_sender_goes_on_where_the_last_one_stopped() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    sender(&shop, &store).await.run_once().await.unwrap();
    shop.entmine.set_price("WAND", 1).await.unwrap();
    sender(&shop, &store).await.run_once().await.unwrap();
    let message = store.last();
    assert_eq!((message.from, message.to), (3, 4));
}

#[tokio::test]
async fn a_store_with_less_is_sent_what_it_lacks_at_once() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    sender.run_once().await.unwrap();
    shop.entmine.set_price("WAND", 1).await.unwrap();
    store.will(Delivered::Gap { applied: 1 });
    let sent = sender.run_once().await.unwrap();
    assert_eq!(sent, Sent::Gap { applied: 1 });
    sender.run_once().await.unwrap();
    let message = store.last();
    assert_eq!((message.from, message.to), (1, 4));
}

#[tokio::test]
async fn orders_are_news_of_the_stock_alone_and_each_product_is_told_once() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    sender.run_once().await.unwrap();
    sender.run_once().await.unwrap();
    let before = shop.entmine.snapshot().await.unwrap();
    for _ in 0..3 {
        stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    }
    let after = shop.entmine.snapshot().await.unwrap();
    let versions = |snapshot: &model::Snapshot| {
        let products = snapshot.products.iter();
        let versions: Vec<_> = products.map(|product| product.version).collect();
        (snapshot.seq, snapshot.digest.clone(), versions)
    };
    assert_eq!(versions(&after), versions(&before));
    let sent = sender.run_once().await.unwrap();
    let (from, to) = (before.stock_seq, after.stock_seq);
    assert_eq!((sent, to), (Sent::Applied { to, more: false }, from + 3));
    let message = store.last_stock();
    assert_eq!((message.from, message.to), (from, to));
    let available = shop.stock("WAND").await.2;
    let sku = "WAND".to_owned();
    assert_eq!(message.stocks, [StockOf { sku, available }]);
}

#[tokio::test]
async fn a_store_that_missed_stock_is_sent_it_from_where_it_is() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    sender.run_once().await.unwrap();
    sender.run_once().await.unwrap();
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    store.will(Delivered::Gap { applied: 1 });
    let sent = sender.run_once().await.unwrap();
    assert_eq!(sent, Sent::Gap { applied: 1 });
    let book = &shop.entmine.stores().await.unwrap()[0];
    assert_eq!((book.applied, book.stock_applied), (3, 1));
    sender.run_once().await.unwrap();
    let newest = shop.entmine.changed().borrow().stock;
    let message = store.last_stock();
    assert_eq!((message.from, message.to), (1, newest));
}

#[tokio::test]
async fn a_failure_is_in_the_book_until_the_store_is_back() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    for _ in 0..2 {
        store.will(Delivered::Failed("it answers 503".into()));
        assert_eq!(sender.run_once().await.unwrap(), Sent::Failed);
    }
    let book = &shop.entmine.stores().await.unwrap()[0];
    assert_eq!((book.failures, book.applied), (2, 0));
    assert_eq!(book.failure.as_deref(), Some("it answers 503"));
    sender.run_once().await.unwrap();
    let book = &shop.entmine.stores().await.unwrap()[0];
    assert_eq!((book.failures, book.failure.as_ref()), (0, None));
}

#[tokio::test]
async fn a_new_epoch_is_said_at_once_without_changes() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    sender.run_once().await.unwrap();
    shop.entmine.restored(&[]).await.unwrap();
    store.will(Delivered::Gap { applied: 3 });
    sender.run_once().await.unwrap();
    let message = store.last();
    assert_eq!((message.epoch, message.from, message.to), (2, 3, 3));
    assert!(message.changes.is_empty() && message.digest.is_some());
}

#[tokio::test]
async fn changes_go_out_by_themselves_and_what_staff_ask_too() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let running = tokio::spawn(sender(&shop, &store).await.run());
    assert_eq!(store.next().await.to, 3);
    shop.entmine.set_price("WAND", 5_000).await.unwrap();
    assert_eq!(store.next().await.to, 4);
    let ask = |name, ask| shop.entmine.ask_store(name, ask, Duration::ZERO);
    ask("shop", Ask::Compare).await;
    assert!(store.next().await.is_heartbeat());
    ask("another", Ask::Repair).await;
    ask("shop", Ask::Repair).await;
    let message = store.next().await;
    assert_eq!((message.kind.as_str(), message.to), ("catalog.repair", 4));
    running.abort();
}

/// A store that answers when it is let.
struct Slow {
    came: Notify,
    may: Notify,
}

#[async_trait]
impl StoreLink for Slow {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        // Of the stock nothing is asked.
        if matches!(message, HookMessage::Catalogue(_)) {
            self.came.notify_one();
            self.may.notified().await;
        }
        Delivered::Applied {
            matches: compared(message),
        }
    }
}

#[tokio::test]
async fn comparing_now_waits_for_the_store_that_was_asked_and_for_no_other() {
    const LONG: Duration = Duration::from_secs(60);
    let shop = Shop::open(ENGINE).await;
    let slow = Arc::new(Slow {
        came: Notify::new(),
        may: Notify::new(),
    });
    let (link, entmine) = (slow.clone(), shop.entmine.clone());
    let far = Sender::open(entmine, "far", "http://far", link, || 0.5);
    let near = sender(&shop, &Arc::new(Store::default())).await;
    let running = [
        tokio::spawn(far.await.unwrap().run()),
        tokio::spawn(near.run()),
    ];
    // Everything was sent to it once.
    slow.came.notified().await;
    slow.may.notify_one();
    let entmine = shop.entmine.clone();
    let asked = tokio::spawn(async move { entmine.ask_store("far", Ask::Compare, LONG).await });
    slow.came.notified().await;
    for ask in [Ask::Compare, Ask::Repair] {
        shop.entmine.ask_store("shop", ask, LONG).await;
        assert!(!asked.is_finished(), "the other store's answer is none");
    }
    slow.may.notify_one();
    let end = tokio::time::timeout(Duration::from_secs(10), asked).await;
    end.expect("its own answer is waited for").unwrap();
    let stores = shop.entmine.stores().await.unwrap();
    assert_eq!(stores[0].name, "far");
    assert_eq!(stores[0].matches, Some(true));
    running.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_store_compares_after_it_has_what_it_lacks() {
    let shop = Shop::open(ENGINE).await;
    let row = |n: u32| format!("thing-{n},Thing {n},Things,TRUE,THING-{n},1.00,1\n");
    let rows: String = (0..300).map(row).collect();
    shop.import_more(&rows).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    let entmine = shop.entmine.clone();
    let asking = async move {
        let patience = Duration::from_secs(60);
        entmine.ask_store("shop", Ask::Compare, patience).await;
    };
    let asking = tokio::spawn(asking);
    tokio::task::yield_now().await;
    let sent = sender.run_once().await.unwrap();
    assert!(matches!(sent, Sent::Applied { more: true, .. }), "{sent:?}");
    assert!(!asking.is_finished());
    sender.run_once().await.unwrap();
    assert!(store.last().digest.is_some());
    let end = tokio::time::timeout(Duration::from_secs(10), asking).await;
    end.expect("it has compared").unwrap();
}

#[tokio::test]
async fn a_store_is_forgotten_when_nothing_is_sent_to_it() {
    let shop = Shop::open(ENGINE).await;
    let store = Arc::new(Store::default());
    let mut sender = sender(&shop, &store).await;
    sender.run_once().await.unwrap();
    let forget = async |name| shop.entmine.forget_store(name, "entmine").await.unwrap();
    assert!(shop.entmine.stores().await.unwrap()[0].is_sent_to);
    assert_eq!(forget("shop").await, Err(ForgetRefused::IsSentTo));
    drop(sender);
    assert!(!shop.entmine.stores().await.unwrap()[0].is_sent_to);
    assert_eq!(forget("shop").await, Ok(()));
    assert_eq!(forget("shop").await, Err(ForgetRefused::Unknown));
    assert_eq!(shop.entmine.stores().await.unwrap(), []);
    let noted = "SELECT COUNT(*) FROM audit WHERE event = 'store.forgotten' AND subject = 'shop'";
    assert_eq!(shop.ask(noted).await, 1);
}
