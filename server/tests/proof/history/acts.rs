//! What everybody in the shop does, each at their own pace.

use super::carts::Added;
use super::world::World;
use crate::world::customer::{Answer, fields, moment};
use crate::world::template::{LAMP, RARE, WAND};
use entmine::{Conditions, Count, Placed, Receipt};
use futures::future::{join, join_all};
use model::{CartAnswer, OrderStatus, Outcome};
use server::embedded::STORE;
use std::collections::HashSet;
use std::sync::Mutex;
use uuid::Uuid;
use wizastore::{SubmitFields, Visit};

/// Of each tab.
const CLICKS: usize = 10;
/// Of an integrator.
const WORKERS: usize = 4;

/// A customer: the session of all tabs, and what was ordered in any of them.
#[derive(Default)]
pub struct Shopper {
    token: Mutex<Option<String>>,
    ordered: Mutex<Vec<SubmitFields>>,
}

impl Shopper {
    fn visit(&self, world: &World) -> Visit {
        let token = self.token.lock().unwrap().clone();
        world.any_store().visit(token, None)
    }
}

/// The first product in a cart.
pub async fn enter(world: &World, shopper: &Shopper) {
    let visit = add(world, shopper).await;
    *shopper.token.lock().unwrap() = visit.reply().session_token();
}

/// One tab.
pub async fn shop(world: &World, shopper: &Shopper) {
    for _ in 0..CLICKS {
        match world.chance.below(10) {
            0..4 => drop(add(world, shopper).await),
            4..7 => order(world, shopper).await,
            other => look(world, shopper, other).await,
        }
    }
}

async fn add(world: &World, shopper: &Shopper) -> Visit {
    let visit = shopper.visit(world);
    let pieces = 1 + world.chance.below(2) as i64;
    let asked = moment();
    let answer = visit.cart_add(WAND, &pieces.to_string()).await;
    match world.hold(answer, "who added a product") {
        Some(CartAnswer::Cart(cart)) => world.added.lock().unwrap().push(Added {
            asked,
            answered: moment(),
            pieces,
            holds: cart.pieces(),
            key: cart.order_key,
            revision: cart.revision,
        }),
        Some(CartAnswer::Refused { reasons }) => {
            world.is_wrong(format!("a product was not taken: {reasons:?}"));
        }
        None => {}
    }
    visit
}

/// *Place order*; now and then twice, by two stores.
async fn order(world: &World, shopper: &Shopper) {
    let page = shopper.visit(world).cart_page().await;
    let Some(cart) = world
        .hold(page, "who looked at the cart")
        .and_then(|page| page.cart)
    else {
        return;
    };
    let form = fields(&cart);
    shopper.ordered.lock().unwrap().push(form.clone());
    let click = || async {
        let asked = moment();
        let outcome = shopper.visit(world).submit(form.clone()).await;
        remember(
            world,
            &form,
            true,
            asked,
            world.hold(outcome, "who ordered"),
        );
    };
    match world.chance.below(3) {
        0 => drop(join(click(), click()).await),
        _ => click().await,
    }
}

/// *Cancel order*, *Try now*, or only a look.
async fn look(world: &World, shopper: &Shopper, what: u64) {
    let ordered = shopper.ordered.lock().unwrap().clone();
    if ordered.is_empty() {
        return;
    }
    let form = world.chance.one_of(&ordered);
    let (visit, asked) = (shopper.visit(world), moment());
    let outcome = match what {
        7 => visit.cancel(&form.receipt).await,
        8 => visit.retry(&form.receipt).await,
        _ => visit.status(&form.receipt).await,
    };
    let outcome = world.hold(outcome, "who looked after an order");
    remember(world, form, false, asked, outcome);
}

fn remember(
    world: &World,
    form: &SubmitFields,
    submission: bool,
    asked: u64,
    outcome: Option<Outcome>,
) {
    world.answers.lock().unwrap().push(Answer {
        key: form.order_key.clone(),
        submission,
        asked,
        answered: moment(),
        outcome,
    });
}

/// The background of each store, as long as the shop is open.
pub async fn look_after(world: &World, is_open: &impl Fn() -> bool) {
    let each = world.stores.iter().map(|store| async move {
        while is_open() {
            world.hold(store.push_due().await, "the background push");
            world.hold(store.reconcile().await, "the reconciliation");
            world.hold(store.sweep().await, "the sweep");
            world.clock.advance(100);
        }
    });
    join_all(each).await;
}

