//! How long a browser finds its orders, how it forgets them, and what an order's page knows of the cart.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Browser, NOON, Shop, number};
use async_trait::async_trait;
use database::Action;
use model::{Outcome, Reason, ReceiptOrder, ReceiptPage, ShopInfo};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use wizastore::{Mail, MailError, Mailer, Points};

const DAY_MS: i64 = 24 * 3_600_000;

async fn page(browser: &Browser, receipt: &str) -> ReceiptOrder {
    match browser.visit().receipt_page(receipt).await.unwrap() {
        ReceiptPage::Order(order) => *order,
        other => panic!("{other:?}"),
    }
}

async fn orders(browser: &Browser) -> i64 {
    browser.visit().orders_page(1).await.unwrap().total
}

#[tokio::test]
async fn my_orders_stay_for_a_year_after_the_last_look_and_no_longer() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    number(&browser.buy().await.1);
    for days in [31, 200, 364] {
        shop.clock.advance(days * DAY_MS);
        shop.store.sweep().await.unwrap();
        let visit = browser.visit();
        assert_eq!(visit.orders_page(1).await.unwrap().total, 1, "{days}");
        assert!(visit.reply().session_token().is_some(), "its cookie anew");
    }
    shop.clock.advance(366 * DAY_MS);
    assert_eq!(shop.store.sweep().await.unwrap(), 1);
    assert_eq!(orders(&browser).await, 0);
}

#[tokio::test]
async fn a_look_is_written_down_once_a_day() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    for (hours, written) in [(1, false), (24, true), (1, false), (23, true)] {
        shop.clock.advance(hours * 3_600_000);
        let visit = browser.visit();
        visit.receipt_page(&fields.receipt).await.unwrap();
        assert_eq!(visit.reply().session_token().is_some(), written, "{hours}");
    }
    // Somebody else who has the address is not the session's browser.
    shop.clock.advance(2 * DAY_MS);
    let other = browser.without_cookie().visit();
    other.receipt_page(&fields.receipt).await.unwrap();
    assert_eq!(other.reply().session_token(), None);
}

#[tokio::test]
async fn an_idle_cart_goes_although_its_session_is_kept_for_the_orders() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    browser.buy().await;
    browser.add("BROOM", "1").await;
    shop.clock.advance(31 * DAY_MS);
    assert_eq!(shop.store.sweep().await.unwrap(), 0);
    assert_eq!(browser.visit().cart_page().await.unwrap().cart, None);
    assert_eq!(orders(&browser).await, 1);
    // And another one can be filled.
    browser.add("WAND", "1").await;
    assert_eq!(browser.cart().await.pieces(), 1);
}

#[tokio::test]
async fn a_browser_that_is_to_forget_finds_nothing_and_the_order_goes_on() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    let number = number(&outcome);
    browser.add("BROOM", "1").await;
    let visit = browser.visit();
    visit.forget().await.unwrap();
    assert!(visit.reply().forgotten());
    assert_eq!(
        visit.reply().redirect().as_deref(),
        Some("/orders?forgotten")
    );
    // Also where somebody kept the cookie.
    assert_eq!(orders(&browser).await, 0);
    assert_eq!(browser.visit().cart_page().await.unwrap().cart, None);
    let order = page(&shop.browser(), &fields.receipt).await;
    assert!(
        matches!(order.summary.outcome, Outcome::Confirmed { number: known, .. } if known == number)
    );
    // Without a session there is nothing to forget, which is no fault.
    shop.browser().visit().forget().await.unwrap();
}

