//! Seeded simulation of the store: its real code and a real SQLite file, in virtual time, between
//! scripted customers and a model of EntMine, on a network that does its worst.

mod books;
mod chance;
mod check;
mod customer;
mod link;
mod plan;
mod replica;
mod rows;
mod run;
mod time;
mod told;
mod watch;
mod world;
mod wrong;

#[test]
fn one() {
    let seed = std::env::var("SIM_FROM")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    let count: u64 = std::env::var("SIM_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(3);
    let folder = run::Folder::new();
    for seed in seed..seed + count {
        #[expect(clippy::disallowed_methods)]
        let began = std::time::Instant::now();
        let report = run::seed(&folder, seed, None);
        println!("trips {}", time::TRIPS.take());
        println!(
            "seed {seed}: {:?} virtual {} s, orders {} confirmed {} attempts {} sent {} told {} {:?}",
            began.elapsed(),
            report.virtual_s,
            report.orders,
            report.confirmed,
            report.attempts,
            report.sent,
            report.told,
            report.faults
        );
        for (what, text) in report.broken.iter().take(20) {
            println!("   {what}: {text}");
        }
    }
}
