//! `wizastore user …`.

use super::EntMinePlace;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct UserCommand {
    #[command(subcommand)]
    pub task: UserTask,
}

#[derive(Debug, Subcommand)]
pub enum UserTask {
    /// Add somebody
    ///
    /// The password is asked for, or read from the first line of standard input where that is no
    /// terminal. It is never an argument, which others on the machine could read.
    Add {
        /// Small letters, digits, dots and hyphens
        name: String,
        /// clerk: orders and stock; manager: everything
        #[arg(long, value_parser = ["clerk", "manager"])]
        role: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// List everybody, those who are disabled too
    List {
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// End somebody's sessions and let nobody sign in with that name any more
    Disable {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Give somebody another password, which ends their sessions; asked for as by add
    Password {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
}
