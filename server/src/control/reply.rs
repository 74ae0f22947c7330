//! What goes over the socket, beside the commands themselves.

use serde::{Deserialize, Serialize};

/// The version of the commands. Raised when one changes its meaning, not when one is added.
pub const VERSION: u32 = 1;

/// A command on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Envelope<C> {
    pub control: u32,
    #[serde(flatten)]
    pub command: C,
}

/// How a command ended.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply<T> {
    Ok(T),
    Error(Fault),
}

impl<T> From<Result<T, Fault>> for Reply<T> {
    fn from(result: Result<T, Fault>) -> Self {
        match result {
            Ok(value) => Self::Ok(value),
            Err(fault) => Self::Error(fault),
        }
    }
}

/// Why a command was not carried out. The sentences are for the person who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    #[error("no order has this key or number")]
    UnknownOrder,
    #[error("refused: {0}")]
    Refused(String),
    #[error("{0}")]
    Failed(String),
    #[error(
        "the running server does not know this command (it speaks version {speaks} of the control \
         protocol, this program {VERSION}); use the wizastore that the server was started from"
    )]
    UnknownCommand { speaks: u32 },
}
