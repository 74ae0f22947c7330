//! The list of orders.

use super::frame::{Desk, page};
use super::parts::{alarm, choice, searched_to, table};
use super::words::{address, so_many, status, status_mark, theirs, time};
use entmine::{OrderRow, OrderRows};
use leptos::prelude::*;
use model::{OrderStatus, format_minor};

/// The ages that can be chosen: the word in the address, what it is called, and milliseconds.
pub const AGES: [(&str, &str, i64); 5] = [
    ("", "Any age", 0),
    ("hour", "Older than an hour", 3_600_000),
    ("day", "Older than a day", 86_400_000),
    ("three-days", "Older than three days", 259_200_000),
    ("week", "Older than a week", 604_800_000),
];

/// The ways through a list that is shown from its newest row on.
const NEWEST: &str = "← Newest";
const OLDER: &str = "Older →";

/// What is searched, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct OrderSearch {
    pub status: Option<OrderStatus>,
    /// The first of [`AGES`]' parts.
    pub age: String,
    /// A store's name; empty for all.
    pub store: String,
    /// A number or key.
    pub reference: String,
    /// A name, e-mail address or postcode; never in an address.
    pub person: Option<String>,
    /// Not the newest ones are shown.
    pub is_further: bool,
    pub problem: Option<String>,
}

impl OrderSearch {
    /// Every order is meant.
    fn is_for_all(&self) -> bool {
        let texts = [&self.age, &self.store, &self.reference];
        self.status.is_none() && self.person.is_none() && texts.iter().all(|text| text.is_empty())
    }
}

/// A page of orders with its filters.
pub fn orders_page(desk: &Desk, search: &OrderSearch, found: &OrderRows) -> String {
    let content = view! {
        {alarm(search.problem.as_deref())}
        {states(search, found)}
        {filters(search, &found.stores)}
        {unsearched(found)}
        {list(search, &found.orders)}
        {searched_to(found.searched_to_ms)}
        {pager(search, found)}
    };
    page(desk, "/entmine/orders", "Orders", content)
}

/// The address of the orders before a position; empty for the newest.
fn list_address(search: &OrderSearch, before: &str) -> String {
    let status = search.status.map_or("", OrderStatus::as_str);
    let fields = [
        ("status", status),
        ("age", &*search.age),
        ("store", &*search.store),
        ("q", &*search.reference),
        ("before", before),
    ];
    address("/entmine/orders", &fields)
}

