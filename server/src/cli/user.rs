//! `wizastore user …`.

use super::{EntMinePlace, NewEntMinePlace};
use crate::end::EXIT;
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
    #[command(after_help = EXIT)]
    Add {
        /// Small letters, digits, dots and hyphens
        name: String,
        /// clerk: orders and stock; manager: everything
        #[arg(long, value_parser = ["clerk", "manager"])]
        role: String,
        #[command(flatten)]
        place: NewEntMinePlace,
    },
    /// List everybody, those who are disabled too
    #[command(after_help = EXIT)]
    List {
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// End somebody's sessions and let nobody sign in with that name, until it is enabled again
    #[command(after_help = EXIT)]
    Disable {
        name: String,
        /// Although nobody else is a manager
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Let somebody who was disabled sign in again, with the password of before
    #[command(after_help = EXIT)]
    Enable {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Give somebody another role, from their next click on
    #[command(after_help = EXIT)]
    Role {
        name: String,
        /// clerk: orders and stock; manager: everything
        #[arg(value_parser = ["clerk", "manager"])]
        role: String,
        /// Although nobody else is a manager
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Make the name of a disabled account free for somebody else
    ///
    /// The account is kept under a name that says until when it was theirs, and the audit says that
    /// what was done under the name before was somebody else's.
    #[command(after_help = EXIT)]
    Free {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Give somebody another password, which ends their sessions; asked for as by add
    #[command(after_help = EXIT)]
    Password {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
}
