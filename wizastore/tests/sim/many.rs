//! Many seeds on a few threads, and what they came to.

use super::run::{Report, memory, seed};
use super::wrong::Wrong;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Sums over many seeds.
#[derive(Default)]
pub struct Total {
    pub seeds: u64,
    pub orders: u64,
    pub confirmed: u64,
    pub attempts: u64,
    pub sent: u64,
    pub told: u64,
    pub virtual_s: u64,
    pub faults: BTreeMap<&'static str, u64>,
    /// Seeds that showed something that must not be, with what it was.
    pub failed: Vec<(u64, Vec<(&'static str, String)>)>,
}

impl Total {
    fn add(&mut self, number: u64, report: Report) {
        self.seeds += 1;
        self.orders += report.orders;
        self.confirmed += report.confirmed;
        self.attempts += report.attempts;
        self.sent += report.sent;
        self.told += report.told;
        self.virtual_s += report.virtual_s;
        for (what, times) in report.faults {
            *self.faults.entry(what).or_default() += times;
        }
        if !report.broken.is_empty() {
            self.failed.push((number, report.broken));
        }
    }

    pub fn print(&self, took: Duration) {
        println!(
            "simulation: {} seeds in {:.0} s ({:.1} a second), {} simulated hours",
            self.seeds,
            took.as_secs_f64(),
            self.seeds as f64 / took.as_secs_f64(),
            self.virtual_s / 3_600,
        );
        println!(
            "  {} orders, {} confirmed, {} attempts, {} sent, {} answers to customers",
            self.orders, self.confirmed, self.attempts, self.sent, self.told
        );
        let faults: u64 = self.faults.values().sum();
        println!("  {faults} faults:");
        for (what, times) in &self.faults {
            println!("    {times:>9} {what}");
        }
        println!("  {} seeds failed", self.failed.len());
        for (number, broken) in &self.failed {
            println!("  seed {number}: {} findings", broken.len());
            for (invariant, what) in broken.iter().take(8) {
                println!("    {invariant}: {what}");
            }
        }
    }
}

/// Runs the seeds that `next` gives, until it gives none.
pub fn run(next: impl Fn() -> Option<u64> + Sync, wrong: Option<Wrong>) -> Total {
    let total = Mutex::new(Total::default());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                let mut memory = memory(wrong);
                while !stop.load(Ordering::SeqCst)
                    && let Some(number) = next()
                {
                    let mut report = seed(&mut memory, number, wrong);
                    if let Some(wrong) = wrong {
                        let breaks = wrong.breaks();
                        report.broken.retain(|(what, _)| breaks.contains(what));
                    }
                    let mut total = total.lock().expect("no panic");
                    total.add(number, report);
                    // A few failures tell as much as thousands.
                    if wrong.is_some() && !total.failed.is_empty() || total.failed.len() >= 20 {
                        stop.store(true, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    let mut total = total.into_inner().expect("no panic");
    total.failed.sort_by_key(|(number, _)| *number);
    total
}

/// Seeds one after the other.
pub fn range(from: u64, count: u64) -> impl Fn() -> Option<u64> + Sync {
    let next = AtomicU64::new(from);
    move || {
        let number = next.fetch_add(1, Ordering::SeqCst);
        (number < from + count).then_some(number)
    }
}

fn threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    number("SIM_THREADS").map_or(cores.min(8), |threads| threads as usize)
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
