//! Processor time and memory of a process and all that it started (proc(5)).

use sqlx::{AnyConnection, Connection};
use std::collections::HashSet;

/// Ticks of the kernel a second, as it shows them: USER_HZ, on all machines that this runs on.
pub const TICKS: f64 = 100.0;

struct Process {
    pid: u32,
    parent: u32,
    /// Its own, and those of its children that have ended.
    ticks: u64,
}

impl Process {
    /// From `/proc/PID/stat`; none if it has ended meanwhile.
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name before it may hold anything.
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let parent = fields.get(1)?.parse().ok()?;
        let times = fields.get(11..15)?;
        let ticks = times.iter().filter_map(|text| text.parse::<u64>().ok());
        Some(Self {
            pid,
            parent,
            ticks: ticks.sum(),
        })
    }
}

/// A process and all its descendants.
fn tree(root: u32) -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut others: Vec<Process> = names
        .filter_map(|name| Process::read(name.parse().ok()?))
        .collect();
    let mut found = HashSet::from([root]);
    let mut tree = Vec::new();
    loop {
        let is_of_it =
            |process: &Process| found.contains(&process.pid) || found.contains(&process.parent);
        let (more, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(is_of_it);
        if more.is_empty() {
            return tree;
        }
        found.extend(more.iter().map(|process| process.pid));
        tree.extend(more);
        others = rest;
    }
}

/// Processor time of the tree so far, in seconds.
pub fn seconds(root: u32) -> f64 {
    let ticks: u64 = tree(root).iter().map(|process| process.ticks).sum();
    ticks as f64 / TICKS
}

/// Processor time of a process without those that it has started and that still run.
pub fn seconds_alone(pid: u32) -> f64 {
    Process::read(pid).map_or(0.0, |process| process.ticks as f64 / TICKS)
}

/// `VmRSS`, which is resident now, or `VmHWM`, which was at most, of all in the tree together, in kB.
pub fn memory_kb(root: u32, which: &str) -> f64 {
    let of = |process: &Process| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.pid)).ok()?;
        let line = status.lines().find(|line| line.starts_with(which))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    tree(root).iter().filter_map(of).sum()
}

/// The process that started those of a PostgreSQL server on this machine.
pub async fn postmaster(url: &str) -> u32 {
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(url).await.unwrap();
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    Process::read(backend.unsigned_abs()).unwrap().parent
}
