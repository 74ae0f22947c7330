//! What comes in from outside is read by three readers: EntMine reads orders, the store reads
//! EntMine's answers, the doors read forms. Each gets every file of its corpus
//! (`server/tests/corpus/`) and mutants of them, from a seed. An input that fails is kept in the
//! corpus, so that it is tried every time from then on.

mod answers;
mod forms;
mod mutate;
mod orders;

use crate::settings::{long, number, report, seed};
use mutate::Mutants;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::Instant;

/// A reader under test.
trait Reader {
    /// The folder of its corpus.
    const CORPUS: &'static str;

    /// Reads an input; whether it was taken, or what is wrong with what came of it.
    async fn read(&mut self, input: &[u8]) -> Result<bool, String>;
}

fn folder(corpus: &str) -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    tests.join("corpus").join(corpus)
}

/// The corpus, in the order of its names.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    };
    files.into_iter().map(named).collect()
}

async fn prove<R: Reader>(mut reader: R) {
    let files = corpus(R::CORPUS);
    let mut taken = 0_u64;
    for (name, input) in &files {
        match reader.read(input).await {
            Ok(was_taken) => taken += u64::from(was_taken),
            Err(wrong) => panic!("{}/{name}: {wrong}", R::CORPUS),
        }
    }
    // A reader that takes nothing proves nothing.
    assert!(taken > 0, "nothing in {} is taken", R::CORPUS);
    let seconds = number("FUZZ_SECONDS", if long() { 600 } else { 3 });
    let began = Instant::now();
    let mut mutants = Mutants::new(
        seed(),
        files.iter().map(|(_, input)| input.clone()).collect(),
    );
    let mut tried = 0_u64;
    while began.elapsed() < Duration::from_secs(seconds) {
        let input = mutants.next();
        tried += 1;
        match reader.read(&input).await {
            Ok(was_taken) => taken += u64::from(was_taken),
            Err(wrong) => {
                let name = format!("failed-{}-{tried}", seed());
                std::fs::write(folder(R::CORPUS).join(&name), &input).unwrap();
                panic!("{}/{name} (kept): {wrong}", R::CORPUS);
            }
        }
    }
    let figures = format!(
        "{} files, seed {}: {tried} mutants in {seconds} s, {taken} taken",
        files.len(),
        seed()
    );
    report(&format!("hostile {}", R::CORPUS), &figures);
}

#[tokio::test]
async fn entmine_reads_orders() {
    prove(orders::Orders::new().await).await;
}

#[tokio::test]
async fn the_store_reads_entmines_answers() {
    prove(answers::Answers::new().await).await;
}

#[tokio::test]
async fn the_doors_read_forms() {
    prove(forms::Forms::new().await).await;
}
