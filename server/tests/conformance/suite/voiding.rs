//! The promise that nothing will be ordered under a key.

use super::Subject;
use super::orders::new_key;
use wizastore::erp::{Found, Placed, Voided};

pub async fn a_key_never_seen_can_be_voided(on: &Subject) {
    let key = new_key();
    assert_eq!(on.void(key).await, Voided::Done);
    assert_eq!(on.void(key).await, Voided::Done);
    assert_eq!(on.find(key).await, Found::Voided);
}

pub async fn an_order_that_comes_late_finds_the_tombstone(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    on.void(key).await;
    assert_eq!(on.place(key, &order).await, Placed::Voided);
    // Whatever its body is.
    assert_eq!(on.place(key, &on.order("BROOM", 9)).await, Placed::Voided);
    assert_eq!(
        on.place_as(key, &order, "SO-2026-000777").await,
        Placed::Voided
    );
    assert_eq!(on.find(key).await, Found::Voided);
    let stock = on.erp.stock(&["WAND".into()]).await.expect("an answer");
    assert_eq!(stock.levels[0].reserved, 0);
}

pub async fn a_void_comes_too_late_for_an_accepted_order(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let number = on.accepted(key, &order).await;
    assert_eq!(on.void(key).await, Voided::AlreadyAccepted);
    let found = on.find(key).await;
    assert!(
        matches!(&found, Found::Accepted(order) if order.number == number),
        "{found:?}"
    );
}

pub async fn there_is_nothing_to_void_in_a_rejected_order(on: &Subject) {
    let key = new_key();
    on.place(key, &on.order("BROOM", 2)).await;
    assert_eq!(on.void(key).await, Voided::AlreadyRejected);
    let found = on.find(key).await;
    assert!(matches!(found, Found::Rejected { .. }), "{found:?}");
}
