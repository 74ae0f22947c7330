//! How a command ends, as scripts and alarms see it.

use crate::output;
use std::error::Error;
use std::process::ExitCode;

/// What every command ends with, for its help.
pub(crate) const EXIT: &str = "Exit status: 0 done, and all is well; 1 done, and something is wrong or waits for a \
                               person; 2 the command line could not be read; 3 not done, not to its end, or nobody \
                               can tell, and the last line says why.";

/// The same of a server.
pub(crate) const SERVER_EXIT: &str = "Exit status: 0 stopped as asked; 2 the command line could not be read; 3 could \
                                      not start or go on, and the last line says why.";

/// How a command ended. The command line's own refusal is clap's, with status 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Done, and all is well.
    Well,
    /// Done, and something is wrong or waits for a person.
    Attention,
    /// Not done, not to its end, or nobody can tell. What was said last says why.
    NotDone,
}

impl End {
    /// The end of a command; says why one failed.
    pub fn of(done: Result<Self, Box<dyn Error>>) -> Self {
        done.unwrap_or_else(|error| {
            output::note(format!("wizastore: {error}"));
            Self::NotDone
        })
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        match end {
            End::Well => Self::SUCCESS,
            End::Attention => Self::from(1),
            End::NotDone => Self::from(3),
        }
    }
}
