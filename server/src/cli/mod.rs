//! The command line. Every option is also an environment variable; secrets are only that.

mod apart;
mod catalog;
mod entmine;
mod first;
mod keeping;
mod limits;
mod orders;
mod places;
mod serve;
mod user;

pub use apart::Apart;
pub use catalog::{CatalogCommand, CatalogTask};
pub use entmine::{
    EntmineCommand, EntmineOptions, EntmineTask, ImportOptions, RestoredOptions, StoreCommand,
    StoreTask, StoreUrl,
};
pub use first::FirstProducts;
pub use keeping::{KeepChangesOption, KeepOptions};
pub use limits::OrderLimitOptions;
pub use orders::{AuditOptions, ListOptions, OrdersCommand, OrdersTask, Output, Which};
pub use places::{EntMinePlace, NewEntMinePlace, StorePlace};
pub use serve::ServeOptions;
pub use user::{UserCommand, UserTask};

use crate::end::{EXIT, SERVER_EXIT};
use clap::{CommandFactory, Parser, Subcommand};

/// WizAStore, an on-line store whose orders are pushed into EntMine, its ERP
///
/// Both are in this program, each with its own database. The store shows products, keeps carts and
/// takes orders; EntMine owns products, prices and stock, and gives each order its number.
#[derive(Debug, Parser)]
#[command(
    version,
    name = "wizastore",
    display_name = "WizAStore",
    after_help = "To begin:\n\
        \x20 wizastore serve --demo                    a shop with demo products at http://127.0.0.1:3000\n\
        \x20 wizastore user add NAME --role manager    an account for its back office, at /entmine\n\
        \x20 wizastore import FILE.csv                 your own products, with the columns of a Shopify export\n\
        Each command says more with --help.\n\n\
        Data are in the folder of --data (WIZASTORE_DATA, by default ./data). Commands find the program that \
        runs on it by that folder.\n\
        The log goes to standard error; WIZASTORE_LOG sets its filter (default: info).\n\
        Secrets are only read from the environment: ENTMINE_TOKENS, ENTMINE_TOKEN, ENTMINE_HOOK_SECRETS, \
        WIZASTORE_SMTP_URL, and the passwords in database addresses."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

impl Cli {
    /// The command of this process. Without one it says what there is, and nothing is done.
    pub fn given() -> Option<Command> {
        let command = Self::parse().command;
        if command.is_none() {
            // A reader that went away has read enough.
            let _ = Self::command().print_help();
        }
        command
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the store, with EntMine in the same process or elsewhere
    ///
    /// Without --entmine-url both systems run here, each with its own database in the folder of
    /// --data, and EntMine's HTTP API is there too when ENTMINE_TOKENS is set. With --entmine-url the
    /// store runs alone and reaches EntMine over HTTP, with the secret in ENTMINE_TOKEN.
    ///
    /// The shop begins without products: wizastore import brings in your own, --demo those of the demo
    /// shop. SIGTERM and Ctrl-C stop it in order.
    #[command(after_help = SERVER_EXIT)]
    Serve(ServeOptions),
    /// Run EntMine alone, for stores that run elsewhere
    Entmine(EntmineCommand),
    /// Import products from a CSV file into EntMine
    ///
    /// The file is Shopify's product or inventory file, or an export from here. Products are found by
    /// SKU: new ones are added, changed ones updated, others left alone; what the file has no column
    /// for stays as it is. A file with a bad row is not imported at all, unless --skip-bad-rows says
    /// so; each is named with its line, column, value and reason.
    ///
    /// Works while EntMine runs, which it finds by the folder of --data; otherwise on its database.
    /// Where neither is there nothing is done, unless --create is given.
    #[command(after_help = EXIT)]
    Import(ImportOptions),
    /// The people who work with EntMine: add, list, disable and enable, give another role or password
    ///
    /// They sign in at /entmine, on the shop's address or, where EntMine runs alone, on EntMine's. A
    /// clerk works on orders and stock, a manager on everything. Works while EntMine runs, which it
    /// finds by the folder of --data; otherwise on its database.
    User(UserCommand),
    /// Look at the orders of the store's journal, and lead those that are stuck to an end
    ///
    /// An order is in the journal from the moment that its customer was told so. list and show look;
    /// retry, void and settle end what waits for a person. Works while the store runs, which it finds by
    /// the folder of --data; otherwise on its database.
    Orders(OrdersCommand),
    /// Look at the store's copy of EntMine's catalogue, and repair it
    ///
    /// The store follows EntMine's products by itself and repairs what it missed. These commands show
    /// how far it is, and take everything anew where something is wrong all the same.
    Catalog(CatalogCommand),
    /// Count the ledger of both systems and name what does not fit
    ///
    /// Every order of the journal has to be confirmed, rejected, cancelled, settled or open, and every
    /// confirmed one has to be EntMine's. Also names the highest order numbers, which wizastore entmine
    /// restored asks for.
    #[command(after_help = EXIT)]
    Audit(AuditOptions),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn entmine_has_options_or_a_task() {
        for line in [
            "wizastore entmine --addr 127.0.0.1:0 --data d --empty",
            "wizastore entmine --demo",
            "wizastore serve --demo --rehearsal",
            "wizastore entmine restored --data d --highest SO-2026-000123 --highest SO-2025-000009",
            "wizastore entmine store list --data d",
            "wizastore entmine store forget north",
            "wizastore orders list --attention --json",
            "wizastore user add robin --role clerk --data d",
            "wizastore user disable robin",
            "wizastore user enable robin",
            "wizastore user role robin manager --yes",
            "wizastore user free robin",
            "wizastore orders settle SO-2026-000123 --note paid --yes",
            "wizastore catalog status --json",
            "wizastore catalog repair --take-smaller",
            "wizastore entmine --store-url wizastore=http://127.0.0.1:3000",
        ] {
            Cli::try_parse_from(line.split(' ')).expect(line);
        }
        for line in [
            "wizastore entmine restored",
            "wizastore entmine store",
            "wizastore entmine store forget",
            "wizastore orders",
            "wizastore orders void KEY",
            "wizastore user add robin",
            "wizastore user add robin --role owner",
            "wizastore user role robin",
            "wizastore user role robin owner",
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
