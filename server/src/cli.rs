//! The command line. Every option is also an environment variable; secrets are only that.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// WizAStore, an on-line store whose orders are pushed into EntMine, its ERP. Without a command it
/// serves.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "The log goes to standard error; WIZASTORE_LOG sets its filter (default: info)."
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
    /// Run the store and EntMine in one process, each with its own database
    Serve(ServeOptions),
    /// Import products from a CSV file into EntMine
    ///
    /// The file has the columns of a Shopify product export. Products are found by SKU: new ones
    /// are added, changed ones updated, others left alone. A file with a bad row is not imported
    /// at all; each bad row is named with its line, column and reason. Works while the store runs.
    Import(ImportOptions),
}

/// Where the databases are.
#[derive(Clone, Debug, Args)]
pub struct DataOptions {
    /// Folder of the databases
    #[arg(long, env = "WIZASTORE_DATA", default_value = "data")]
    pub data: PathBuf,
    /// EntMine's database [default: sqlite:<data>/entmine.db]
    #[arg(long, env = "ENTMINE_DATABASE_URL", value_name = "URL")]
    pub entmine_database_url: Option<String>,
}

impl DataOptions {
    pub fn entmine_url(&self) -> String {
        self.entmine_database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.join("entmine.db").display()))
    }

    /// Where a running server takes commands from this machine.
    pub fn control_socket(&self) -> PathBuf {
        self.data.join("control.sock")
    }
}

#[derive(Clone, Debug, Parser)]
pub struct ServeOptions {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "WIZASTORE_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    #[command(flatten)]
    pub data: DataOptions,
    /// The store's database [default: sqlite:<data>/wizastore.db]
    #[arg(long, env = "WIZASTORE_DATABASE_URL", value_name = "URL")]
    pub wizastore_database_url: Option<String>,
    /// Folder of the browser's files: pkg/, pictures, stylesheet
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site: PathBuf,
    /// Address by which customers reach the shop, such as https://shop.example; with https the
    /// session cookie is sent over TLS only
    #[arg(long, env = "WIZASTORE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Add /rehearsal, where EntMine can be made to fail on purpose. Not for a real shop
    #[arg(long, env = "WIZASTORE_REHEARSAL")]
    pub rehearsal: bool,
    /// Do not import the seed catalogue into an empty EntMine
    #[arg(long, env = "WIZASTORE_EMPTY")]
    pub empty: bool,
}

impl ServeOptions {
    pub fn wizastore_url(&self) -> String {
        self.wizastore_database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.data.join("wizastore.db").display()))
    }
}

#[derive(Clone, Debug, Args)]
pub struct ImportOptions {
    /// The product file (CSV, UTF-8)
    pub file: PathBuf,
    /// Currency of the file's prices, ISO 4217
    #[arg(long, env = "WIZASTORE_CURRENCY", default_value = "GBP", value_parser = ["GBP"])]
    pub currency: String,
    #[command(flatten)]
    pub data: DataOptions,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as CommandFactory>::command().debug_assert();
    }
}
