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

/// Carries a command out; gives the epoch from now on.
///
/// # Errors
/// A [`Fault`]; nothing was changed then.
pub(super) async fn perform(
    entmine: &entmine::EntMine,
    command: EntMineCommand,
) -> Result<i64, Fault> {
    match command {
        EntMineCommand::Restored { highest } => crate::restored::raise(entmine, &highest)
            .await
            .map_err(Fault::Failed),
    }
}
