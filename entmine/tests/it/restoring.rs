//! EntMine was restored from a backup, and its stores bring back what it lost.

use super::ENGINE;
use crate::shop::{HOUR, Shop, body, new_key, order, replayed, stored};
use entmine::{BadCursor, Conditions, Found, Placed, RestoreError, Voided};
use model::{OrderRequest, OrderStatus};
use uuid::Uuid;

async fn bring_back(shop: &Shop, key: Uuid, sent: &OrderRequest, number: &str) -> Placed {
    let sent = body(sent);
    let placed = shop.entmine.place(
        "shop",
        key,
        &sent,
        Some(number),
        None,
        Conditions::default(),
    );
    placed.await.unwrap()
}

#[tokio::test]
async fn a_lost_order_gets_its_number_again_and_nobody_else_ever_does() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    let back = stored(bring_back(&shop, key, &sent, "SO-2026-000007").await);
    assert_eq!(back.number, "SO-2026-000007");
    assert_eq!(back.status, OrderStatus::New);
    assert_eq!(shop.stock("WAND").await, (10, 2, 8));
    assert_eq!(shop.find(key).await, Found::Accepted(back));
    // A number from before it is brought back later, and the next new one is after both.
    stored(bring_back(&shop, new_key(), &sent, "SO-2026-000003").await);
    let next = stored(shop.place(new_key(), &sent).await);
    assert_eq!(next.number, "SO-2026-000008");
    stored(bring_back(&shop, new_key(), &sent, "SO-2025-000001").await);
    let notes = "SELECT COUNT(*) FROM audit WHERE event = 'order.recovered'";
    assert_eq!(shop.ask(notes).await, 3);
}

#[tokio::test]
async fn a_number_that_another_order_has_is_refused_and_the_key_stays_free() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("WAND", 2, 1299)]);
    stored(shop.place(new_key(), &sent).await);
    let key = new_key();
    let before = shop.ask("SELECT COUNT(*) FROM audit").await;
    assert_eq!(
        bring_back(&shop, key, &sent, "SO-2026-000001").await,
        Placed::NumberTaken
    );
    assert_eq!(shop.find(key).await, Found::Unknown);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM audit").await, before);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM verdicts").await, 1);
    stored(bring_back(&shop, key, &sent, "SO-2026-000002").await);
}

#[tokio::test]
async fn a_key_with_a_verdict_keeps_it_whatever_number_is_asked_for() {
    let shop = Shop::open(ENGINE).await;
    let (key, voided, sent) = (new_key(), new_key(), order(&[("WAND", 2, 1299)]));
    let first = stored(shop.place(key, &sent).await);
    let again = replayed(bring_back(&shop, key, &sent, "SO-2026-000050").await);
    assert_eq!(again.number, first.number);
    assert_eq!(shop.void(voided).await, Voided::Done);
    let late = bring_back(&shop, voided, &sent, "SO-2026-000051").await;
    assert_eq!(late, Placed::Voided);
    assert_eq!(
        stored(shop.place(new_key(), &sent).await).number,
        "SO-2026-000002"
    );
}

#[tokio::test]
async fn nothing_about_a_lost_order_is_judged_again() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(1_000 * HOUR);
    let mut sent = order(&[("WAND", 2, 1), ("MAP", 1, 5)]);
    sent.total_minor = 7;
    sent.currency = "EUR".into();
    sent.customer.name.clear();
    let back = stored(bring_back(&shop, new_key(), &sent, "SO-2026-000001").await);
    assert_eq!((back.status, back.total_minor), (OrderStatus::New, 7));
    let short = order(&[("WAND", 9, 1299)]);
    let back = stored(bring_back(&shop, new_key(), &short, "SO-2026-000002").await);
    assert_eq!(back.status, OrderStatus::OnHold);
}

