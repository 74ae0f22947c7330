//! The store never shows a wrong product set without knowing it: whatever happens to EntMine's
//! messages on their way, and to the store's rows, at rest the cache is EntMine's catalogue, and no
//! product's version ever goes back within an epoch.

mod flood;
mod losses;
mod permutations;
mod world;

use crate::settings::{long, number, report, seed};
use database::Engine;
use database::testing::TestDatabase;
use server::catalogue::{EntMineHere, FollowError, repair, take};
use wizastore::Smaller;
use world::World;

/// Every order of up to so many messages: 153 of five, 5,913 of seven.
const MESSAGES: usize = 5;
const MESSAGES_LONG: usize = 7;

/// Worlds in which things go wrong at random.
const WORLDS: u64 = 12;
const WORLDS_LONG: u64 = 600;

/// Products that change at once.
const CHANGES: usize = 4_000;
const CHANGES_LONG: usize = 100_000;

fn length<T>(short: T, of_proof: T) -> T {
    if long() { of_proof } else { short }
}

async fn every_order(engine: Engine) {
    let most = length(MESSAGES, MESSAGES_LONG);
    let done = permutations::prove(TestDatabase::new(engine).await, most).await;
    let name = format!("catalogue {engine:?}").to_lowercase();
    report(&name, &format!("{done} orders of up to {most} messages"));
    assert!(done > 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_may_come_in_any_order_on_sqlite() {
    every_order(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_may_come_in_any_order_on_postgres() {
    if long() {
        every_order(Engine::Postgres).await;
    }
}

/// EntMine's database was replaced by another one, or by a backup without anybody saying so.
async fn an_entmine_that_is_not_the_one_of_before(engine: Engine) {
    for backup in [false, true] {
        let mut world = World::new(engine).await;
        world.belongs_to_its_entmine().await;
        world.look_after().await;
        world.change_prices(3).await;
        world.look_after().await;
        let ahead = world.store().catalogue_watermark().await.unwrap();
        world.replace_entmine(engine, backup, "9.00").await;
        let now = world.entmine.digest().await.unwrap();
        assert!(ahead > Some((now.epoch, now.seq)));
        // Nothing is taken before the orders are reconciled with it, which is begun at once.
        let error = world.look().await.unwrap_err();
        assert!(matches!(error, FollowError::NotReconciled), "{error}");
        assert_eq!(world.store().catalogue_watermark().await.unwrap(), ahead);
        assert!(world.store().paused().await.unwrap().is_some());
        world.look().await.unwrap_err();
        world.store().reconcile().await.unwrap();
        assert_eq!(world.store().paused().await.unwrap(), None);
        world.look_after().await;
        world.seen_by_nobody();
        world.is_the_same().await;
        // And that was that.
        world.look_after().await;
        assert_eq!(world.store().paused().await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_entmines_catalogue_is_taken_after_reconciliation_on_sqlite() {
    an_entmine_that_is_not_the_one_of_before(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_entmines_catalogue_is_taken_after_reconciliation_on_postgres() {
    an_entmine_that_is_not_the_one_of_before(Engine::Postgres).await;
}

/// EntMine's backup is of before some sales, and nothing else changed since.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stock_that_went_back_is_taken_after_reconciliation() {
    let mut world = World::new(Engine::Sqlite).await;
    world.belongs_to_its_entmine().await;
    world.look_after().await;
    world.entmine.set_stock("ITEM-000001", 1).await.unwrap();
    world.look_after().await;
    world.is_the_same().await;
    world.replace_entmine(Engine::Sqlite, true, "10.00").await;
    let error = world.look().await.unwrap_err();
    assert!(matches!(error, FollowError::NotReconciled), "{error}");
    world.store().reconcile().await.unwrap();
    world.look_after().await;
    world.is_the_same().await;
}

/// The same where somebody has the whole catalogue taken before the store has looked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repair_does_not_hide_that_the_stock_went_back() {
    for by_staff in [false, true] {
        let mut world = World::new(Engine::Sqlite).await;
        world.belongs_to_its_entmine().await;
        world.look_after().await;
        world.entmine.set_stock("ITEM-000001", 1).await.unwrap();
        world.look_after().await;
        world.replace_entmine(Engine::Sqlite, true, "10.00").await;
        let source = EntMineHere(world.entmine.clone());
        if by_staff {
            let taken = take(&source, world.store(), Smaller::Hold).await;
            let error = taken.unwrap_err();
            assert!(matches!(error, FollowError::NotReconciled), "{error}");
        } else {
            repair(world.store(), &source, false).await.unwrap();
        }
        assert!(world.store().paused().await.unwrap().is_some());
        world.store().reconcile().await.unwrap();
        world.look_after().await;
        world.is_the_same().await;
    }
}

async fn whatever_happens(engine: Engine) {
    let worlds = number("PROOF_WORLDS", length(WORLDS, WORLDS_LONG));
    let mut all = losses::Figures::default();
    for one in seed()..seed() + worlds {
        all += losses::prove(World::new(engine).await, one).await;
    }
    let name = format!("catalogue {engine:?}").to_lowercase();
    report(
        &name,
        &format!("{worlds} worlds, seeds from {}: {all}", seed()),
    );
    assert!(all.lost > 0 && all.twice > 0 && all.damaged > 0 && all.epochs > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn losses_copies_crashes_restores_and_damage_heal_on_sqlite() {
    whatever_happens(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn losses_copies_crashes_restores_and_damage_heal_on_postgres() {
    if long() {
        whatever_happens(Engine::Postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_changes_arrives() {
    let changes = length(CHANGES, CHANGES_LONG);
    let figures = flood::prove(World::new(Engine::Sqlite).await, changes).await;
    report("catalogue flood", &figures);
}
