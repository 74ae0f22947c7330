//! `wizastore entmine restored`: EntMine's database came from a backup, and everybody has to know.

use super::users;
use crate::cli::RestoredOptions;
use crate::control::{EntMineAnswer, EntMineCommand, Missing, reach};
use crate::output;
use std::error::Error;

/// Raises the epoch, through the EntMine that runs on the database or directly.
///
/// # Errors
/// One sentence for the person who gave the command. Giving it once more does no harm.
pub async fn run(options: RestoredOptions) -> Result<(), Box<dyn Error>> {
    let command = EntMineCommand::Restored {
        highest: options.highest.clone(),
    };
    let place = &options.place;
    let missing = Missing::create(place.create);
    let reached = reach(&place.place.entmine_database(), missing).await?;
    let EntMineAnswer::Epoch(new) = users::give(reached, command).await? else {
        return Err("the running server answered something else".into());
    };
    output::line(format!(
        "EntMine is in epoch {} now, and new numbers follow {}; each store will compare its orders \
         with EntMine's",
        new.epoch,
        new.last_numbers.join(", ")
    ))?;
    Ok(())
}
