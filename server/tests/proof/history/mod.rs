//! Histories: several stores and several EntMines on one PostgreSQL, over lines on which every message takes its
//! time, with customers, staff, an integrator and background work all at once. Each call is written down with when
//! it was asked and answered; afterwards the answers have to be those that a shop could give which does one thing
//! after another.
//!
//! What these worlds can see is itself tried: with a lock or a rule taken out of the database, they have to find
//! something (`planted.rs`).

mod acts;
mod carts;
mod followers;
mod ledger;
mod orders;
mod planted;
mod world;

use crate::settings::{budget, long, number, report, seed};
use crate::world::block_on;
use crate::world::several::failing;
use crate::world::template::Template;
use database::Engine;
use planted::{BUGS, Bug};
use tokio::time::Instant;
use world::World;

/// Worlds of the short version.
const WORLDS: u64 = 3;
/// And worlds after which a planted bug has to be found.
const ENOUGH: u64 = 12;

/// Everything that is wrong with one world.
async fn play(template: &Template, seed: u64, bug: Option<&Bug>) -> Vec<String> {
    let world = World::open(template, seed, bug).await;
    world.live().await;
    world.judge().await
}

#[test]
fn what_many_do_at_once_comes_out_as_if_one_after_another() {
    let template = block_on(Template::new(Engine::Postgres));
    let (began, mut next) = (Instant::now(), seed());
    let end = next + number("PROOF_WORLDS", WORLDS);
    let mut failed = Vec::new();
    while failed.is_empty() && (next < end || long() && began.elapsed() < budget(5)) {
        let seeds: Vec<u64> = (next..next + WORLDS).collect();
        failed = failing(&seeds, async |seed| {
            let wrong = play(&template, seed, None).await;
            assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
        });
        next += WORLDS;
    }
    let worlds = next - seed();
    report(
        "histories",
        &format!("{worlds} worlds, {} failed", failed.len()),
    );
    assert!(failed.is_empty(), "PROOF_SEED={failed:?}");
}

#[test]
fn a_planted_bug_of_concurrency_is_found() {
    let template = block_on(Template::new(Engine::Postgres));
    let missed = failing(BUGS, async |bug| {
        for n in 0..ENOUGH {
            let wrong = play(&template, seed() + n, Some(&bug)).await;
            if let Some(first) = wrong.iter().find(|what| what.contains(bug.found)) {
                let figures = format!("found in world {}: {:.120}", n + 1, first);
                return report(&format!("histories, {}", bug.name), &figures);
            }
        }
        panic!("{} was not found", bug.name);
    });
    assert!(missed.is_empty(), "{missed:?}");
}
