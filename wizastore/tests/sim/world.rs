//! One seed's world: replicas, the network, EntMine, and what happens to them.

use super::books::goods::Goods;
use super::books::{Books, Flaw};
use super::careless::{Careless, Slip};
use super::chance::Chance;
use super::link::{Link, Weather};
use super::plan::Plan;
use super::replica::{Life, Machine, Running, keep_running};
use super::time::SimClock;
use super::told::{Lie, Told};
use super::watch::Watch;
use super::wrong::Wrong;
use crate::erp::EntMine;
use crate::{Knobs, Smaller, digest_of};
use database::Database;
use model::{OrderStatus, Snapshot};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// What EntMine sells.
pub const SKUS: [&str; 6] = ["OAK", "ELM", "YEW", "BROOM", "OWL", "LAMP"];

/// Known-wrong settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A lease that is shorter than an attempt.
    LeaseTooShort,
    /// A lease that never runs out.
    LeaseForEver,
    /// The background gives up after a few rounds.
    GivesUp,
    /// A replica that starts frees the leases of those that live.
    StartFreesAll,
}

/// What becomes of a seed's story.
pub enum Story {
    Untold,
    Printed,
    Kept(Mutex<Vec<String>>),
}

impl Story {
    /// As `SIM_TRACE` says.
    pub fn asked_for() -> Self {
        match std::env::var_os("SIM_TRACE") {
            Some(_) => Self::Printed,
            None => Self::Untold,
        }
    }
}

pub struct World {
    pub plan: Plan,
    pub chance: Chance,
    /// What keys and tokens are made of, apart from the chance of what happens.
    pub minting: Chance,
    pub clock: SimClock,
    pub db: Database,
    pub machines: Vec<Machine>,
    wrong: Option<Wrong>,
    books: Mutex<Books>,
    watch: Mutex<Watch>,
    told: Mutex<Told>,
    weather: Mutex<Weather>,
    down_until: Mutex<Instant>,
    /// While the store's database is out of order: the phase at which every write fails.
    out_of_order: Mutex<Option<&'static str>>,
    /// Messages that did not arrive yet.
    pub on_the_way: AtomicI64,
    healed: AtomicBool,
    over: AtomicBool,
    /// More calls to EntMine than any order needs: the simulation is given up.
    pub runaway: CancellationToken,
    faults: Mutex<BTreeMap<&'static str, u64>>,
    pub story: Story,
}

