//! Several processes on one PostgreSQL are one EntMine.

use crate::shop::{SECOND, Shop, body, new_key, order, stored};
use async_trait::async_trait;
use database::Engine;
use database::testing::{SlowLine, Statements};
use entmine::delivery::{Ask, Delivered, ForgetRefused, Sender, StoreLink};
use entmine::{Conditions, EntMine, Options, Placed};
use model::{CatalogueMessage, HookMessage};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

async fn replica(shop: &Shop) -> EntMine {
    let options = Options {
        clock: Some(shop.clock.clone()),
        ..Options::default()
    };
    EntMine::open(shop.home.url(), options).await.unwrap()
}

#[tokio::test]
async fn orders_sent_to_several_at_once_get_numbers_without_gaps_and_no_key_two() {
    let shop = Shop::open(Engine::Postgres).await;
    shop.entmine.set_stock("WAND", 25).await.unwrap();
    let replicas = [
        shop.entmine.clone(),
        replica(&shop).await,
        replica(&shop).await,
    ];
    let sent = body(&order(&[("WAND", 1, 1299)]));
    let keys: Vec<_> = (0..40).map(|_| new_key()).collect();
    let mut placing = Vec::new();
    // Every order is sent to every replica.
    for key in keys {
        for entmine in replicas.clone() {
            let sent = sent.clone();
            placing.push(tokio::spawn(async move {
                let conditions = Conditions::default();
                let placed = entmine.place("shop", key, &sent, None, None, conditions);
                placed.await.unwrap()
            }));
        }
    }
    let (mut stored, mut replays) = (BTreeSet::new(), 0);
    for one in placing {
        match one.await.unwrap() {
            Placed::Accepted(acceptance) if acceptance.replayed => replays += 1,
            Placed::Accepted(acceptance) => assert!(stored.insert(acceptance.number)),
            Placed::Rejected(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let expected: BTreeSet<_> = (1..=25).map(|n| format!("SO-2026-{n:06}")).collect();
    assert_eq!(stored, expected);
    assert_eq!(replays, 50);
    assert_eq!(shop.stock("WAND").await, (25, 25, 0));
    assert_eq!(shop.ask("SELECT MAX(position) FROM orders").await, 25);
}

#[tokio::test]
async fn all_are_the_same_entmine_and_learn_of_a_restore() {
    let shop = Shop::open(Engine::Postgres).await;
    let other = replica(&shop).await;
    assert_eq!(other.instance(), shop.entmine.instance());
    shop.entmine.restored(&[]).await.unwrap();
    other.changes_after(0, 1).await.unwrap();
    assert_eq!(other.epoch(), 2);
}

/// A store that passes on what it is sent, and by whom.
struct Store {
    sender: &'static str,
    heard: mpsc::UnboundedSender<(&'static str, CatalogueMessage)>,
}

#[async_trait]
impl StoreLink for Store {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        if let HookMessage::Catalogue(message) = message {
            self.heard.send((self.sender, message.clone())).unwrap();
        }
        Delivered::Applied { matches: None }
    }
}

#[tokio::test]
async fn of_several_processes_one_sends_to_a_store_and_another_goes_on_after_it() {
    let shop = Shop::open(Engine::Postgres).await;
    let (heard, mut messages) = mpsc::unbounded_channel();
    let open = async |entmine: EntMine, sender| {
        let link = Arc::new(Store {
            sender,
            heard: heard.clone(),
        });
        let sender = Sender::open(entmine, "shop", "http://shop", link, || 0.5);
        sender.await.unwrap()
    };
    let other = replica(&shop).await;
    let mut next = async |wanted: i64| {
        let next = tokio::time::timeout(Duration::from_secs(20), messages.recv());
        let (sender, message) = next.await.expect("a message comes").unwrap();
        assert_eq!(message.to, wanted, "{sender}");
        sender
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let first = open(shop.entmine.clone(), "first").await;
    let first = tokio::spawn(first.run_until(async {
        let _ = stopped.await;
    }));
    assert_eq!(next(3).await, "first");
    let second = tokio::spawn(open(other.clone(), "second").await.run());
    // Whoever changes something, the one that has the lease sends it, once.
    shop.entmine.set_price("WAND", 1).await.unwrap();
    assert_eq!(next(4).await, "first");
    other.set_price("WAND", 2).await.unwrap();
    assert_eq!(next(5).await, "first");
    // What staff ask of a process goes by that process.
    let ask = other.ask_store("shop", Ask::Repair, Duration::from_secs(20));
    ask.await;
    assert_eq!(next(5).await, "second");
    // The first one stops in order: nobody waits for its lease.
    stop.send(()).unwrap();
    first.await.unwrap();
    other.set_price("WAND", 3).await.unwrap();
    assert_eq!(next(6).await, "second");
    // The second one dies. Its lease runs out.
    second.abort();
    let _ = second.await;
    let third = tokio::spawn(open(shop.entmine.clone(), "third").await.run());
    let forget = shop.entmine.forget_store("shop", "entmine").await.unwrap();
    assert_eq!(forget, Err(ForgetRefused::IsSentTo));
    shop.entmine.set_price("WAND", 4).await.unwrap();
    shop.turn_clock(15 * SECOND);
    assert_eq!(next(7).await, "third");
    third.abort();
}

/// Each message to the database is a round trip: one begins the transaction and brings the facts, one takes the
/// numbers, one makes all changes and commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_decided_in_three_messages_to_the_database() {
    let shop = Shop::open(Engine::Postgres).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let line = SlowLine::to(shop.home.url(), move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Duration::ZERO
    });
    let line = line.await;
    let options = Options {
        clock: Some(shop.clock.clone()),
        ..Options::default()
    };
    let url = line.over(shop.home.url());
    let entmine = EntMine::open(&url, options).await.unwrap();
    let body = body(&order(&[("WAND", 1, 1299)]));
    let mut least = usize::MAX;
    // With the first ones the server learns the statements.
    for _ in 0..4 {
        let before = sent.load(Ordering::SeqCst);
        let conditions = Conditions::default();
        let placed = entmine.place("shop", new_key(), &body, None, None, conditions);
        assert!(matches!(placed.await.unwrap(), Placed::Accepted(_)));
        least = least.min(sent.load(Ordering::SeqCst) - before);
    }
    assert_eq!(least, 3);
}

#[tokio::test]
async fn an_order_is_decided_in_nine_statements_with_one_line_as_with_two() {
    let shop = Shop::open(Engine::Sqlite).await;
    let noted = Statements::noted();
    for lines in [
        &[("WAND", 1, 1299)][..],
        &[("WAND", 1, 1299), ("BROOM", 1, 8000)],
    ] {
        noted.take();
        stored(shop.place(new_key(), &order(lines)).await);
        let statements = noted.take();
        assert_eq!(statements.len(), 9, "{lines:?}: {statements:#?}");
    }
}