#[tokio::test]
async fn the_page_of_a_rejected_order_says_where_its_goods_are_by_now() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let dearer = Reason::PriceChanged {
        sku: "WAND".into(),
        shown_minor: 1299,
        current_minor: 1399,
        price_version: 2,
    };
    shop.erp.script([Script::Reject(vec![dearer])]);
    let (fields, outcome) = browser.buy().await;
    assert!(
        matches!(outcome, Outcome::NotPlaced { cart: Some(_), .. }),
        "{outcome:?}"
    );
    let order = page(&browser, &fields.receipt).await;
    assert!(order.back_in_cart);
    assert_eq!(order.placed_again, None);
    // Nobody else's page tells of this browser's cart.
    assert!(!page(&shop.browser(), &fields.receipt).await.back_in_cart);
    // Taken out, they are not in the cart any more.
    browser.visit().cart_set("WAND", "0").await.unwrap();
    assert!(!page(&browser, &fields.receipt).await.back_in_cart);
    // Placed again, the page leads there.
    browser.add("WAND", "1").await;
    let again = browser.filled_in().await;
    number(&browser.submit(&again).await);
    let order = page(&browser, &fields.receipt).await;
    assert!(!order.back_in_cart);
    assert_eq!(order.placed_again, Some(again.receipt));
    let outsider = page(&shop.browser(), &fields.receipt).await;
    assert_eq!(outsider.placed_again, None, "one address opens one order");
}

#[tokio::test]
async fn a_settled_order_is_final_and_says_so() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.script([Script::KeyReused]);
    let mut browser = shop.browser();
    let (fields, outcome) = browser.buy().await;
    assert!(
        matches!(outcome, Outcome::UnderReview { settled: false, .. }),
        "{outcome:?}"
    );
    assert!(!outcome.is_final());
    let settled = shop
        .store
        .settle_order(&fields.order_key, "delivered by hand");
    settled.await.unwrap();
    let outcome = page(&browser, &fields.receipt).await.summary.outcome;
    assert!(
        matches!(outcome, Outcome::UnderReview { settled: true, .. }),
        "{outcome:?}"
    );
    assert!(outcome.is_final());
}

#[tokio::test]
async fn pages_have_times_of_the_shops_place() {
    let shop = Shop::open(ENGINE).await;
    let mut browser = shop.browser();
    let (fields, _) = browser.buy().await;
    let summary = page(&browser, &fields.receipt).await.summary;
    assert_eq!(summary.placed_at, "2026-11-22T21:00:00Z");
    assert_eq!(
        summary.placed_at_words,
        "22 November 2026, 21:00 (London time)"
    );
    shop.store.set_shop(ShopInfo {
        time_zone: "Asia/Tokyo".into(),
        ..ShopInfo::neutral()
    });
    let summary = page(&browser, &fields.receipt).await.summary;
    assert_eq!(
        summary.placed_at_words,
        "23 November 2026, 06:00 (Tokyo time)"
    );
}

/// Customers wait for no sweep, however much there is to remove.
#[tokio::test]
async fn a_sweep_removes_a_few_at_a_time() {
    let sweeps = Arc::new(AtomicUsize::new(0));
    let counted = sweeps.clone();
    let points = Points::new(move |point| {
        if point == "store.sweep.begin" {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        Action::Go
    });
    let shop = Shop::open_with(ENGINE, points).await;
    let (long_ago, old) = (NOON - 40 * DAY_MS, NOON - 400 * DAY_MS);
    let mut sql = String::new();
    for n in 0..1_001 {
        // Idle ones with a cart and a draft, and one whose orders nobody looks at any more.
        sql += &format!(
            "INSERT INTO sessions (id, created_at, seen_at, draft, ordered)
             VALUES ('s{n}', {long_ago}, {long_ago}, '{{}}', 1);
             INSERT INTO carts (order_key, receipt, session_id, revision, created_at)
             VALUES ('k{n}', 'r{n}', 's{n}', 1, {long_ago});
             INSERT INTO sessions (id, created_at, seen_at) VALUES ('i{n}', {long_ago}, {long_ago});
             INSERT INTO sessions (id, created_at, seen_at, ordered) VALUES ('g{n}', {old}, {old}, 1);"
        );
    }
    shop.alter(&sql).await;
    assert_eq!(shop.store.sweep().await.unwrap(), 2_002);
    // Of four kinds three times, and of what is not there once.
    assert_eq!(sweeps.load(Ordering::SeqCst), 4 * 3 + 2);
    for rest in [
        "SELECT COUNT(*) FROM carts",
        "SELECT COUNT(*) FROM sessions WHERE draft IS NOT NULL",
        "SELECT COUNT(*) - 1001 FROM sessions",
    ] {
        assert_eq!(shop.ask(rest).await, 0, "{rest}");
    }
}

/// A mailer that keeps copies, and says which of them it was told to remove.
#[derive(Default)]
struct Copies(Mutex<Vec<String>>);

#[async_trait]
impl Mailer for Copies {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        panic!("{mail:?} was sent long ago");
    }

    async fn forget(&self, id: &str) -> Result<(), MailError> {
        self.0.lock().unwrap().push(id.to_owned());
        Ok(())
    }
}

