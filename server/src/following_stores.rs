//! `wizastore entmine store`: the stores that follow EntMine's catalogue.

use crate::cli::{StoreCommand, StoreTask};
use crate::commands::users::carry_out;
use crate::control::{EntMineAnswer, EntMineCommand, FollowingStore};
use crate::operator::Table;
use crate::output;
use std::error::Error;

/// Carries the command out and says what was done.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn run(command: StoreCommand) -> Result<(), Box<dyn Error>> {
    let (command, place) = match command.task {
        StoreTask::List { place } => (EntMineCommand::StoreList, place),
        StoreTask::Forget { name, place } => (EntMineCommand::StoreForget { name }, place),
    };
    match carry_out(command, &place).await? {
        EntMineAnswer::Done { done } => output::line(done)?,
        EntMineAnswer::Stores { stores } => {
            for line in table(stores).lines() {
                output::line(line)?;
            }
        }
        EntMineAnswer::Epoch(_) | EntMineAnswer::Users { .. } => {
            return Err("the running server answered something else".into());
        }
    }
    Ok(())
}

fn table(stores: Vec<FollowingStore>) -> Table {
    let mut table = Table::new(["STORE", "ADDRESS", ">BEHIND", "SENT TO"]);
    for store in stores {
        let sent_to = match (store.is_sent_to, store.heard_at_ms) {
            (true, Some(_)) => "yes",
            (true, None) => "yes, no answer yet",
            (false, _) => "no",
        };
        table.row([
            store.name,
            store.address,
            store.lag.to_string(),
            sent_to.to_owned(),
        ]);
    }
    table
}
