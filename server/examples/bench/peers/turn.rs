//! One shop's turn.

use super::figures::{Figure, Figures};
use super::load::{self, Work};
use super::meter::Meter;
use super::{Running, Who, processes};
use crate::machine;
use std::path::Path;

/// How many buy at the same time.
const CUSTOMERS: [usize; 3] = [1, 8, 32];
/// How many look at products at the same time.
const VISITORS: usize = 8;
/// Before the first measurement of a kind: Node.js compiles what is called often.
const WARM_S: u64 = 8;

pub async fn measure(
    who: Who,
    running: &Running,
    folder: &Path,
    seconds: u64,
    figures: &mut Figures,
) {
    let memory = |which| processes::memory_kb(running.pid, which) / 1_024.0;
    let (cold_start, idle) = (running.cold_start.as_secs_f64() * 1_000.0, memory("VmRSS"));
    println!("  cold start {cold_start:.0} ms, memory idle {idle:.0} MB");
    figures.add(who, Figure::ColdStart, cold_start);
    load::run(&running.shop, Work::Checkout, VISITORS, WARM_S).await;
    for customers in CUSTOMERS {
        checkouts(who, running, folder, (customers, seconds), figures).await;
    }
    lists(who, running, seconds, figures).await;
    let (after, peak) = (memory("VmRSS"), memory("VmHWM"));
    let database = match running.postmaster {
        Some(_) => ", without PostgreSQL's",
        None => "",
    };
    println!("  memory after it {after:.0} MB, at most {peak:.0} MB{database}");
    figures.add(who, Figure::Peak, peak);
}

async fn checkouts(
    who: Who,
    running: &Running,
    folder: &Path,
    (customers, seconds): (usize, u64),
    figures: &mut Figures,
) {
    let fsyncs = machine::fsyncs(folder);
    let meter = Meter::begin(running);
    let run = load::run(&running.shop, Work::Checkout, customers, seconds).await;
    let spent = meter.end();
    let whole = |percent| run.at(percent, |took| took.whole);
    let last = |percent| run.at(percent, |took| took.last);
    let each = |seconds: f64| seconds * 1_000.0 / run.done.len() as f64;
    let with_database = each(spent.server + spent.database.unwrap_or(0.0));
    let cpu = match spent.database {
        Some(_) => format!(
            "{:.2} ms CPU an order without PostgreSQL's, {with_database:.2} with it",
            each(spent.server)
        ),
        None => format!("{with_database:.2} ms CPU an order, its database in it"),
    };
    println!(
        "  {customers} customers: {:.1} checkouts/s, whole p50 {:.1} ms, p99 {:.1} ms, last call p50 {:.1} ms, \
         p99 {:.1} ms ({} orders{}); {cpu}; fsync {fsyncs:.0}/s, {}",
        run.rate(),
        whole(50),
        whole(99),
        last(50),
        last(99),
        run.done.len(),
        run.failures(),
        spent.noise(),
    );
    figures.measured(spent.is_noisy());
    figures.add(who, Figure::Checkouts(customers), run.rate());
    figures.add(who, Figure::Whole(customers), whole(50));
    figures.add(who, Figure::Last(customers), last(50));
    figures.add(who, Figure::Cpu(customers), each(spent.server));
    figures.add(who, Figure::CpuWithDatabase(customers), with_database);
}

async fn lists(who: Who, running: &Running, seconds: u64, figures: &mut Figures) {
    for (list, peer) in &running.lists {
        load::run(peer, Work::List, VISITORS, WARM_S).await;
        let meter = Meter::begin(running);
        let run = load::run(peer, Work::List, VISITORS, seconds).await;
        let spent = meter.end();
        let at = |percent| run.at(percent, |took| took.whole);
        println!(
            "  {}: {:.0}/s at {VISITORS} clients, p50 {:.2} ms, p99 {:.2} ms{}; {}",
            list.name(),
            run.rate(),
            at(50),
            at(99),
            run.failures(),
            spent.noise(),
        );
        figures.measured(spent.is_noisy());
        figures.add(who, Figure::Lists(*list), run.rate());
    }
}
