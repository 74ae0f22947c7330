//! Orders as staff find and follow them, and what is done with their customers' data.

use super::ENGINE;
use crate::shop::{HOUR, Shop, body, new_key, order, replayed, stored};
use entmine::{AuditQuery, OrderQuery, OrderStep, OrderText, Person, StatusRefused};
use model::{OrderRequest, OrderStatus, Verdict};

fn step(to: OrderStatus, seen: OrderStatus, reason: &str) -> OrderStep {
    OrderStep {
        to,
        seen: Some(seen),
        reason: reason.into(),
        actor: "staff:robin".into(),
    }
}

fn from(name: &str, email: &str) -> OrderRequest {
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.customer.name = name.into();
    sent.customer.email = email.into();
    sent
}

#[tokio::test]
async fn a_timeline_says_who_did_what_and_why() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let number = stored(shop.place(key, &order(&[("WAND", 2, 1299)])).await).number;
    shop.turn_clock(HOUR);
    let take = async |to, seen, reason| {
        let taken = shop
            .entmine
            .take_step(&number, step(to, seen, reason))
            .await;
        taken.unwrap().map(|stepped| {
            assert_eq!(stepped.order.status, to);
            let last = stepped.order.timeline.last().unwrap();
            assert_eq!(last.event, "order.status");
            stepped.before
        })
    };
    use OrderStatus::{New, OnHold, Picked, Shipped};
    assert_eq!(take(OnHold, New, " ").await, Err(StatusRefused::NoReason));
    assert_eq!(take(OnHold, New, "no box large enough").await, Ok(New));
    // Somebody whose page still says that it is new.
    assert_eq!(
        take(Picked, New, "").await,
        Err(StatusRefused::Changed { now: OnHold })
    );
    assert_eq!(take(Picked, OnHold, "").await, Ok(OnHold));
    assert_eq!(take(Shipped, Picked, "parcel 12").await, Ok(Picked));
    let detail = shop.entmine.order(&number).await.unwrap().unwrap();
    let told: Vec<_> = detail
        .timeline
        .iter()
        .map(|e| (e.event.as_str(), e.actor.as_str(), e.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("order.accepted", "store:shop", ""),
            ("order.status", "staff:robin", "no box large enough"),
            ("order.status", "staff:robin", ""),
            ("order.status", "staff:robin", "parcel 12"),
        ]
    );
    assert_eq!(detail.key, key.to_string());
    assert_eq!(detail.customer.unwrap().name, "Ambrosius");
    assert_eq!(detail.lines[0].name.as_deref(), Some("Wand"));
    assert_eq!(detail.movements.len(), 2);
    assert_eq!(shop.entmine.order("SO-2026-000009").await.unwrap(), None);
    assert_eq!(shop.entmine.order("'; --\0").await.unwrap(), None);
}

#[tokio::test]
async fn orders_are_found_by_status_age_number_key_and_person() {
    let shop = Shop::open(ENGINE).await;
    let key = new_key();
    let first = stored(
        shop.place(key, &from("Ada Lovelace", "ada@example.org"))
            .await,
    )
    .number;
    shop.change(&first, OrderStatus::Picked).await;
    shop.turn_clock(HOUR);
    let mut late = from("Bo_b", "bob@example.org");
    late.placed_at = "2026-11-22T22:00:00Z".into();
    let second = stored(shop.place(new_key(), &late).await).number;
    let find = async |query: OrderQuery| {
        let page = shop.entmine.orders(query).await.unwrap();
        assert_eq!(page.total, Some(page.orders.len() as i64));
        page.orders
            .into_iter()
            .map(|order| order.number)
            .collect::<Vec<_>>()
    };
    let just = |number: &String| vec![number.clone()];
    let (both, none) = (vec![second.clone(), first.clone()], Vec::<String>::new());
    assert_eq!(find(OrderQuery::default()).await, both);
    let picked = OrderQuery {
        status: Some(OrderStatus::Picked),
        ..OrderQuery::default()
    };
    assert_eq!(find(picked).await, just(&first));
    let old = OrderQuery {
        older_than_ms: HOUR / 2,
        ..OrderQuery::default()
    };
    assert_eq!(find(old).await, just(&first));
    let text = async |text: OrderText| {
        let query = OrderQuery {
            text,
            ..OrderQuery::default()
        };
        find(query).await
    };
    let reference = |text: &str| OrderText::Reference(text.to_owned());
    let person = |text: &str| OrderText::Person(text.to_owned());
    assert_eq!(text(reference("so-2026-000002")).await, just(&second));
    assert_eq!(
        text(reference(&key.to_string().to_uppercase())).await,
        just(&first)
    );
    assert_eq!(text(reference("2")).await, just(&second));
    assert_eq!(text(reference("2026-2")).await, just(&second));
    assert_eq!(text(reference("2026-000002")).await, just(&second));
    assert_eq!(text(reference("00000002")).await, just(&second));
    assert_eq!(text(reference("2025-2")).await, none);
    assert_eq!(text(reference(&key.to_string()[..13])).await, just(&first));
    assert_eq!(text(reference("ada")).await, none);
    assert_eq!(text(person("LOVELACE")).await, just(&first));
    assert_eq!(text(person("bob@example.org")).await, just(&second));
    assert_eq!(text(person("bo_")).await, just(&second));
    // Words are found from their beginnings, and from a letter behind a sign.
    assert_eq!(text(person("o_b")).await, none);
    assert_eq!(text(person("B lov")).await, none);
    assert_eq!(text(person("b bob@exa")).await, just(&second));
    assert_eq!(text(person("example.org")).await, both);
    assert_eq!(text(person("a_a")).await, none);
    assert_eq!(text(person("sa31 1aa")).await, both);
}