/// The statuses as links, each with how many there are.
fn states(search: &OrderSearch, found: &OrderRows) -> AnyView {
    let all: i64 = found.counts.iter().map(|(_, count)| count).sum();
    let count = |of: OrderStatus| {
        let mut counts = found.counts.iter();
        counts
            .find(|(status, _)| *status == of)
            .map_or(0, |(_, count)| *count)
    };
    let mut links = vec![("All", None, all)];
    links.extend(OrderStatus::ALL.map(|of| (status(of), Some(of), count(of))));
    let links = links
        .into_iter()
        .map(|(words, of, count)| {
            let target = OrderSearch {
                status: of,
                ..search.clone()
            };
            let current = (of == search.status && search.person.is_none()).then_some("true");
            view! {
                <li>
                    <a href=list_address(&target, "") aria-current=current>
                        {words} " " <span class="count">{so_many(count)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="tabs">{links}</ul> }.into_any()
}

fn filters(search: &OrderSearch, stores: &[String]) -> AnyView {
    let ages = AGES.map(|(word, words, _)| (word.to_owned(), words.to_owned()));
    let status = search.status.map_or("", OrderStatus::as_str);
    let person = search.person.clone().unwrap_or_default();
    let mut all = vec![(String::new(), "All stores".to_owned())];
    all.extend(stores.iter().map(|name| (name.clone(), name.clone())));
    view! {
        <div class="filters">
            <form class="filter" method="get" action="/entmine/orders">
                <input type="hidden" name="status" value=status />
                <div class="field">
                    <label for="field-q">"Number or key"</label>
                    <input id="field-q" name="q" type="search" value=search.reference.clone() />
                </div>
                {choice("age", "Age", ages.to_vec(), &search.age, &[])}
                {choice("store", "Store", all, &search.store, &[])}
                <button type="submit">"Filter"</button>
            </form>
            <form class="filter" method="post" action="/entmine/orders/search">
                <div class="field">
                    <label for="field-person">"Name, e-mail or postcode"</label>
                    <input id="field-person" name="person" type="search" value=person
                        autocomplete="off" />
                </div>
                <button type="submit">"Find"</button>
            </form>
        </div>
    }
    .into_any()
}

fn list(search: &OrderSearch, orders: &[OrderRow]) -> AnyView {
    if orders.is_empty() {
        let words = match search.is_for_all() {
            true => "No orders yet.",
            false => "No orders match.",
        };
        return view! { <p class="empty">{words}</p> }.into_any();
    }
    let rows = orders
        .iter()
        .map(|order| {
            let href = format!("/entmine/orders/{}", order.number);
            let name = if order.erased {
                "(erased)".into_any()
            } else {
                theirs(&order.name)
            };
            let covered = order
                .covered
                .then(|| view! { <small>" enough is there now"</small> });
            view! {
                <tr>
                    <th scope="row" class="id"><a href=href>{order.number.clone()}</a></th>
                    <td>{time(order.accepted_at_ms)}</td>
                    <td>{status_mark(order.status)} {covered}</td>
                    <td>{order.store.clone()}</td>
                    <td class="words">{name}</td>
                    <td class="number">{order.pieces}</td>
                    <td class="number">{format_minor(order.total_minor, &order.currency)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let head = vec![
        "Number",
        "Accepted (UTC)",
        "Status",
        "Store",
        "Customer",
        ">Pieces",
        ">Total",
    ];
    table("Orders", head, rows)
}

/// How many are wanted, and the way on. What is searched of a person is personal, so that those pages are
/// asked for by posting.
fn pager(search: &OrderSearch, found: &OrderRows) -> AnyView {
    let next = found.next.map(|before| before.to_string());
    let (newest, older) = match &search.person {
        Some(person) => {
            let go = |before: String, words: &'static str| {
                view! {
                    <form method="post" action="/entmine/orders/search">
                        <input type="hidden" name="person" value=person.to_owned() />
                        <input type="hidden" name="before" value=before />
                        <button class="quiet" type="submit">{words}</button>
                    </form>
                }
                .into_any()
            };
            let newest = search.is_further.then(|| go(String::new(), NEWEST));
            (newest, next.map(|before| go(before, OLDER)))
        }
        None => {
            let go = |before: &str, words: &'static str, rel: &'static str| {
                view! { <a href=list_address(search, before) rel=rel>{words}</a> }.into_any()
            };
            let newest = search.is_further.then(|| go("", NEWEST, "first"));
            (newest, next.map(|before| go(&before, OLDER, "next")))
        }
    };
    let total = found.total.map(|total| {
        let words = if total == 1 { "order" } else { "orders" };
        view! { <span>{so_many(total)} " " {words}</span> }
    });
    view! {
        <nav class="pager" aria-label="Pages">
            {total}
            {newest}
            {older}
        </nav>
    }
    .into_any()
}

/// Orders that are not found yet must not look as if they were not there.
fn unsearched(found: &OrderRows) -> Option<impl IntoView + use<>> {
    (found.unsearched > 0).then(|| {
        let orders = so_many(found.unsearched);
        view! {
            <p class="hint" role="status">
                {format!("The {orders} newest orders are not searched yet. Please try again in a moment.")}
            </p>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_orders_says_whether_there_are_none_or_none_that_match() {
        let all = OrderSearch::default();
        assert!(list(&all, &[]).to_html().contains("No orders yet."));
        let held = OrderSearch {
            status: Some(OrderStatus::OnHold),
            ..OrderSearch::default()
        };
        assert!(list(&held, &[]).to_html().contains("No orders match."));
    }

    #[test]
    fn what_is_not_found_yet_is_said() {
        let found = |unsearched| OrderRows {
            orders: Vec::new(),
            next: Some(7),
            searched_to_ms: None,
            total: Some(1_001),
            counts: Vec::new(),
            stores: Vec::new(),
            unsearched,
        };
        let words = |found: &OrderRows| unsearched(found).map(|view| view.to_html());
        assert_eq!(words(&found(0)), None);
        assert!(
            words(&found(3))
                .unwrap()
                .contains("The 3 newest orders are not")
        );
        let pages = pager(&OrderSearch::default(), &found(0)).to_html();
        assert!(
            pages.contains("1000+") && pages.contains("before=7"),
            "{pages}"
        );
        assert!(!pages.contains("Newest"));
    }
}
