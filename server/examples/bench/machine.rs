//! The machine itself: its disk and its processors.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a second a small append can be synced, one after the other.
pub fn fsyncs(folder: &Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("fsync")).unwrap();
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < Duration::from_millis(500) {
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// What the processors did since the start of the machine, in ticks (proc(5), `/proc/stat`).
#[derive(Clone, Copy)]
pub struct Processors {
    all: u64,
    idle: u64,
    /// For programs, in their own code and in the kernel's.
    worked: u64,
    /// Given to other guests by the host.
    stolen: u64,
}

impl Processors {
    pub fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/stat").unwrap();
        let ticks = stat.lines().next().unwrap().split_whitespace().skip(1);
        let ticks: Vec<u64> = ticks.map(|text| text.parse().unwrap()).collect();
        Self {
            // What guests do is in user's time, too.
            all: ticks.iter().take(8).sum(),
            idle: ticks[3] + ticks[4],
            worked: ticks[..3].iter().sum(),
            stolen: ticks[7],
        }
    }

    /// How much of all processors was at work since then, in percent.
    pub fn busy_since(self, before: Self) -> f64 {
        let idle = (self.idle - before.idle) as f64;
        100.0 * (1.0 - idle / (self.all - before.all) as f64)
    }

    /// Ticks for programs since then.
    pub fn work_since(self, before: Self) -> f64 {
        (self.worked - before.worked) as f64
    }

    /// How much of all processors the host took away since then, in percent.
    pub fn stolen_since(self, before: Self) -> f64 {
        100.0 * (self.stolen - before.stolen) as f64 / (self.all - before.all) as f64
    }
}
