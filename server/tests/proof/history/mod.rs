//! Histories: several stores and several EntMines on one PostgreSQL, over lines on which every message takes its
//! time, with calls between them that get lost, with customers, staff, an integrator and background work all at once. What customers are answered is written
//! down with when it was asked and answered; afterwards no answer may rule out a later one, each change of a cart has
//! to build on the one before it, and the ledger, the lists and whoever read them as they grew have to agree.
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
/// Worlds at once: each has up to 90 connections, of the 600 that the tests' PostgreSQL takes.
const AT_ONCE: usize = 3;
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
        failed = failing(&seeds, AT_ONCE, async |seed| {
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
    let missed = failing(BUGS, AT_ONCE, async |bug| {
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
