//! The crash matrix: at every named point of an order's way a process dies, a step fails, or takes
//! too long; and then the same at a second point, while what the first one broke is being repaired.

mod case;
mod points;
mod run;
mod scenario;

pub use points::{PATH, path};

use crate::settings::{budget, long, report, seed};
use crate::world::acts::{Act, What};
use crate::world::{Way, block_on, template::Template};
use case::Case;
use database::Engine;
use rand::SeedableRng;
use rand::seq::SliceRandom;

/// Everything that can happen at each point's `nth` passage.
fn singles(way: Way, nth: u32) -> Vec<Case> {
    let at =
        |point: String| What::ALL.map(|what| Case::new(way, vec![Act::new(&point, what, nth)]));
    path().into_iter().flat_map(at).collect()
}

/// Every ordered pair with everything that can happen at each; first those where both die.
fn pairs(way: Way) -> Vec<Case> {
    let mut deaths = Vec::new();
    let mut others = Vec::new();
    for one in path() {
        for then in path() {
            for what in What::ALL {
                for next in What::ALL {
                    let acts = vec![Act::new(&one, what, 1), Act::new(&then, next, 1)];
                    let both = what == What::Kill && next == What::Kill;
                    let cases = if both { &mut deaths } else { &mut others };
                    cases.push(Case::new(way, acts));
                }
            }
        }
    }
    // Where the time does not suffice for all, another seed tries others.
    others.shuffle(&mut rand::rngs::StdRng::seed_from_u64(seed()));
    deaths.extend(others);
    deaths
}

fn prove(engine: Engine, way: Way) {
    let name = format!("matrix {engine:?} {way:?}").to_lowercase();
    let template = block_on(Template::new(engine));
    let done = run::all(&template, &singles(way, 1), None);
    report(&name, &format!("singles: {done}"));
    done.must_be_well();
    // A point that no scenario passes would be proved by nothing.
    let never = &done.unreached;
    assert!(never.is_empty(), "what never happened: {never:?}");
    if long() {
        // Later passages are other orders, or the same one's later attempts.
        let later: Vec<Case> = (2..=4).flat_map(|nth| singles(way, nth)).collect();
        let done = run::all(&template, &later, None);
        report(&name, &format!("later passages: {done}"));
        done.must_be_well();
        let pairs = pairs(way);
        let done = run::all(&template, &pairs, Some(budget(12)));
        report(&name, &format!("pairs, seed {}: {done}", seed()));
        done.must_be_well();
    }
}

#[test]
fn whatever_breaks_at_any_point_embedded_on_sqlite() {
    prove(Engine::Sqlite, Way::Embedded);
}

#[test]
fn whatever_breaks_at_any_point_over_http_on_sqlite() {
    prove(Engine::Sqlite, Way::Http);
}

#[test]
fn whatever_breaks_at_any_point_embedded_on_postgres() {
    if long() {
        prove(Engine::Postgres, Way::Embedded);
    }
}

#[test]
fn whatever_breaks_at_any_point_over_http_on_postgres() {
    if long() {
        prove(Engine::Postgres, Way::Http);
    }
}

/// Cases that failed once.
#[test]
fn cases_that_failed_once_pass() {
    let lines = include_str!("regressions.txt").lines();
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let cases = lines.iter().map(|line| Case::parse(line).unwrap());
        let cases: Vec<Case> = cases
            .filter(|(of, _)| *of == engine)
            .map(|(_, case)| case)
            .collect();
        if !cases.is_empty() {
            run::all(&block_on(Template::new(engine)), &cases, None).must_be_well();
        }
    }
}

/// The case that `PROOF_CASE` names, for example
/// `PROOF_CASE="sqlite http store.journal.commit=kill@1"`.
#[test]
fn the_case_that_is_named() {
    if let Ok(text) = std::env::var("PROOF_CASE") {
        let (engine, case) = Case::parse(&text).unwrap();
        let template = block_on(Template::new(engine));
        let done = run::all(&template, &[case], None);
        done.must_be_well();
    }
}
