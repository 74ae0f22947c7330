//! The crash matrix: at every named point of an order's way a process dies, a step fails, or takes
//! too long; and then the same at a second point, while what the first one broke is being repaired.

mod case;
mod points;
mod run;
mod scenario;

pub use points::{PATH, path};

use crate::settings::{budget, long, report, seed};
use crate::world::acts::{Act, What};
use crate::world::{Way, template::Template};
use case::Case;
use database::Engine;
use rand::SeedableRng;
use rand::seq::SliceRandom;

fn singles(way: Way) -> Vec<Case> {
    let mut cases = Vec::new();
    for point in path() {
        for what in What::ALL {
            cases.push(Case::new(way, vec![Act::new(&point, what, 1)]));
        }
        // Later passages are other orders, or the same one's second attempt.
        for nth in [2, 4] {
            cases.push(Case::new(way, vec![Act::new(&point, What::Kill, nth)]));
        }
    }
    cases
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
    let template = run::block_on(Template::new(engine));
    let singles = singles(way);
    let done = run::all(&template, &singles, None);
    report(&name, &format!("singles: {done}"));
    done.must_be_well();
    // A point that no scenario passes would be proved by nothing.
    assert_eq!(done.missed, 0, "acts that never happened: {:?}", done.unreached);
    if long() {
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

/// What failed before, named by `PROOF_CASE`, for example
/// `PROOF_CASE="sqlite http store.journal.commit=kill@1"`.
#[test]
fn the_case_that_is_named() {
    if let Ok(text) = std::env::var("PROOF_CASE") {
        let (engine, case) = Case::parse(&text).unwrap();
        let template = run::block_on(Template::new(engine));
        let done = run::all(&template, &[case], None);
        done.must_be_well();
    }
}
