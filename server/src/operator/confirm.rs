//! Asking whether it is meant.

use crate::output;
use std::io::{IsTerminal, stdin};

/// Asks the person at the terminal. Where there is none, nobody can be asked: a script says `--yes`.
pub(super) fn meant(question: &str) -> bool {
    if !stdin().is_terminal() {
        output::note(
            "wizastore: nothing was done: there is no terminal to ask at; give --yes if it is meant",
        );
        return false;
    }
    output::prompt(format!("{question} [y/N] "));
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    let yes = read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes");
    if !yes {
        output::note("wizastore: nothing was done");
    }
    yes
}
