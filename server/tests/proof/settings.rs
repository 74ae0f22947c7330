//! How long a proof may be. Everything is said by environment variables, so that `scripts/proof`
//! and a person who tries again what failed use the same ones.

use std::time::Duration;

/// Whether this is `make proof`.
pub fn long() -> bool {
    std::env::var("PROOF").is_ok_and(|length| length == "long")
}

/// A number from the environment, or the one that goes without saying.
pub fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => otherwise,
    }
}

/// The seed of everything that is left to chance.
pub fn seed() -> u64 {
    number("PROOF_SEED", 20_261_124)
}

/// The time that one part of the long version may take.
pub fn budget(minutes: u64) -> Duration {
    Duration::from_secs(60 * number("PROOF_MINUTES", minutes))
}

/// Says what a part did, on a line that `scripts/proof` collects.
pub fn report(part: &str, figures: &str) {
    println!("PROOF {part}: {figures}");
    if let Ok(file) = std::env::var("PROOF_REPORT") {
        use std::io::Write;
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(file)
            .unwrap();
        writeln!(file, "{part}\t{figures}").unwrap();
    }
}
