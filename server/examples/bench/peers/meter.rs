//! What a measurement cost the machine, and what disturbed it.

use super::Running;
use super::processes;
use crate::machine::Processors;
use std::time::Instant;

/// Above it a measurement is noisy: time that the host gave to others, in percent.
const STEAL: f64 = 5.0;
/// Above it a measurement is noisy: processors that other programs kept busy.
const OTHERS: f64 = 0.1;

/// Counts from where it was made.
pub struct Meter<'a> {
    running: &'a Running,
    began: Instant,
    processors: Processors,
    server: f64,
    database: f64,
    client: f64,
}

/// Processor time in seconds.
pub struct Spent {
    pub server: f64,
    /// None where it is in the server's own.
    pub database: Option<f64>,
    /// Percent of the time of all processors.
    steal: f64,
    /// Processors.
    others: f64,
}

impl<'a> Meter<'a> {
    pub fn begin(running: &'a Running) -> Self {
        Self {
            running,
            server: processes::seconds(running.pid),
            database: running.postmaster.map_or(0.0, processes::seconds),
            client: processes::seconds_alone(std::process::id()),
            processors: Processors::now(),
            began: Instant::now(),
        }
    }

    pub fn end(&self) -> Spent {
        let wall = self.began.elapsed().as_secs_f64();
        let now = Processors::now();
        let worked = now.work_since(self.processors) / processes::TICKS;
        let server = processes::seconds(self.running.pid) - self.server;
        let database = self.running.postmaster.map(processes::seconds);
        let database = database.map(|seconds| seconds - self.database);
        let client = processes::seconds_alone(std::process::id()) - self.client;
        let others = (worked - server - database.unwrap_or(0.0) - client) / wall;
        Spent {
            server,
            database,
            steal: now.stolen_since(self.processors),
            others: others.max(0.0),
        }
    }
}

impl Spent {
    pub fn is_noisy(&self) -> bool {
        self.steal > STEAL || self.others > OTHERS
    }

    /// What a table beside it must say.
    pub fn noise(&self) -> String {
        let noisy = if self.is_noisy() { " (NOISY)" } else { "" };
        format!(
            "steal {:.1} %, other programs {:.2} processors{noisy}",
            self.steal, self.others
        )
    }
}
