//! What a running EntMine takes beside imports.

use super::Fault;
use serde::{Deserialize, Serialize};

/// A command to EntMine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum EntMineCommand {
    /// The database was restored from a backup; `highest` are the order numbers that were told.
    Restored { highest: Vec<String> },
}

/// What EntMine is after a restore was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEpoch {
    pub epoch: i64,
    /// Of each year that was named, the number after which new ones follow.
    pub last_numbers: Vec<String>,
}

/// Carries a command out.
///
/// # Errors
/// A [`Fault`], a sentence for the person who gave the command.
pub(super) async fn perform(
    entmine: &entmine::EntMine,
    command: EntMineCommand,
) -> Result<NewEpoch, Fault> {
    match command {
        EntMineCommand::Restored { highest } => crate::restored::raise(entmine, &highest)
            .await
            .map_err(Fault::Failed),
    }
}
