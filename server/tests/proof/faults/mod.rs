//! Databases that are full, busy, silent or gone, at each step of an order.

mod busy;
mod cut;
mod full;
mod postgres;
mod proxy;
mod restart;
mod serialization;
mod standby;

use crate::world::World;
use crate::world::acts::Acts;
use crate::world::customer::{Customer, Wish};
use crate::world::ending::{heal, judge};
use crate::world::line::Loss;
use crate::world::template::WAND;
use futures::future::join_all;
use model::Outcome;
use std::sync::Arc;

/// The places at which a database fails: where it is said to begin, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Journal,
    EntMine,
    Verdict,
}

/// Some people buy and one cancels what got lost; then everything heals. `broken` is called when
/// they all are at the checkout, `mended` when they all have their answers. Gives what the buyers
/// were told first.
async fn customers(
    buyers: i64,
    world: World,
    acts: &Acts,
    broken: impl AsyncFnOnce(),
    mended: impl AsyncFnOnce(),
) -> Vec<Option<Outcome>> {
    let world = Arc::new(world);
    let mut customers = Vec::new();
    for pieces in 1..=buyers {
        customers.push(Customer::at_checkout(&world, Wish::Buy, WAND, pieces).await);
    }
    let cancels = Customer::at_checkout(&world, Wish::Cancel, WAND, 4).await;
    broken().await;
    acts.arm(true);
    let lost_key = cancels.key().to_owned();
    world.line.lose(&lost_key, Loss::Replies);
    let clicks = customers.iter().map(Customer::click);
    let (told, ()) = tokio::join!(join_all(clicks), async {
        if cancels.click().await.is_none() {
            cancels.click().await;
        }
        world.line.mend(&lost_key);
        cancels.cancel().await;
    });
    acts.arm(false);
    mended().await;
    // Whoever was told that nothing was saved orders again; the others look at their pages.
    for customer in &mut customers {
        customer.buy().await;
    }
    customers.push(cancels);
    heal(&world, &mut customers).await;
    let wrong = judge(&world, &customers).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    told
}
