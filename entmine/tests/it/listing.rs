//! A store lists what EntMine has of it.

use super::ENGINE;
use crate::shop::{Shop, body, new_key, order, rejected, stored};
use entmine::{BadCursor, Conditions};
use model::{AcceptedOrder, OrderPage, OrderStatus, Verdict};

fn accepted(page: &OrderPage) -> Vec<&AcceptedOrder> {
    page.orders
        .iter()
        .map(|order| match order {
            Verdict::Accepted(order) => order,
            Verdict::Rejected { .. } => panic!("a rejected order was listed"),
        })
        .collect()
}

fn numbers(page: &OrderPage) -> Vec<&str> {
    let orders = accepted(page).into_iter();
    orders.map(|order| order.number.as_str()).collect()
}

async fn orders(shop: &Shop, after: Option<&str>, limit: i64) -> OrderPage {
    let page = shop.entmine.orders_after("shop", after, limit).await;
    page.unwrap().unwrap()
}

async fn changes(shop: &Shop, after: Option<&str>, limit: i64) -> OrderPage {
    let page = shop.entmine.status_changes_after("shop", after, limit);
    page.await.unwrap().unwrap()
}

#[tokio::test]
async fn pages_join_without_gaps_in_the_order_of_commit() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..5 {
        stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
        rejected(shop.place(new_key(), &order(&[("NOPE", 1, 1299)])).await);
        shop.void(new_key()).await;
    }
    let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = orders(&shop, after.as_deref(), 2).await;
        seen.extend(numbers(&page).into_iter().map(str::to_owned));
        pages += 1;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let expected: Vec<_> = (1..=5).map(|n| format!("SO-2026-{n:06}")).collect();
    assert_eq!((seen, pages), (expected, 3));
    // From the last cursor on there is what came since.
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let page = orders(&shop, after.as_deref(), 100).await;
    assert_eq!(numbers(&page), ["SO-2026-000005", "SO-2026-000006"]);
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn a_listed_order_is_the_one_that_is_found() {
    let shop = Shop::open(ENGINE).await;
    let acceptance = stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let page = orders(&shop, None, 1).await;
    let expected = Verdict::Accepted(acceptance.into());
    assert_eq!(page.orders, [expected]);
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn a_store_sees_only_its_own_and_no_empty_page_before_the_end() {
    let shop = Shop::open(ENGINE).await;
    let sent = body(&order(&[("WAND", 1, 1299)]));
    for store in ["shop", "other", "other", "shop"] {
        let placed = shop
            .entmine
            .place(store, new_key(), &sent, None, None, Conditions::default());
        let number = stored(placed.await.unwrap()).number;
        shop.change(&number, OrderStatus::Picked).await;
    }
    let first = orders(&shop, None, 1).await;
    assert_eq!(numbers(&first), ["SO-2026-000001"]);
    let second = orders(&shop, first.next.as_deref(), 1).await;
    assert_eq!(numbers(&second), ["SO-2026-000004"]);
    assert_eq!(second.next, None);
    let changed = changes(&shop, None, 100).await;
    assert_eq!(numbers(&changed), ["SO-2026-000001", "SO-2026-000004"]);
    let nobody = shop.entmine.orders_after("nobody", None, 100).await;
    assert_eq!(nobody.unwrap().unwrap().orders, []);
}

#[tokio::test]
async fn changes_of_status_are_listed_in_their_order_with_the_status_of_now() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..3 {
        stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    }
    assert_eq!(changes(&shop, None, 10).await.orders, []);
    shop.change("SO-2026-000003", OrderStatus::Picked).await;
    shop.change("SO-2026-000001", OrderStatus::Cancelled).await;
    shop.change("SO-2026-000003", OrderStatus::Shipped).await;
    let first = changes(&shop, None, 2).await;
    assert_eq!(numbers(&first), ["SO-2026-000003", "SO-2026-000001"]);
    let statuses: Vec<_> = accepted(&first).iter().map(|order| order.status).collect();
    assert_eq!(statuses, [OrderStatus::Shipped, OrderStatus::Cancelled]);
    let second = changes(&shop, first.next.as_deref(), 2).await;
    assert_eq!(numbers(&second), ["SO-2026-000003"]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn a_cursor_that_was_not_given_out_is_refused() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..3 {
        stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    }
    let cursor = orders(&shop, None, 1).await.next.unwrap();
    let beyond = cursor.replace(".1", ".4");
    for bad in [
        "",
        "1",
        "x",
        "o1.-1",
        "\u{0}",
        "o1.99999999999999999999",
        &beyond,
    ] {
        let page = shop.entmine.orders_after("shop", Some(bad), 10).await;
        assert_eq!(page.unwrap(), Err(BadCursor), "{bad}");
    }
    let other = shop
        .entmine
        .status_changes_after("shop", Some(&cursor), 10)
        .await;
    assert_eq!(other.unwrap(), Err(BadCursor));
}

#[tokio::test]
async fn a_limit_is_at_least_1_and_at_most_500() {
    let shop = Shop::open(ENGINE).await;
    shop.entmine.set_stock("WAND", 1_000).await.unwrap();
    let placing: Vec<_> = (0..501)
        .map(|_| {
            let (entmine, sent) = (shop.entmine.clone(), body(&order(&[("WAND", 1, 1299)])));
            tokio::spawn(async move {
                let conditions = Conditions::default();
                let placed = entmine.place("shop", new_key(), &sent, None, None, conditions);
                stored(placed.await.unwrap());
            })
        })
        .collect();
    for one in placing {
        one.await.unwrap();
    }
    for (limit, length) in [(i64::MIN, 1), (0, 1), (500, 500), (i64::MAX, 500)] {
        let page = orders(&shop, None, limit).await;
        assert_eq!(page.orders.len(), length, "{limit}");
        assert!(page.next.is_some());
    }
}
