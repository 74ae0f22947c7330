//! What EntMine does not do, and that it says so provably.

use super::orders::{body, new_key};
use super::{Subject, TIME};
use std::time::Duration;
use wizastore::erp::{CallError, Found, Placed};

pub async fn an_unknown_key_has_no_verdict(on: &Subject) {
    assert_eq!(on.find(new_key()).await, Found::Unknown);
}

pub async fn every_answer_says_whose_it_is(on: &Subject) {
    let (key, order) = (new_key(), body(&on.order("WAND", 1)));
    let is = on.identity().await;
    assert_eq!(is.epoch, 1);
    assert!(uuid::Uuid::try_parse(&is.instance).is_ok(), "{is:?}");
    let placed = on.erp.place(key, &order, None, TIME).await;
    assert_eq!(placed.expect("an answer").from, is);
    let other = [&order[..], b" "].concat();
    let reused = on.erp.place(key, &other, None, TIME).await;
    assert_eq!(reused.expect("an answer").from, is);
    let malformed = on.erp.place(new_key(), b"{}", None, TIME).await;
    assert_eq!(malformed.expect("an answer").from, is);
    assert_eq!(on.erp.find(key).await.expect("an answer").from, is);
    assert_eq!(on.erp.void(key).await.expect("an answer").from, is);
    assert_eq!(on.erp.orders(None, 1).await.expect("an answer").from, is);
    assert_eq!(on.erp.changes(None, 1).await.expect("an answer").from, is);
}

pub async fn too_little_time_leaves_the_key_free(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let hurried = Duration::from_millis(150);
    let placed = on.erp.place(key, &body(&order), None, hurried).await;
    let is = on.identity().await;
    assert!(
        matches!(&placed, Err(CallError::NotApplied { from: Some(from), .. }) if *from == is),
        "{placed:?}"
    );
    assert_eq!(on.find(key).await, Found::Unknown);
    on.accepted(key, &order).await;
}

pub async fn what_is_no_order_leaves_the_key_free(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let text = String::from_utf8(body(&order)).expect("JSON is text");
    for bad in [
        "",
        "{}",
        "[1",
        &text.replace("\"GBP\"", "\"gbp\""),
        &text.replace("\"quantity\":1", "\"quantity\":0"),
        &text.replace("\"quantity\":1", "\"quantity\":1.5"),
        &text.replace("\"total_minor\":1299", "\"total_minor\":-1299"),
        &text.replace("\"placed_at\":\"2", "\"placed_at\":\"x2"),
        &"[".repeat(1000),
    ] {
        let placed = on.place_bytes(key, bad.as_bytes()).await;
        assert!(
            matches!(placed, Placed::Malformed { .. }),
            "{bad:.60}: {placed:?}"
        );
    }
    assert_eq!(on.find(key).await, Found::Unknown);
    on.accepted(key, &order).await;
}

pub async fn an_order_that_is_too_long_leaves_the_key_free(on: &Subject) {
    let (key, order) = (new_key(), on.order("WAND", 1));
    let mut long = body(&order);
    // White space after a JSON document belongs to it.
    long.resize(65 * 1024, b' ');
    let placed = on.place_bytes(key, &long).await;
    assert!(matches!(placed, Placed::Malformed { .. }), "{placed:?}");
    on.accepted(key, &order).await;
}

pub async fn unknown_products_are_absent_from_the_stock(on: &Subject) {
    let skus = ["BROOM".into(), "GHOST".into(), "WAND".into()];
    let mut levels = on.erp.stock(&skus).await.expect("an answer").levels;
    levels.sort_by(|a, b| a.sku.cmp(&b.sku));
    let levels: Vec<_> = levels
        .iter()
        .map(|level| (level.sku.as_str(), level.available))
        .collect();
    assert_eq!(levels, [("BROOM", 1), ("WAND", 10)]);
}
