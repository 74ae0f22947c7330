//! Real processes under SIGKILL at moments that nobody chose, with many orders in flight.

mod cycle;
mod program;
mod shop;
mod shopper;

use crate::settings::{budget, long, number, report, seed};
use database::Engine;
pub use program::{Program, SECRET};
pub use shop::import;
pub use shopper::Shopper;

use program::Plan;
use shop::Shop;

/// Cycles of the short version.
const FEW: u64 = 5;
/// Cycles of the long one, on each engine.
const MANY: u64 = 500;
/// Shops of the long one, at a time: each mostly waits for a breaker or a backlog.
const SHOPS: u64 = 3;

/// Runs cycles in several shops; each has its own part of them and its own seed.
async fn prove(engine: Engine, plan: Plan) {
    let (shops, cycles) = match long() {
        true => (SHOPS, number("PROOF_KILLS", MANY)),
        false => (1, number("PROOF_KILLS", FEW)),
    };
    let name = format!("kill -9 {plan:?} {engine:?}").to_lowercase();
    let runs = (0..shops).map(|shop| {
        let mine = cycles / shops + u64::from(shop < cycles % shops);
        tokio::spawn(run(engine, plan, seed() + shop, mine))
    });
    let runs: Vec<_> = runs.collect();
    let mut all = cycle::Figures::default();
    for run in runs {
        all += run.await.expect("no run panics");
    }
    report(&name, &format!("seeds {}+{shops}: {all}", seed()));
    assert!(all.killed > 0 && all.fewest_in_flight >= cycle::LEAST_IN_FLIGHT);
}

async fn run(engine: Engine, plan: Plan, seed: u64, cycles: u64) -> cycle::Figures {
    let until = tokio::time::Instant::now() + budget(25);
    let mut shop = Shop::open(engine, plan, seed).await;
    for _ in 0..cycles {
        if tokio::time::Instant::now() > until {
            break;
        }
        cycle::run(&mut shop).await;
    }
    shop.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_and_entmine_are_killed_in_turn_on_sqlite() {
    prove(Engine::Sqlite, Plan::Two).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_of_both_is_killed_on_sqlite() {
    prove(Engine::Sqlite, Plan::One).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_and_entmine_are_killed_in_turn_on_postgres() {
    if long() {
        prove(Engine::Postgres, Plan::Two).await;
    }
}
