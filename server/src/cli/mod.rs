//! The command line. Every option is also an environment variable; secrets are only that.

mod catalog;
mod entmine;
mod first;
mod orders;
mod places;
mod serve;
mod user;

pub use catalog::{CatalogCommand, CatalogTask};
pub use entmine::{
    EntmineCommand, EntmineOptions, EntmineTask, ImportOptions, RestoredOptions, StoreUrl,
};
pub use first::FirstProducts;
pub use orders::{AuditOptions, ListOptions, OrdersCommand, OrdersTask, Output, Which};
pub use places::{EntMinePlace, StorePlace};
pub use serve::ServeOptions;
pub use user::{UserCommand, UserTask};

use clap::{Parser, Subcommand};

/// WizAStore, an on-line store whose orders are pushed into EntMine, its ERP. Without a command it
/// serves.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "The log goes to standard error; WIZASTORE_LOG sets its filter (default: info).\n\
                  Secrets are only read from the environment: ENTMINE_TOKENS, ENTMINE_TOKEN, \
                  ENTMINE_HOOK_SECRETS, WIZASTORE_SMTP_URL, and the passwords in database addresses."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

impl Cli {
    /// The command of this process; without one it serves, as `cargo leptos watch` expects.
    pub fn command() -> Command {
        match Self::parse().command {
            Some(command) => command,
            None => Command::Serve(ServeOptions::parse_from(["wizastore"])),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the store, with EntMine in the same process or elsewhere
    ///
    /// Without --entmine-url both systems run here, each with its own database, and EntMine's HTTP
    /// API is there too when ENTMINE_TOKENS is set. With --entmine-url the store runs alone and
    /// reaches EntMine over HTTP, with the secret in ENTMINE_TOKEN.
    Serve(ServeOptions),
    /// Run EntMine alone, for stores that run elsewhere
    Entmine(EntmineCommand),
    /// Import products from a CSV file into EntMine
    ///
    /// The file has the columns of a Shopify product export. Products are found by SKU: new ones
    /// are added, changed ones updated, others left alone. A file with a bad row is not imported
    /// at all; each bad row is named with its line, column and reason. Works while EntMine runs.
    Import(ImportOptions),
    /// The people who work with EntMine: add, list, disable, give another password
    ///
    /// They sign in at /entmine. A clerk works on orders and stock, a manager on everything. Works
    /// while EntMine runs.
    User(UserCommand),
    /// Look at the orders of the store's journal, and lead those that are stuck to an end
    Orders(OrdersCommand),
    /// Look at the store's copy of EntMine's catalogue, and repair it
    Catalog(CatalogCommand),
    /// Count the ledger of both systems and name what does not fit
    #[command(after_help = orders::EXIT_STATUS)]
    Audit(AuditOptions),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn entmine_has_options_or_a_task() {
        for line in [
            "wizastore entmine --addr 127.0.0.1:0 --data d --empty",
            "wizastore entmine --demo",
            "wizastore serve --demo --rehearsal",
            "wizastore entmine restored --data d --highest SO-2026-000123 --highest SO-2025-000009",
            "wizastore orders list --attention --json",
            "wizastore user add robin --role clerk --data d",
            "wizastore user disable robin",
            "wizastore orders settle SO-2026-000123 --note paid --yes",
            "wizastore catalog status --json",
            "wizastore catalog repair --take-smaller",
            "wizastore entmine --store-url wizastore=http://127.0.0.1:3000",
        ] {
            Cli::try_parse_from(line.split(' ')).expect(line);
        }
        for line in [
            "wizastore entmine restored",
            "wizastore orders",
            "wizastore orders void KEY",
            "wizastore user add robin",
            "wizastore user add robin --role owner",
            "wizastore user add robin --role clerk --password s3cret",
            "wizastore orders list --limit 0",
            "wizastore catalog",
            "wizastore entmine --store-url http://127.0.0.1:3000",
            "wizastore entmine --store-url Shop=http://127.0.0.1:3000",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
