//! `wizastore catalog …`.

use super::Output;
use crate::end::EXIT;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct CatalogCommand {
    #[command(subcommand)]
    pub task: CatalogTask,
}

#[derive(Debug, Subcommand)]
pub enum CatalogTask {
    /// Show how far the store's catalogue has followed EntMine's, and whether the two are the same
    #[command(after_help = EXIT)]
    Status(Output),
    /// Compare every product with EntMine's and name what differs
    #[command(after_help = EXIT)]
    Compare(Output),
    /// Take EntMine's whole catalogue anew; the old one is shown until the new one is complete
    #[command(after_help = EXIT)]
    Repair {
        /// Take it also where it is empty or more than a fifth smaller than the store's
        #[arg(long)]
        take_smaller: bool,
        #[command(flatten)]
        output: Output,
    },
}
