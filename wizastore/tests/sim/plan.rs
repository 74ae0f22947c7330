//! What a seed is about: which kinds of trouble it has, and how many customers.

use super::chance::Chance;
use crate::Knobs;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Plan {
    /// One: as on SQLite, where a start frees all leases. More: as on PostgreSQL.
    pub replicas: usize,
    pub customers: u64,
    pub orders_each: u64,
    /// How long customers come and faults happen.
    pub busy: Duration,
    pub crashes: bool,
    /// Replicas' clocks jump by minutes.
    pub clock_jumps: bool,
    pub database_faults: bool,
    /// Attempts that stand still between EntMine's answer and its record, beyond their lease.
    pub stalls: bool,
    /// EntMine goes back to a backup.
    pub restores: bool,
    /// Answers that contradict what was sent.
    pub contradictions: bool,
    /// How bad the network is, from 0 to 2.
    pub network: u64,
    pub knobs: Knobs,
}

impl Plan {
    pub fn of(chance: &Chance) -> Self {
        Self {
            replicas: if chance.in_1000(250) { 1 } else { 3 },
            customers: chance.between(30, 70),
            orders_each: chance.between(2, 3),
            busy: Duration::from_secs(chance.between(120, 300)),
            crashes: chance.in_1000(700),
            clock_jumps: chance.in_1000(350),
            database_faults: chance.in_1000(600),
            stalls: chance.in_1000(400),
            restores: chance.in_1000(300),
            contradictions: chance.in_1000(300),
            network: chance.below(3),
            knobs: Knobs {
                // The product's, but for what only decides how long a backlog takes to drain.
                background: [2, 5, 15, 30, 60].map(Duration::from_secs).into(),
                background_tick: Duration::from_secs(3),
                reconcile_every: Duration::from_secs(45),
                ..Knobs::default()
            },
        }
    }
}