#[tokio::test]
async fn a_lost_order_may_name_a_product_that_was_lost_too() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("NEWER", 2, 100), ("WAND", 1, 1299)]);
    let back = stored(bring_back(&shop, new_key(), &sent, "SO-2026-000001").await);
    assert_eq!(back.status, OrderStatus::OnHold);
    assert_eq!(shop.promised().await, 1);
    // The product comes back, and the order is cancelled: nothing was promised of it.
    shop.import_more("newer,Newer,Wands,TRUE,NEWER,1.00,5\n")
        .await;
    shop.change(&back.number, OrderStatus::Cancelled).await;
    assert_eq!(shop.stock("NEWER").await, (5, 0, 5));
    assert_eq!(shop.stock("WAND").await, (10, 0, 10));
}

#[tokio::test]
async fn what_is_no_number_or_cannot_be_stored_is_malformed() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), order(&[("WAND", 2, 1299)]));
    for number in ["", "7", "SO-2026-7", "SO-2026-9223372036854775807", "\u{0}"] {
        let placed = bring_back(&shop, key, &sent, number).await;
        assert!(matches!(placed, Placed::Malformed { .. }), "{placed:?}");
    }
    let mut odd = sent.clone();
    odd.customer.address.city = "Cam\u{0}lot".into();
    let placed = bring_back(&shop, key, &odd, "SO-2026-000001").await;
    assert!(matches!(placed, Placed::Malformed { .. }), "{placed:?}");
    assert_eq!(shop.find(key).await, Found::Unknown);
    stored(shop.place(key, &sent).await);
}

#[tokio::test]
async fn a_restore_raises_the_epoch_and_numbers_go_on_after_the_highest_known() {
    let shop = Shop::open(ENGINE).await;
    let sent = order(&[("WAND", 1, 1299)]);
    stored(shop.place(new_key(), &sent).await);
    let mut changed = shop.entmine.changed();
    changed.borrow_and_update();
    let highest = ["SO-2026-000009", "SO-2025-000070", "SO-2026-000005"].map(String::from);
    let restored = shop.entmine.restored(&highest).await.unwrap();
    assert_eq!((restored.epoch, shop.entmine.epoch()), (2, 2));
    assert_eq!(restored.last_numbers, ["SO-2025-000070", "SO-2026-000009"]);
    assert_eq!(shop.entmine.snapshot().await.unwrap().epoch, 2);
    assert!(
        changed.has_changed().unwrap(),
        "listeners look at the epoch"
    );
    let next = stored(shop.place(new_key(), &sent).await);
    assert_eq!(next.number, "SO-2026-000010");
    // Numbers that are lower than what is known move nothing back.
    let lower = ["SO-2026-000001".to_owned()];
    let again = shop.entmine.restored(&lower).await.unwrap();
    assert_eq!(
        (again.epoch, again.last_numbers),
        (3, vec!["SO-2026-000010".into()])
    );
    let shop = shop.restart().await;
    assert_eq!(shop.entmine.epoch(), 3);
    let notes = "SELECT COUNT(*) FROM audit WHERE event = 'entmine.restored'";
    assert_eq!(shop.ask(notes).await, 2);
}

#[tokio::test]
async fn a_restore_with_a_bad_number_changes_nothing_and_names_it() {
    let shop = Shop::open(ENGINE).await;
    let highest = ["SO-2026-000009", "SO-2026-9"].map(String::from);
    let error = shop.entmine.restored(&highest).await.unwrap_err();
    assert!(matches!(error, RestoreError::BadNumber(_)), "{error}");
    assert!(error.to_string().contains("SO-2026-9"), "{error}");
    assert_eq!(shop.entmine.epoch(), 1);
    let sent = order(&[("WAND", 1, 1299)]);
    let next = stored(shop.place(new_key(), &sent).await);
    assert_eq!(next.number, "SO-2026-000001");
}

#[tokio::test]
async fn a_cursor_from_before_the_restore_is_refused() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..2 {
        stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    }
    let page = shop.entmine.orders_after("shop", None, 1).await;
    let cursor = page.unwrap().unwrap().next.unwrap();
    shop.entmine.restored(&[]).await.unwrap();
    let page = shop.entmine.orders_after("shop", Some(&cursor), 1).await;
    assert_eq!(page.unwrap(), Err(BadCursor));
}
