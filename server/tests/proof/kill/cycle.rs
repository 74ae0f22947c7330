//! One cycle: many customers click at once, a process dies, it is started again, and everyone gets
//! an answer.

use super::program::Plan;
use super::shop::Shop;
use super::shopper::Shopper;
use futures::future::join_all;
use rand::Rng;
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Customers who click at once.
const CUSTOMERS: usize = 40;
/// A kill with fewer orders in flight does not count, and is done again.
pub const LEAST_IN_FLIGHT: usize = 20;

/// What was done.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub killed: usize,
    /// Kills that came too late to count.
    pub missed: usize,
    pub fewest_in_flight: usize,
    in_flight: usize,
    pub orders: usize,
    lost_replies: usize,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            killed: 0,
            missed: 0,
            fewest_in_flight: usize::MAX,
            in_flight: 0,
            orders: 0,
            lost_replies: 0,
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.killed += other.killed;
        self.missed += other.missed;
        self.fewest_in_flight = self.fewest_in_flight.min(other.fewest_in_flight);
        self.in_flight += other.in_flight;
        self.orders += other.orders;
        self.lost_replies += other.lost_replies;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills ({} more came too late), at least {} and on average {} orders in flight, \
             {} orders, {} replies lost",
            self.killed,
            self.missed,
            self.fewest_in_flight,
            self.in_flight / self.killed.max(1),
            self.orders,
            self.lost_replies,
        )
    }
}

/// Runs a cycle whose kill counts.
pub async fn run(shop: &mut Shop) {
    for _ in 0..20 {
        until_it_goes_well(shop).await;
        if once(shop).await {
            return;
        }
        shop.figures.missed += 1;
    }
    panic!("no kill came while {LEAST_IN_FLIGHT} orders were in flight");
}

/// After EntMine died its breaker is open for a while: a customer waits until orders go through at
/// once again, so that the next kill finds them on every part of their way.
async fn until_it_goes_well(shop: &mut Shop) {
    for _ in 0..600 {
        let mut both = true;
        for _ in 0..2 {
            let Some(mut probe) = Shopper::begin(&shop.store.base, shop.shoppers.len()).await
            else {
                both = false;
                continue;
            };
            probe.buy(&AtomicUsize::new(0)).await;
            both &= probe.is_confirmed();
            shop.shoppers.push(probe);
        }
        if both {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!(
        "orders do not go through any more: {}",
        shop.store.log_end()
    );
}

/// Whether enough orders were in flight.
async fn once(shop: &mut Shop) -> bool {
    let number = shop.shoppers.len();
    let begun = (0..CUSTOMERS).map(|customer| Shopper::begin(&shop.store.base, number + customer));
    let shoppers: Vec<Shopper> = join_all(begun).await.into_iter().flatten().collect();
    let in_flight = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = shoppers
        .into_iter()
        .map(|mut shopper| {
            let in_flight = in_flight.clone();
            tokio::spawn(async move {
                shopper.buy(&in_flight).await;
                shopper
            })
        })
        .collect();
    // From the first click to when many are answered.
    let moment = Duration::from_micros(shop.dice.random_range(1_000..350_000));
    tokio::time::sleep(moment).await;
    let now = in_flight.load(Ordering::SeqCst);
    let the_store = shop.plan == Plan::One || shop.figures.killed.is_multiple_of(2);
    let victim = match (&mut shop.entmine, the_store) {
        (Some(entmine), false) => entmine,
        (_, _) => &mut shop.store,
    };
    victim.kill();
    victim.begin();
    for task in tasks {
        let shopper = task.await.expect("every customer gets an answer");
        let lost = shopper
            .answers
            .iter()
            .filter(|answer| answer.outcome.is_none());
        shop.figures.lost_replies += lost.count();
        shop.shoppers.push(shopper);
    }
    if now < LEAST_IN_FLIGHT {
        return false;
    }
    shop.figures.killed += 1;
    shop.figures.in_flight += now;
    shop.figures.fewest_in_flight = shop.figures.fewest_in_flight.min(now);
    true
}