#[tokio::test]
async fn what_is_kept_of_orders_that_ended_long_ago_goes_and_they_stay() {
    let shop = Shop::open(ENGINE).await;
    let (old, young) = (NOON - 401 * DAY_MS, NOON - 399 * DAY_MS);
    let mut sql = String::new();
    for (n, at, state, number) in [
        (1, old, "confirmed", "'SO-2025-000001'"),
        (2, old, "unknown", "NULL"),
        (3, young, "confirmed", "'SO-2025-000002'"),
        (4, old, "cancelled", "NULL"),
        (5, young, "cancelled", "NULL"),
        (6, old, "settled", "NULL"),
        (7, old, "rejected", "NULL"),
    ] {
        // Keys and ids are of the time, as those of UUIDs of version 7 are.
        let (hex, ended) = (
            format!("{at:012x}"),
            if n == 2 {
                "NULL".into()
            } else {
                at.to_string()
            },
        );
        let key = format!("{}-{}-7000-8000-00000000000{n}", &hex[..8], &hex[8..]);
        let due = if n == 2 { NOON + DAY_MS } else { at };
        sql += &format!(
            "INSERT INTO orders (order_key, receipt, session_id, placed_at, body, fingerprint,
                 total_minor, currency, pieces, names, state, fence, ambiguous, rounds, number, updated_at, note, reasons)
             VALUES ('{key}', 'r{n}', 's', {at}, CAST('Ada' AS blob), 'f', 1, 'GBP', 1, '[]', '{state}', 2, 1, 1,
                 {number}, {at}, CASE '{state}' WHEN 'settled' THEN 'by hand' END,
                 CASE '{state}' WHEN 'rejected' THEN '[]' END);
             INSERT INTO attempts (order_key, fence, kind, started_at, ended_at)
             VALUES ('{key}', 1, 'push', {at}, NULL), ('{key}', 2, 'push', {at}, {at});
             INSERT INTO mails (id, order_key, about, created_at, due_at, tries, ended_at, result)
             VALUES ('{key}', '{key}', 'confirmed', {at}, {due}, 1, {ended}, 'sent');
             UPDATE mails SET due_at = NULL WHERE ended_at IS NOT NULL;"
        );
    }
    shop.alter(&sql).await;
    shop.store.sweep().await.unwrap();
    // An e-mail goes after its copy, of which nobody else knows: 1, 4, 6 and 7.
    assert_eq!(shop.ask("SELECT COUNT(*) FROM mails").await, 7);
    let copies = Copies::default();
    // Those of erased customers are known as such until they are old: 4 and 7 are twice told to the mailer.
    assert_eq!(shop.store.forget_mails(&copies).await.unwrap(), 6);
    assert_eq!(copies.0.lock().unwrap().len(), 6);
    for (rows, left) in [
        ("SELECT COUNT(*) FROM orders", 7),
        ("SELECT COUNT(*) FROM attempts", 6),
        ("SELECT COUNT(*) FROM mails", 3),
        (
            "SELECT COUNT(*) FROM attempts JOIN orders USING (order_key) WHERE receipt = 'r1'",
            0,
        ),
        (
            "SELECT COUNT(*) FROM mails JOIN orders USING (order_key) WHERE receipt = 'r1'",
            0,
        ),
        // What EntMine never had is erased; what a person settled may have been a sale.
        ("SELECT COUNT(*) FROM orders WHERE erased_at IS NOT NULL", 2),
        (
            "SELECT COUNT(*) FROM orders WHERE receipt IN ('r4', 'r7') AND length(body) = 0",
            2,
        ),
    ] {
        assert_eq!(shop.ask(rows).await, left, "{rows}");
    }
}
