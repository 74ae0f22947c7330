//! `wizastore entmine` and `wizastore import`.

use super::{
    Apart, EntMinePlace, FirstProducts, KeepChangesOption, NewEntMinePlace, OrderLimitOptions,
};
use crate::end::{EXIT, SERVER_EXIT};
use crate::import::{Duplicates, ImportRequest, LinkedPictures};
use crate::net::Network;
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = format!(
        "ENTMINE_TOKENS names who may call: store:scope+scope:secret, separated by commas, for example \
         wizastore:orders+catalog:<secret>. Scopes are orders, catalog, admin.\n\n{SERVER_EXIT}"
    )
)]
pub struct EntmineCommand {
    #[command(subcommand)]
    pub task: Option<EntmineTask>,
    #[command(flatten)]
    pub options: EntmineOptions,
}

#[derive(Debug, Subcommand)]
pub enum EntmineTask {
    /// After EntMine's database was restored from a backup: raise the epoch, skip used numbers
    ///
    /// Every store then knows that EntMine has forgotten something: it stops, compares its orders
    /// with EntMine's, sends again what EntMine lost, and takes the catalogue anew. Numbers up to
    /// the highest that was told to a customer are not given out again. Works while EntMine runs.
    #[command(after_help = EXIT)]
    Restored(RestoredOptions),
    /// The stores that EntMine's catalogue is sent to, and those that are gone
    Store(StoreCommand),
}

#[derive(Debug, Args)]
pub struct StoreCommand {
    #[command(subcommand)]
    pub task: StoreTask,
}

#[derive(Debug, Subcommand)]
pub enum StoreTask {
    /// List them, and how far each has followed
    #[command(after_help = EXIT)]
    List {
        #[command(flatten)]
        place: EntMinePlace,
    },
    /// Forget one that is gone; its orders stay
    #[command(after_help = EXIT)]
    Forget {
        name: String,
        #[command(flatten)]
        place: EntMinePlace,
    },
}

#[derive(Clone, Debug, Args)]
pub struct EntmineOptions {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "ENTMINE_ADDR", default_value = "127.0.0.1:3100")]
    pub addr: SocketAddr,
    #[command(flatten)]
    pub apart: Apart,
    #[command(flatten)]
    pub place: EntMinePlace,
    /// A store that EntMine sends its catalogue to, as NAME=http://… with the name of its token
    ///
    /// May be given several times or separated by commas. What is sent is signed with the store's secret
    /// in ENTMINE_HOOK_SECRETS (NAME=whsec_…, else the first without a name), which the store has to
    /// know too.
    #[arg(
        long,
        env = "ENTMINE_STORE_URLS",
        value_name = "NAME=URL",
        value_delimiter = ',',
        value_parser = store_url
    )]
    pub store_url: Vec<StoreUrl>,
    /// Address by which staff reach the back office, such as https://entmine.example
    ///
    /// Scheme and host (and port, where it is not the usual one), nothing else. With https its
    /// session cookie is sent over TLS only.
    #[arg(long, env = "ENTMINE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks such as 10.0.0.0/8
    ///
    /// It decides whom the limits on signing in count.
    #[arg(
        long,
        env = "ENTMINE_TRUSTED_PROXIES",
        value_name = "ADDR|CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<Network>,
    #[command(flatten)]
    pub first: FirstProducts,
    #[command(flatten)]
    pub order_limits: OrderLimitOptions,
    #[command(flatten)]
    pub keep_changes: KeepChangesOption,
}

/// A store's name and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreUrl {
    pub name: String,
    pub url: String,
}

fn store_url(text: &str) -> Result<StoreUrl, String> {
    let named =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let (name, url) = text
        .split_once('=')
        .ok_or("write NAME=URL, such as wizastore=http://127.0.0.1:3000")?;
    if name.is_empty() || !name.bytes().all(named) {
        return Err(format!(
            "'{name}' is no name of a store: letters a to z, digits, hyphens and underscores"
        ));
    }
    Ok(StoreUrl {
        name: name.to_owned(),
        url: url.to_owned(),
    })
}

#[derive(Clone, Debug, Args)]
pub struct RestoredOptions {
    /// The highest order number that was told to any customer, one for each year; `wizastore audit`
    /// of each store says them
    #[arg(long, required = true, value_name = "NUMBER")]
    pub highest: Vec<String>,
    #[command(flatten)]
    pub place: NewEntMinePlace,
}

#[derive(Clone, Debug, Args)]
pub struct ImportOptions {
    /// The product file: CSV with commas, semicolons or tabs, in any usual encoding
    pub file: PathBuf,
    /// Currency of the file's prices, ISO 4217
    #[arg(long, env = "WIZASTORE_CURRENCY", default_value = "GBP", value_parser = ["GBP"])]
    pub currency: String,
    /// Say what importing the file would do, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Import the rows that are right, and write the others, with their reasons in a last column, to the file
    /// of --refused: correct them there and import that file
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// The file for the rows that --skip-bad-rows leaves out; it is written over
    ///
    /// [default: beside the product file, products.refused.csv for products.csv]
    #[arg(long, value_name = "FILE", requires = "skip_bad_rows")]
    pub refused: Option<PathBuf>,
    /// Two rows with the same SKU
    #[arg(long, value_enum, default_value_t)]
    pub on_duplicate: Duplicates,
    /// Pictures on other servers
    #[arg(long, value_enum, default_value_t)]
    pub pictures: LinkedPictures,
    #[command(flatten)]
    pub place: NewEntMinePlace,
}

impl ImportOptions {
    /// What is asked of EntMine.
    pub fn request(&self) -> ImportRequest {
        ImportRequest {
            currency: self.currency.clone(),
            on_duplicate: self.on_duplicate,
            skip_bad_rows: self.skip_bad_rows,
            dry_run: self.dry_run,
            pictures: self.pictures,
        }
    }

    /// Where the rows that were left out go.
    pub fn refused_rows(&self) -> PathBuf {
        let beside = || self.file.with_extension("refused.csv");
        self.refused.clone().unwrap_or_else(beside)
    }
}
