//! Reading what EntMine has, for reconciliation.

use super::Subject;
use super::orders::new_key;
use model::{AcceptedOrder, OrderPage, OrderStatus, Verdict};

fn accepted(page: &OrderPage) -> Vec<AcceptedOrder> {
    let one = |verdict: &Verdict| match verdict {
        Verdict::Accepted(order) => order.clone(),
        Verdict::Rejected { .. } => panic!("only accepted orders are listed"),
    };
    page.orders.iter().map(one).collect()
}

fn numbers(page: &OrderPage) -> Vec<String> {
    accepted(page)
        .into_iter()
        .map(|order| order.number)
        .collect()
}

async fn place(on: &Subject, count: usize) -> Vec<String> {
    let order = on.order("WAND", 1);
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(on.accepted(new_key(), &order).await);
    }
    numbers
}

pub async fn orders_are_listed_in_the_order_of_commit(on: &Subject) {
    let key = new_key();
    let first = on.accepted(key, &on.order("WAND", 1)).await;
    on.void(new_key()).await;
    on.place(new_key(), &on.order("BROOM", 2)).await;
    let later = place(on, 2).await;
    let page = on.erp.orders(None, 100).await.expect("an answer").answer;
    assert_eq!(numbers(&page), [&[first][..], &later].concat());
    assert_eq!(page.next, None);
    let order = &accepted(&page)[0];
    assert_eq!(order.key, key.to_string());
    assert_eq!((order.total_minor, order.status), (1299, OrderStatus::New));
}

pub async fn a_page_ends_with_a_cursor_and_the_last_without(on: &Subject) {
    let all = place(on, 5).await;
    let (mut read, mut after, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let page = on.erp.orders(after.as_deref(), 2).await;
        let page = page.expect("an answer").answer;
        read.extend(numbers(&page));
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((read, pages), (all, 3));
    let empty = on.erp.changes(None, 2).await.expect("an answer").answer;
    assert_eq!((empty.orders.len(), empty.next), (0, None));
}

pub async fn changes_of_status_are_listed_in_their_order(on: &Subject) {
    let all = place(on, 3).await;
    on.office.status(&all[2], OrderStatus::Picked).await;
    on.office.status(&all[0], OrderStatus::Cancelled).await;
    on.office.status(&all[2], OrderStatus::Shipped).await;
    let first = on.erp.changes(None, 2).await.expect("an answer").answer;
    let rest = on.erp.changes(first.next.as_deref(), 2).await;
    let rest = rest.expect("an answer").answer;
    let changed = [numbers(&first), numbers(&rest)].concat();
    assert_eq!(changed, [&all[2], &all[0], &all[2]].map(String::clone));
    assert_eq!(rest.next, None);
    // Each with its status of now.
    assert_eq!(accepted(&first)[0].status, OrderStatus::Shipped);
    assert_eq!(accepted(&first)[1].status, OrderStatus::Cancelled);
}

pub async fn a_cursor_that_nobody_gave_out_is_an_error(on: &Subject) {
    place(on, 1).await;
    for cursor in ["nonsense", "", "o1.999999", "-1"] {
        let orders = on.erp.orders(Some(cursor), 10).await;
        assert!(orders.is_err(), "{cursor:?}: {orders:?}");
        let changes = on.erp.changes(Some(cursor), 10).await;
        assert!(changes.is_err(), "{cursor:?}: {changes:?}");
    }
}