/// Somebody of the staff, as long as the shop is open.
pub async fn work(world: &World, is_open: &impl Fn() -> bool) {
    while is_open() {
        a_piece_of_work(world).await;
    }
}

async fn a_piece_of_work(world: &World) {
    let entmine = world.any_entmine();
    let actor = "staff:morgan".to_owned();
    match world.chance.below(4) {
        0 => {
            let receipt = Receipt {
                sku: WAND.into(),
                pieces: 2,
                reason: String::new(),
                actor,
                request: None,
            };
            world.hold(entmine.receive_stock(receipt).await, "who received goods");
        }
        1 => {
            let stock = entmine.stock(&[WAND.to_owned()]).await;
            let Some(stock) = world.hold(stock, "who looked at the stock") else {
                return;
            };
            let seen = stock.levels[0].on_hand;
            let count = Count {
                sku: WAND.into(),
                seen,
                counted: (seen - 1).max(0),
                reason: "one broke".into(),
                actor,
                request: None,
            };
            // Refused where goods moved meanwhile.
            let _ = world.hold(entmine.count_stock(count).await, "who counted");
        }
        2 => {
            let price = 2_000 + world.chance.below(1_000) as i64;
            world.hold(entmine.set_price(LAMP, price).await, "who set a price");
        }
        _ => {
            let listed = entmine.orders_after(STORE, None, 100).await;
            let Some(Ok(page)) = world.hold(listed, "who listed orders") else {
                return;
            };
            let accepted = page.orders.into_iter().filter_map(|order| match order {
                model::Verdict::Accepted(order) => Some(order.number),
                model::Verdict::Rejected { .. } => None,
            });
            let numbers: Vec<String> = accepted.collect();
            if numbers.is_empty() {
                return;
            }
            let to = match world.chance.below(3) {
                0 => OrderStatus::Cancelled,
                1 => OrderStatus::Picked,
                _ => OrderStatus::Shipped,
            };
            // Refused where another one took another step.
            let number: &String = world.chance.one_of(&numbers);
            let step = entmine.change_status(number, to, &actor);
            let _ = world.hold(step.await, "who took a step");
        }
    }
}

/// A store of somebody else's.
pub const INTEGRATOR: &str = "other";

/// An integrator with several workers, as long as the shop is open.
pub async fn integrate(world: &World, is_open: &impl Fn() -> bool) {
    let each = (0..WORKERS).map(|_| async {
        while is_open() {
            send(world).await;
        }
    });
    join_all(each).await;
}

/// Sends an order, now and then to all EntMines at once: a key has one verdict.
async fn send(world: &World) {
    let (key, body, none) = (Uuid::now_v7(), body(), Conditions::default());
    let to = match world.chance.below(3) {
        0 => &world.entmines[..],
        _ => std::slice::from_ref(world.any_entmine()),
    };
    let sent = to
        .iter()
        .map(|entmine| entmine.place(INTEGRATOR, key, &body, None, None, none));
    let placed = join_all(sent).await.into_iter();
    let placed = placed.filter_map(|placed| world.hold(placed, "an integrator"));
    let verdicts: HashSet<String> = placed.map(verdict).collect();
    if verdicts.len() > 1 {
        world.is_wrong(format!("one key has several verdicts: {verdicts:?}"));
    }
}

fn verdict(placed: Placed) -> String {
    match placed {
        Placed::Accepted(acceptance) => acceptance.number,
        Placed::Rejected(reasons) => format!("{reasons:?}"),
        other => format!("{other:?}"),
    }
}

/// An order of one piece.
fn body() -> Vec<u8> {
    let order = serde_json::json!({
        "placed_at": "2026-11-22T21:00:00Z",
        "currency": "GBP",
        "total_minor": 9900,
        "customer": {
            "name": "Ambrosius",
            "email": "ambrosius@example.org",
            "address": {
                "line1": "1 Crystal Cave", "city": "Carmarthen",
                "postcode": "SA31 1AA", "country": "GB"
            }
        },
        "lines": [{ "sku": RARE, "quantity": 1, "unit_price_minor": 9900, "price_version": 1 }]
    });
    serde_json::to_vec(&order).unwrap()
}
