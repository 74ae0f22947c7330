//! One replica of the store: it crashes at any of its steps, and starts again after a while.

use super::time::SimClock;
use super::world::{Setting, World};
use crate::{Action, Dice, Points, RandomBytes, Store, StoreConfig};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// One process, from its start to its death.
pub struct Life {
    world: Arc<World>,
    /// The replica and its start, for the story.
    name: String,
    alive: AtomicBool,
    pub died: CancellationToken,
    /// Steps until it dies.
    steps_left: AtomicI64,
}

impl Life {
    fn new(world: Arc<World>, name: String) -> Self {
        let steps = if world.plan.crashes {
            // Some die young, with most of what they began unfinished.
            world.chance.between(5, 1_500)
        } else {
            u64::MAX >> 1
        };
        Self {
            world,
            name,
            alive: AtomicBool::new(true),
            died: CancellationToken::new(),
            steps_left: AtomicI64::new(steps as i64),
        }
    }

    pub fn die(&self) {
        self.alive.store(false, Ordering::SeqCst);
        self.died.cancel();
    }

    /// Whether this process still acts; it may die of this very step.
    fn lives(&self) -> bool {
        if !self.alive.load(Ordering::SeqCst) {
            return false;
        }
        if self.world.is_healed() || self.steps_left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return true;
        }
        self.world.count("crashes of replicas");
        self.die();
        false
    }

    /// A step outside the database. A dead process never goes on.
    pub async fn pass(&self, step: &str) {
        self.world.trace(|| format!("{} at {step}", self.name));
        if !self.lives() {
            std::future::pending::<()>().await;
        }
    }

    /// What happens at one of the store's points.
    fn at(&self, point: &str) -> Action {
        self.world.trace(|| format!("{} at {point}", self.name));
        // Within a transaction the writer goes on for the others, without this process's work.
        let in_transaction = [".begin", ".commit", ".committed"]
            .iter()
            .any(|phase| point.ends_with(phase));
        let is_call = point.starts_with("push.call");
        if !self.lives() {
            return if in_transaction && !is_call {
                Action::Fail
            } else {
                Action::Halt
            };
        }
        let world = &self.world;
        if world.is_healed() {
            return Action::Go;
        }
        if is_call {
            if world.plan.stalls && point.ends_with(".end") && world.chance.in_1000(15) {
                world.count("attempts that stood still");
                return Action::Delay(Duration::from_millis(world.chance.between(500, 60_000)));
            }
            return Action::Go;
        }
        if world.database_fails_at(point) {
            return Action::Fail;
        }
        let odds = if point.ends_with("commit") || point.ends_with("committed") {
            6
        } else {
            3
        };
        if world.plan.database_faults && world.chance.in_1000(odds) {
            world.count("failures of the database");
            return Action::Fail;
        }
        Action::Go
    }
}

/// A replica that runs.
#[derive(Clone)]
pub struct Running {
    pub store: Store,
    pub life: Arc<Life>,
}

/// The machine that a replica runs on.
pub struct Machine {
    pub clock: Arc<SimClock>,
    running: Mutex<Option<Running>>,
}

impl Machine {
    pub fn new(clock: SimClock) -> Self {
        Self {
            clock: Arc::new(clock),
            running: Mutex::default(),
        }
    }

    pub fn running(&self) -> Option<Running> {
        self.slot().clone()
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it for good: the simulation is over.
    pub fn end(&self) {
        if let Some(running) = self.slot().take() {
            running.life.die();
            running.store.push.shared().stop.cancel();
        }
    }
}

/// Starts the replica again whenever it died.
pub async fn keep_running(world: Arc<World>, index: usize) {
    let machine = &world.machines[index];
    for start_no in 1.. {
        let name = format!("replica {index}.{start_no}");
        let life = Arc::new(Life::new(world.clone(), name));
        let store = start(&world, &life, machine);
        let running = Running {
            store: store.clone(),
            life: life.clone(),
        };
        *machine.slot() = Some(running);
        // A SQLite file belongs to one process, which frees what the former one left.
        if world.plan.replicas == 1 || world.set(Setting::StartFreesAll) {
            let _ = store.push.free_leases().await;
        }
        store.start();
        life.died.cancelled().await;
        store.push.shared().stop.cancel();
        *machine.slot() = None;
        if world.is_over() {
            return;
        }
        let most = if world.is_healed() { 1_000 } else { 40_000 };
        sleep(Duration::from_millis(world.chance.between(50, most))).await;
    }
}

fn start(world: &Arc<World>, life: &Arc<Life>, machine: &Machine) -> Store {
    let (chance, here) = (world.chance.fork(), life.clone());
    let minting = world.minting.fork();
    let config = StoreConfig {
        clock: Some(machine.clock.clone()),
        knobs: world.knobs(),
        dice: Dice::new(move || chance.roll()),
        random: RandomBytes::new(move |bytes| minting.fill(bytes)),
        points: Points::new(move |point| here.at(point)),
        ..StoreConfig::new("", world.client(life.clone()))
    };
    Store::on(world.db.with_points(config.points.clone()), config)
}
