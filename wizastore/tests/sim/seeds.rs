//! The tests: some seeds each time, the planted bugs, and as many seeds as there is time for.

use super::many::{self, number, range};
use super::run::{memory, story};
use super::wrong::Wrong;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A planted bug has to be seen within so many seeds.
const MOST_SEEDS: u64 = 150;

#[expect(
    clippy::disallowed_methods,
    reason = "how long a test took is real time"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[test]
fn nothing_is_lost_doubled_renumbered_or_told_untruly() {
    let began = now();
    let from = number("SIM_FROM").unwrap_or(0);
    let total = many::run(range(from, number("SIM_SEEDS").unwrap_or(200)), None);
    total.print(began.elapsed());
    assert!(total.failed.is_empty());
    // Where nobody can order nothing can go wrong.
    assert!(total.confirmed > total.seeds);
}

/// Seeds that failed once.
#[test]
fn seeds_that_failed_once_pass() {
    let seeds: Vec<u64> = include_str!("regressions.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.trim().parse().ok())
        .collect();
    let next = AtomicU64::new(0);
    let began = now();
    let total = many::run(
        || {
            seeds
                .get(next.fetch_add(1, Ordering::SeqCst) as usize)
                .copied()
        },
        None,
    );
    total.print(began.elapsed());
    assert!(total.failed.is_empty());
}

/// Step by step, with the same keys, receipts and tokens: also where other seeds ran before.
#[test]
fn a_seed_tells_the_same_story_each_time() {
    let mut used = memory(None);
    let from = number("SIM_FROM").unwrap_or(0);
    for seed in from..from + 8 {
        let (first, again) = (story(&mut memory(None), seed), story(&mut used, seed));
        let differs = first.iter().zip(&again).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.len(), again.len(), "seed {seed}");
        // The story is one of orders, and the rows are in it.
        for begins in ["orders '", "session_tokens '", "mails '"] {
            assert!(
                first.iter().any(|line| line.starts_with(begins)),
                "{begins}"
            );
        }
    }
}

#[test]
fn every_planted_bug_is_caught() {
    let only = std::env::var("SIM_BUG").ok();
    let mut missed = Vec::new();
    println!("{:<28} {:>5}  first seen by", "planted bug", "seeds");
    for wrong in Wrong::ALL {
        let name = wrong.name();
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let most = number("SIM_SEEDS").unwrap_or(MOST_SEEDS);
        let from = number("SIM_FROM").unwrap_or(0);
        let total = many::run(range(from, most), Some(*wrong));
        if only.is_some() {
            total.print(Duration::from_secs(1));
        }
        match total.failed.first() {
            Some((_, broken)) => {
                let (invariant, what) = &broken[0];
                let what: String = what.chars().take(100).collect();
                println!("{name:<28} {:>5}  {invariant}: {what}", total.seeds);
            }
            None => {
                println!("{name:<28} {:>5}  NOT CAUGHT", total.seeds);
                missed.push(name);
            }
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

/// Goes on from where it stopped last time, for `SIM_SECONDS`.
#[test]
#[ignore = "as long as one lets it: scripts/proof simulation"]
fn as_many_seeds_as_there_is_time_for() {
    let state = PathBuf::from(
        std::env::var("SIM_STATE").unwrap_or("target/proof/simulation-next-seed".into()),
    );
    let kept = std::fs::read_to_string(&state).ok();
    // The first seeds are those of every test run.
    let from = kept
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(200);
    let seconds = number("SIM_SECONDS").unwrap_or(60);
    let began = now();
    let next = AtomicU64::new(from);
    let total = many::run(
        || {
            let on = began.elapsed() < Duration::from_secs(seconds);
            on.then(|| next.fetch_add(1, Ordering::SeqCst))
        },
        None,
    );
    total.print(began.elapsed());
    let until = from + total.seeds;
    if total.failed.is_empty() {
        std::fs::create_dir_all(state.parent().expect("a folder")).expect("a folder");
        std::fs::write(&state, format!("{until}\n")).expect("written");
    }
    println!(
        "simulation: seeds {from} to {} now, {until} of 1,000,000 so far",
        until - 1
    );
    assert!(total.failed.is_empty());
}