impl World {
    pub fn new(seed: u64, db: Database, wrong: Option<Wrong>, story: Story) -> Arc<Self> {
        let chance = Chance::new(seed);
        let plan = Plan::of(&chance);
        let begin = Instant::now();
        let clock = SimClock::new(begin);
        let flaw = match wrong {
            Some(Wrong::Books(flaw)) => Some(flaw),
            _ => None::<Flaw>,
        };
        let stock = chance.between(20, 600) as i64;
        let goods = Goods::new(&SKUS, stock, clock.true_ms());
        let machines = (0..plan.replicas).map(|_| Machine::new(SimClock::new(begin)));
        Arc::new(Self {
            machines: machines.collect(),
            books: Mutex::new(Books::new(goods, flaw)),
            clock,
            plan,
            chance,
            minting: Chance::new(!seed),
            db,
            wrong,
            watch: Mutex::default(),
            told: Mutex::default(),
            weather: Mutex::default(),
            down_until: Mutex::new(begin),
            out_of_order: Mutex::default(),
            on_the_way: AtomicI64::new(0),
            healed: AtomicBool::new(false),
            over: AtomicBool::new(false),
            runaway: CancellationToken::new(),
            faults: Mutex::default(),
            story,
        })
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn weather(&self) -> Weather {
        *self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn slip(&self, slip: Slip) -> bool {
        self.wrong == Some(Wrong::Link(slip))
    }

    /// A replica's way to EntMine, as long as that process lives.
    pub fn client(self: &Arc<Self>, life: Arc<Life>) -> Arc<dyn EntMine> {
        let world = self.clone();
        let link = Link { world, life };
        match self.wrong {
            Some(Wrong::Link(slip)) => Arc::new(Careless::new(link, slip)),
            _ => Arc::new(link),
        }
    }

    /// What is told instead of the truth, where somebody lies.
    pub fn lie(&self) -> Option<Lie> {
        match self.wrong {
            Some(Wrong::Told(lie)) => Some(lie),
            _ => None,
        }
    }

    /// Whether no write to the store's database succeeds.
    pub fn database_is_out(&self) -> bool {
        self.out_of_order().is_some()
    }

    pub fn set(&self, setting: Setting) -> bool {
        self.wrong == Some(Wrong::Setting(setting))
    }

    pub fn knobs(&self) -> Knobs {
        let knobs = self.plan.knobs.clone();
        let years = Duration::from_secs(10 * 365 * 86_400);
        match self.wrong {
            Some(Wrong::Setting(Setting::LeaseTooShort)) => Knobs {
                lease: Duration::from_millis(1_000),
                ..knobs
            },
            Some(Wrong::Setting(Setting::LeaseForEver)) => Knobs {
                lease: years,
                ..knobs
            },
            Some(Wrong::Setting(Setting::GivesUp)) => Knobs {
                background: vec![Duration::from_secs(2), Duration::from_secs(5), years],
                ..knobs
            },
            _ => knobs,
        }
    }

    /// A line of the story, for whoever looks into a seed.
    pub fn trace(&self, line: impl FnOnce() -> String) {
        let line = || format!("{:>9} {}", self.clock.begun_ms(), line());
        match &self.story {
            Story::Untold => {}
            Story::Printed => println!("{}", line()),
            Story::Kept(lines) => {
                let line = line();
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push(line);
            }
        }
    }

    /// Counts a fault that was injected.
    pub fn count(&self, what: &'static str) {
        self.trace(|| what.to_owned());
        *self.faults().entry(what).or_default() += 1;
    }

    pub fn faults(&self) -> MutexGuard<'_, BTreeMap<&'static str, u64>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn entmine_down(&self) -> bool {
        let until = *self
            .down_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Instant::now() < until
    }

    /// EntMine's process dies and starts again after a while; its books are on a disk.
    pub fn entmine_falls(&self, pause: Duration) {
        *self
            .down_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now() + pause;
    }

    /// Whether the store's database is out of order at this point.
    pub fn database_fails_at(&self, point: &str) -> bool {
        let phase = *self.out_of_order();
        phase.is_some_and(|phase| point.ends_with(phase))
    }

    fn out_of_order(&self) -> MutexGuard<'_, Option<&'static str>> {
        self.out_of_order
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A replica that runs, if there is one.
    pub fn some_replica(&self, chance: &Chance) -> Option<Running> {
        let running: Vec<_> = self.machines.iter().filter_map(Machine::running).collect();
        (!running.is_empty()).then(|| chance.pick(&running).clone())
    }

    /// From now on nothing goes wrong any more.
    pub fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
        *self.weather.lock().unwrap_or_else(PoisonError::into_inner) = Weather::default();
        for machine in &self.machines {
            machine.clock.set_off(0);
        }
    }

    pub fn is_healed(&self) -> bool {
        self.healed.load(Ordering::SeqCst)
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.machines.iter().for_each(Machine::end);
    }

    /// Starts the replicas and everything that happens by itself.
    pub fn begin(self: &Arc<Self>) {
        for index in 0..self.machines.len() {
            tokio::spawn(keep_running(self.clone(), index));
        }
        tokio::spawn(self.clone().weather_changes());
        tokio::spawn(self.clone().staff_work());
        tokio::spawn(self.clone().catalogue_follows());
        if self.plan.database_faults {
            tokio::spawn(self.clone().database_breaks());
        }
        if self.plan.clock_jumps {
            tokio::spawn(self.clone().clocks_jump());
        }
    }

    async fn weather_changes(self: Arc<Self>) {
        let chance = self.chance.fork();
        while !self.is_healed() {
            let next = Weather::roll(&chance, self.plan.network, self.plan.contradictions);
            *self.weather.lock().unwrap_or_else(PoisonError::into_inner) = next;
            sleep(Duration::from_millis(chance.between(3_000, 30_000))).await;
        }
    }

    /// A disk that is full, or a server that is restarted: for a few seconds no write succeeds.
    async fn database_breaks(self: Arc<Self>) {
        let chance = self.chance.fork();
        while !self.is_healed() {
            sleep(Duration::from_millis(chance.between(10_000, 90_000))).await;
            self.count("outages of the database");
            *self.out_of_order() =
                Some(*chance.pick(&[".asked", ".begin", ".commit", ".committed"]));
            sleep(Duration::from_millis(chance.between(100, 4_000))).await;
            *self.out_of_order() = None;
        }
    }

    async fn clocks_jump(self: Arc<Self>) {
        let chance = self.chance.fork();
        while !self.is_healed() {
            sleep(Duration::from_millis(chance.between(5_000, 60_000))).await;
            if self.is_healed() {
                return;
            }
            self.count("clock jumps");
            let off = chance.between(0, 600_000) as i64 - 300_000;
            chance.pick(&self.machines).clock.set_off(off);
        }
    }

    /// EntMine's staff: prices, stock, statuses, backups.
    async fn staff_work(self: Arc<Self>) {
        let chance = self.chance.fork();
        loop {
            sleep(Duration::from_millis(chance.between(1_000, 12_000))).await;
            if self.is_healed() {
                return;
            }
            let (sku, now_ms) = (*chance.pick(&SKUS), self.clock.true_ms());
            let mut books = self.books();
            match chance.below(12) {
                0..3 => books
                    .goods()
                    .change_price(sku, chance.between(100, 9_000) as i64, now_ms),
                3 | 4 => books.goods().set_stock(sku, chance.between(0, 200) as i64),
                5..8 => {
                    let orders = books.orders().count() as u64;
                    let status = [
                        OrderStatus::Picked,
                        OrderStatus::Shipped,
                        OrderStatus::Cancelled,
                    ];
                    books.change_status(chance.below(orders) as usize, *chance.pick(&status));
                }
                8 if chance.in_1000(100) => books.goods().discontinue(sku),
                8 | 9 => books.take_backup(),
                _ if self.plan.restores && chance.in_1000(250) && books.restore() => {
                    drop(books);
                    self.count("restores of EntMine");
                    self.entmine_falls(Duration::from_millis(chance.between(500, 5_000)));
                }
                _ => {}
            }
        }
    }

    /// The store's catalogue follows EntMine's, a little behind.
    async fn catalogue_follows(self: Arc<Self>) {
        let chance = self.chance.fork();
        for seq in 1.. {
            if self.is_over() {
                return;
            }
            if let Some(running) = self.some_replica(&chance) {
                let snapshot = {
                    let mut books = self.books();
                    let products = books.goods().catalogue();
                    Snapshot {
                        epoch: books.identity.epoch,
                        seq,
                        stock_seq: seq,
                        digest: digest_of(&products),
                        products,
                    }
                };
                let _ = tokio::select! {
                    biased;
                    () = running.life.died.cancelled() => Ok(()),
                    done = running.store.take_snapshot(snapshot, Smaller::Take) => done.map(|_| ()),
                };
            }
            let wait = if seq < 5 {
                500
            } else {
                chance.between(3_000, 20_000)
            };
            sleep(Duration::from_millis(wait)).await;
        }
    }
}

impl Weather {
    /// A new weather; `bad` from 0 to 2.
    fn roll(chance: &Chance, bad: u64, contradictions: bool) -> Self {
        let fair = Self {
            refused: 5,
            busy: 5,
            request_lost: 5,
            reply_lost: 10,
            error: 5,
            unreadable: 2,
            twice: 20,
            garbled: if contradictions { 15 } else { 0 },
            slow: 20,
            very_slow: 2,
            crash: 2,
        };
        match chance.below(3 + 2 * bad) {
            0 | 1 => fair,
            2 => Self {
                reply_lost: 150,
                request_lost: 60,
                error: 80,
                twice: 150,
                slow: 200,
                very_slow: 40,
                ..fair
            },
            3 => Self {
                refused: 950,
                ..fair
            },
            4 => Self {
                busy: 500,
                error: 100,
                ..fair
            },
            5 => Self {
                slow: 700,
                very_slow: 150,
                twice: 100,
                ..fair
            },
            _ => Self {
                refused: 150,
                busy: 80,
                request_lost: 150,
                reply_lost: 250,
                error: 100,
                unreadable: 60,
                twice: 250,
                slow: 150,
                very_slow: 80,
                crash: 20,
                garbled: fair.garbled,
            },
        }
    }
}
