//! Asking whether it is meant.

use crate::output;
use std::io::{IsTerminal, stdin};

/// Asks the person at the terminal, unless `--yes` was given. Where there is no terminal, nobody can be
/// asked: a script says `--yes`.
///
/// # Errors
/// Why nothing is to be done.
pub(super) fn meant(yes: bool, question: &str) -> Result<(), &'static str> {
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err("nothing was done: there is no terminal to ask at; give --yes if it is meant");
    }
    output::prompt(format!("{question} [y/N] "));
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    match read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") {
        true => Ok(()),
        false => Err("nothing was done"),
    }
}
