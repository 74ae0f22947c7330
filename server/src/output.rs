//! What a command says, on standard output and standard error. Nothing here panics where nobody reads
//! any more, as `println!` would: `wizastore audit | head` ends quietly.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write, stderr, stdout};

/// Prints a line of an answer.
///
/// # Errors
/// Where it cannot be written, such as on a full disk. A reader that went away has read what it
/// wanted: that is none.
pub fn line(text: impl Display) -> io::Result<()> {
    let mut out = stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Says on standard output that a server is open. It is open also where nobody reads that.
pub fn greet(text: impl Display) {
    let _ = line(text);
}

/// Prints a line for the person who gave the command.
pub fn note(text: impl Display) {
    // Where even that cannot be written, nobody is there to be told.
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Whether a person at a terminal reads notes and prompts.
pub fn is_read_as_it_comes() -> bool {
    stderr().is_terminal()
}

/// Prints what stays on its line: a question, or how far something is.
pub fn prompt(text: impl Display) {
    let mut err = stderr().lock();
    let _ = write!(err, "{text}").and_then(|()| err.flush());
}
