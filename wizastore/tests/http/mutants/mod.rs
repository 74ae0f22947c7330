//! A mutant EntMine: a table of answers each of which is wrong in one way, and what each proves.

mod bodies;
mod envelopes;
mod framing;
mod problems;
mod statuses;

use crate::class::Class;
use crate::good::{BODY, Draft, LIMIT, acceptance_json, entmine, key, verdict_json};
use crate::peer::{Peer, answer};
use model::Acceptance;
use wizastore::erp::{EntMine, Found, HttpEntMine, Placed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Place,
    Find,
    Void,
}

/// A wrong answer: its bytes for each call that it is tried with, and what they prove there.
struct Mutant {
    name: String,
    runs: Vec<(Call, Vec<u8>, Class)>,
}

/// The right answer to each call.
fn right() -> [(Call, Draft); 3] {
    [
        (Call::Place, Draft::accepted()),
        (Call::Find, Draft::json(200, verdict_json())),
        (Call::Void, Draft::json(200, r#"{"voided":true}"#)),
    ]
}

/// Right answers to all calls, bent in the same way.
fn envelope(name: &str, class: Class, bend: impl Fn(Draft) -> Draft) -> Mutant {
    let runs = right().map(|(call, draft)| (call, bend(draft).bytes(), class));
    Mutant {
        name: name.into(),
        runs: runs.into(),
    }
}

/// The same bytes for every call.
fn raw(name: &str, class: Class, bytes: impl Into<Vec<u8>>) -> Mutant {
    let bytes = bytes.into();
    let runs = [Call::Place, Call::Find, Call::Void].map(|call| (call, bytes.clone(), class));
    Mutant {
        name: name.into(),
        runs: runs.into(),
    }
}

/// An error, and what it proves to place, find and void.
fn error(name: &str, classes: [Class; 3], draft: &Draft) -> Mutant {
    let calls = [Call::Place, Call::Find, Call::Void].into_iter();
    let runs = calls
        .zip(classes)
        .map(|(call, class)| (call, draft.bytes(), class));
    Mutant {
        name: name.into(),
        runs: runs.collect(),
    }
}

/// An acceptance with wrong contents, as `place` and as `find` get it.
fn accepted(name: &str, class: Class, json: impl Into<Vec<u8>>) -> Mutant {
    let json: Vec<u8> = json.into();
    let mut verdict = json.clone();
    if let Some(brace) = json.iter().position(|byte| *byte == b'{') {
        verdict.splice(brace..=brace, *br#"{"verdict":"accepted","#);
    }
    Mutant {
        name: name.into(),
        runs: vec![
            (Call::Place, Draft::json(201, json).bytes(), class),
            (Call::Find, Draft::json(200, verdict).bytes(), class),
        ],
    }
}

/// The right acceptance with one piece of its text replaced.
fn replaced(name: &str, class: Class, from: &str, to: &str) -> Mutant {
    let right = acceptance_json();
    assert!(right.contains(from), "{name}: no {from} in {right}");
    accepted(name, class, right.replacen(from, to, 1))
}

/// Calls, and compares an acceptance with what the answer literally says.
async fn class_of(erp: &HttpEntMine, call: Call, bytes: &[u8]) -> (Class, String) {
    match call {
        Call::Place => {
            let result = erp.place(key(), BODY, None, LIMIT).await;
            if let Ok(Placed::Accepted(given)) = result.as_ref().map(|given| &given.answer) {
                literally(given, bytes);
            }
            (Class::of_place(&result), format!("{result:?}"))
        }
        Call::Find => {
            let result = erp.find(key()).await;
            if let Ok(Found::Accepted(given)) = result.as_ref().map(|given| &given.answer) {
                literally(given, bytes);
            }
            (Class::of_find(&result), format!("{result:?}"))
        }
        Call::Void => {
            let result = erp.void(key()).await;
            (Class::of_void(&result), format!("{result:?}"))
        }
    }
}

fn literally(given: &Acceptance, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // The pieces of a chunked answer hang together without the lines of their lengths.
    let lines = text[text.find('{').unwrap()..].split("\r\n");
    let json: String = lines.filter(|line| line.len() > 4).collect();
    // What follows the first object is not part of the answer.
    let mut objects = serde_json::Deserializer::from_str(&json).into_iter();
    let mut said: Acceptance = objects.next().unwrap().unwrap();
    // A verdict does not have this member.
    said.replayed = given.replayed;
    assert_eq!(*given, said);
}

/// What only the four refusals can prove.
fn may_be_not_applied(bytes: &[u8]) -> bool {
    ["401", "403", "429", "503"]
        .iter()
        .any(|status| bytes.starts_with(format!("HTTP/1.1 {status} ").as_bytes()))
}

async fn play(table: &[Mutant]) {
    let runs: Vec<_> = table
        .iter()
        .flat_map(|mutant| mutant.runs.iter().map(move |run| (&mutant.name, run)))
        .collect();
    let peer = Peer::start(runs.iter().map(|(_, (_, bytes, _))| answer(bytes.clone()))).await;
    let erp = entmine(&peer.url);
    let mut wrong = Vec::new();
    for (name, (call, bytes, wanted)) in &runs {
        let (class, result) = class_of(&erp, *call, bytes).await;
        if class != *wanted {
            wrong.push(format!("{name}, {call:?}: not {wanted:?}: {result}"));
        }
        assert!(
            class != Class::NotApplied || may_be_not_applied(bytes),
            "{name}"
        );
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // Each was heard once: nothing was asked again.
    assert_eq!(
        (peer.requests().len(), peer.connections()),
        (runs.len(), runs.len())
    );
}

#[test]
fn the_table_has_at_least_120_different_mutants() {
    let tables = [
        bodies::table(),
        envelopes::table(),
        framing::table(),
        problems::table(),
    ];
    let names: Vec<_> = tables.iter().flatten().map(|mutant| &mutant.name).collect();
    let mut twice = names.clone();
    twice.sort();
    let twice: Vec<_> = twice.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(names.len() >= 120, "{}", names.len());
    let runs: usize = tables
        .iter()
        .flatten()
        .map(|mutant| mutant.runs.len())
        .sum();
    println!(
        "{} mutants in {runs} runs, and every status from 100 to 599",
        names.len()
    );
}

#[tokio::test]
async fn wrong_contents() {
    play(&bodies::table()).await;
}

#[tokio::test]
async fn wrong_headers() {
    play(&envelopes::table()).await;
}

#[tokio::test]
async fn wrong_http() {
    play(&framing::table()).await;
}

#[tokio::test]
async fn wrong_errors() {
    play(&problems::table()).await;
}