#[tokio::test]
async fn old_orders_are_found_also_when_the_clock_was_set_back() {
    let shop = Shop::open(ENGINE).await;
    let mut numbers = Vec::new();
    for turn in [0, HOUR, -HOUR + 100, 100] {
        shop.turn_clock(turn);
        let mut sent = from("Ada", "ada@example.org");
        sent.placed_at = "2026-11-22T21:00:00Z".into();
        numbers.push(stored(shop.place(new_key(), &sent).await).number);
    }
    shop.turn_clock(HOUR / 2);
    let old = OrderQuery {
        older_than_ms: HOUR / 4,
        ..OrderQuery::default()
    };
    let found = shop.entmine.orders(old).await.unwrap();
    let found: Vec<_> = found.orders.into_iter().map(|order| order.number).collect();
    // The second one is of an hour later, as the clock said.
    assert_eq!(found, [&*numbers[3], &*numbers[2], &*numbers[0]]);
}

#[tokio::test]
async fn what_waits_to_be_picked_is_new_and_not_held() {
    let shop = Shop::open(ENGINE).await;
    let mut numbers = Vec::new();
    for _order in 0..3 {
        numbers.push(stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await).number);
    }
    shop.change(&numbers[0], OrderStatus::OnHold).await;
    shop.change(&numbers[1], OrderStatus::Picked).await;
    let waiting = shop.entmine.to_pick().await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].number, numbers[2]);
}

#[tokio::test]
async fn an_erased_customer_is_gone_and_the_same_order_still_gets_its_number() {
    let shop = Shop::open(ENGINE).await;
    let (key, sent) = (new_key(), from("Ada Lovelace", "Ada@Example.org"));
    let shipped = stored(shop.place(key, &sent).await);
    shop.change(&shipped.number, OrderStatus::Picked).await;
    shop.change(&shipped.number, OrderStatus::Shipped).await;
    let open = stored(shop.place(new_key(), &sent).await).number;
    let other = stored(shop.place(new_key(), &from("Bob", "bob@example.org")).await).number;
    shop.change(&other, OrderStatus::Cancelled).await;

    let ada = Person::Email(" ada@example.org".into());
    assert_eq!(
        shop.orders_of(&ada).await,
        [shipped.number.clone(), open.clone()]
    );
    let data = shop
        .entmine
        .export_person(&ada, "staff:morgan")
        .await
        .unwrap();
    assert_eq!(data.orders.len(), 2);
    assert_eq!(data.orders[0].order["customer"]["name"], "Ada Lovelace");

    let erasure = shop.entmine.erase(&ada, "staff:morgan").await.unwrap();
    assert_eq!(erasure.erased, std::slice::from_ref(&shipped.number));
    assert_eq!(erasure.open, [open]);
    let detail = shop.entmine.order(&shipped.number).await.unwrap().unwrap();
    assert_eq!((detail.customer, detail.note), (None, None));
    assert!(detail.erased_at_ms.is_some());
    assert_eq!(detail.fingerprint, shipped.fingerprint);
    assert_eq!(detail.lines.len(), 1);
    let left = "SELECT COUNT(*) FROM orders WHERE number = 'SO-2026-000001'
                AND (name LIKE '%Ada%' OR email <> '' OR length(body) > 0)";
    assert_eq!(shop.ask(left).await, 0);
    // The store never heard of it, and asks once more with the same bytes.
    let again = replayed(shop.place_bytes(key, &body(&sent)).await);
    assert_eq!(again.number, shipped.number);
    // The other customer's order has its data, and erasing again does nothing.
    assert!(
        shop.entmine
            .order(&other)
            .await
            .unwrap()
            .unwrap()
            .customer
            .is_some()
    );
    // The store hears of it, after the changes of status.
    let changes = shop.entmine.status_changes_after("shop", None, 10).await;
    let changes = changes.unwrap().unwrap().orders;
    let told: Vec<_> = changes
        .iter()
        .map(|verdict| match verdict {
            Verdict::Accepted(order) => (order.number.as_str(), order.erased),
            Verdict::Rejected { .. } => panic!("{verdict:?}"),
        })
        .collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told[3], (shipped.number.as_str(), true));
    let again = Person::Order(shipped.number.clone());
    assert_eq!(
        shop.entmine
            .erase(&again, "staff:morgan")
            .await
            .unwrap()
            .erased,
        [""; 0]
    );
    for nobody in [Person::Email("".into()), Person::Order("x".into())] {
        assert_eq!(shop.orders_of(&nobody).await, [""; 0]);
    }
    let query = AuditQuery {
        actor: "morgan".into(),
        text: "order.erased".into(),
        before: None,
    };
    assert_eq!(shop.entmine.audit(query).await.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn the_audit_is_read_in_pages_from_the_newest_on() {
    let shop = Shop::open(ENGINE).await;
    for price in 0..120 {
        shop.entmine.set_price("WAND", 1300 + price).await.unwrap();
    }
    let query = AuditQuery {
        text: "product.price".into(),
        ..AuditQuery::default()
    };
    let first = shop.entmine.audit(query.clone()).await.unwrap();
    assert_eq!(first.entries.len(), 100);
    let before = first.next;
    assert_eq!(before, first.entries.last().map(|entry| entry.position));
    let rest = shop
        .entmine
        .audit(AuditQuery { before, ..query })
        .await
        .unwrap();
    assert_eq!((rest.entries.len(), rest.next), (20, None));
}
