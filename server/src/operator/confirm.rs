//! Asking whether it is meant.

use std::io::{IsTerminal, Write, stdin};

/// Asks the person at the terminal. A script is nobody to ask: it says `--yes`, or means it by
/// having written the command.
pub(super) fn meant(question: &str) -> bool {
    if !stdin().is_terminal() {
        return true;
    }
    eprint!("{question} [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    let yes = read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes");
    if !yes {
        eprintln!("wizastore: nothing was done");
    }
    yes
}
