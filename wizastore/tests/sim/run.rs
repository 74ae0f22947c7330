//! One seed from its beginning to the checks.

use super::chance::Chance;
use super::check::{Broken, check, check_so_far};
use super::customer::{Customer, Look};
use super::planted;
use super::rows::{self, Rows};
use super::time;
use super::world::{Story, World};
use super::wrong::Wrong;
use crate::{Points, db};
use database::DatabaseError;
use database::testing::Memory;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// What a seed showed.
#[derive(Default)]
pub struct Report {
    pub orders: u64,
    pub confirmed: u64,
    pub attempts: u64,
    pub sent: u64,
    pub told: u64,
    pub faults: BTreeMap<&'static str, u64>,
    pub broken: Vec<Broken>,
    /// How long it took in virtual time.
    pub virtual_s: u64,
}

/// A database for the seeds of one thread, with what is wrong in it.
pub fn memory(wrong: Option<Wrong>) -> Memory {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("template.db");
    let mut sql = include_str!("log.sql").to_owned();
    if let Some(wrong) = wrong {
        // They would stop some bugs before the simulation sees them.
        sql += &planted::unguarded();
        if let Wrong::Rows(bug) = wrong {
            sql += bug.sql();
        }
    }
    time::run(async {
        let url = format!("sqlite:{}", file.display());
        let db = db::open(&url, Points::default()).await;
        let db = db.expect("a database");
        db.write("sim.log", move |tx| {
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(tx).await?;
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .expect("a log");
        db.close().await;
    });
    Memory::like(&file)
}

/// Runs one seed.
pub fn seed(memory: &mut Memory, seed: u64, wrong: Option<Wrong>) -> Report {
    run(memory, seed, wrong, Story::asked_for()).0
}

/// Runs one seed; gives its story, which ends with the rows of the store's database.
pub fn story(memory: &mut Memory, seed: u64) -> Vec<String> {
    run(memory, seed, None, Story::Kept(Mutex::default())).1
}

fn run(
    memory: &mut Memory,
    seed: u64,
    wrong: Option<Wrong>,
    story: Story,
) -> (Report, Vec<String>) {
    time::run(async {
        let plan = db::plan(Points::default());
        let db = memory.begin(plan).await;
        let world = World::new(seed, db.clone(), wrong, story);
        let limit = Duration::from_secs(24 * 3_600);
        let report = tokio::select! {
            biased;
            () = world.runaway.cancelled() => endless(&world, "calls to EntMine without end").await,
            () = sleep(limit) => endless(&world, "a simulated day was not enough").await,
            report = live(&world) => report,
        };
        let mut story = Vec::new();
        if let Story::Kept(lines) = &world.story {
            story.append(&mut lines.lock().expect("no panic"));
            story.extend(rows::all(world.db.reader()).await.expect("rows"));
        }
        world.end();
        memory.end(&db).await;
        (report, story)
    })
}

async fn live(world: &Arc<World>) -> Report {
    world.begin();
    // Prices have to be known before anybody can fill a cart.
    sleep(Duration::from_secs(2)).await;
    let mut customers = JoinSet::new();
    for id in 1..=world.plan.customers {
        customers.spawn(Customer::new(world.clone(), id).live());
    }
    let operator = tokio::spawn(operate(world.clone()));
    sleep(world.plan.busy).await;
    world.heal();
    let mut broken = Vec::new();
    while let Some(done) = customers.join_next().await {
        if let Err(error) = done {
            broken.push(("panic", error.to_string()));
        }
    }
    operator.abort();
    come_to_rest(world).await;
    look_again(world).await;
    let readers = world.db.reader();
    let rows = Rows::read(readers).await.expect("rows");
    let chance = Chance::new(0);
    let ledger = match world.some_replica(&chance) {
        Some(running) => running.store.ledger().await.expect("a ledger"),
        None => crate::Ledger::default(),
    };
    broken.extend(check(world, &rows, &ledger));
    let told = world.told().tales.len() as u64;
    let sent = world.watch().sent;
    Report {
        orders: rows.orders.len() as u64,
        confirmed: ledger.confirmed as u64,
        attempts: rows.attempts as u64,
        sent,
        told,
        faults: std::mem::take(&mut *world.faults()),
        broken,
        virtual_s: world.clock.begun_ms() as u64 / 1_000,
    }
}

/// One that does not come to rest.
async fn endless(world: &World, what: &str) -> Report {
    let rows = Rows::read(world.db.reader()).await.expect("rows");
    let mut broken = check_so_far(world, &rows);
    broken.push(("endless", what.to_owned()));
    Report {
        broken,
        ..Report::default()
    }
}

/// Somebody who looks after orders under review.
async fn operate(world: Arc<World>) {
    let chance = world.chance.fork();
    loop {
        sleep(Duration::from_millis(chance.between(15_000, 60_000))).await;
        review(&world, &chance).await;
    }
}

/// One look at what waits for a person.
async fn review(world: &World, chance: &Chance) {
    let Ok((_, keys)) = rows::open(world.db.reader()).await else {
        return;
    };
    for key in keys {
        let Some(running) = world.some_replica(chance) else {
            return;
        };
        let store = running.store;
        let done = async {
            match chance.below(10) {
                0 => store.settle_order(&key, "settled by telephone").await,
                1 | 2 => store.void_order(&key, "the customer asked for it").await,
                _ => store.retry_order(&key, "looked into it").await,
            }
        };
        tokio::select! {
            biased;
            () = running.life.died.cancelled() => {}
            // The order may have moved meanwhile; it is looked at again.
            _ = done => {}
        }
    }
}

/// Waits until nothing moves any more, two simulated hours at most: whatever is open then is stuck.
async fn come_to_rest(world: &World) {
    let chance = world.chance.fork();
    let mut quiet = 0;
    for _ in 0..1_440 {
        sleep(Duration::from_secs(5)).await;
        let on_the_way = world.on_the_way.load(std::sync::atomic::Ordering::SeqCst);
        let (moving, review_keys) = rows::open(world.db.reader()).await.expect("rows");
        if moving == 0 && !review_keys.is_empty() {
            review(world, &chance).await;
        }
        let still = moving == 0 && review_keys.is_empty() && on_the_way == 0;
        quiet = if still { quiet + 1 } else { 0 };
        // Two more reconciliations, so that both sides agree about what came last.
        if quiet > 2 * world.plan.knobs.reconcile_every.as_secs() / 5 {
            return;
        }
    }
}

/// Everybody looks at everything once more.
async fn look_again(world: &Arc<World>) {
    let someone = Customer::new(world.clone(), 0);
    let sent = world.told().sent.len();
    for place in 0..sent {
        if world.told().sent[place].requests > 0 {
            someone.look(place, Look::Status).await;
        }
    }
}
