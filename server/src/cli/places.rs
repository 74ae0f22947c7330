//! Where the databases and the other system are.

use crate::control::{DatabasePlace, System};
use clap::Args;
use std::path::PathBuf;

/// Where EntMine's database is.
#[derive(Clone, Debug, Args)]
pub struct EntMinePlace {
    /// Folder of the databases
    #[arg(long, env = "WIZASTORE_DATA", default_value = "data")]
    pub data: PathBuf,
    /// EntMine's database, sqlite:<file> or postgres://… [default: sqlite:<data>/entmine.db]
    // Values are hidden because an address may hold a password.
    #[arg(
        long,
        env = "ENTMINE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub entmine_database_url: Option<String>,
}

/// The same for a command that can begin an EntMine.
#[derive(Clone, Debug, Args)]
pub struct NewEntMinePlace {
    #[command(flatten)]
    pub place: EntMinePlace,
    /// Make EntMine's database where there is none; without this the command refuses then
    #[arg(long)]
    pub create: bool,
}

impl EntMinePlace {
    pub fn entmine_url(&self) -> String {
        self.entmine_database().url()
    }

    pub fn entmine_database(&self) -> DatabasePlace<'_> {
        DatabasePlace {
            system: System::EntMine,
            data: &self.data,
            named: given(&self.entmine_database_url),
        }
    }
}

/// Where the store's database is, and the EntMine of its orders.
#[derive(Clone, Debug, Args)]
pub struct StorePlace {
    #[command(flatten)]
    pub entmine: EntMinePlace,
    /// The store's database, sqlite:<file> or postgres://… [default: sqlite:<data>/wizastore.db]
    #[arg(
        long,
        env = "WIZASTORE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub wizastore_database_url: Option<String>,
    /// EntMine runs elsewhere, at this address, such as http://127.0.0.1:3100; its secret is in
    /// ENTMINE_TOKEN. EntMine's database is not opened then
    #[arg(long, env = "WIZASTORE_ENTMINE_URL", value_name = "URL")]
    pub entmine_url: Option<String>,
}

impl StorePlace {
    pub fn wizastore_url(&self) -> String {
        self.wizastore_database().url()
    }

    pub fn wizastore_database(&self) -> DatabasePlace<'_> {
        DatabasePlace {
            system: System::Store,
            data: &self.entmine.data,
            named: given(&self.wizastore_database_url),
        }
    }
}

/// A variable that is empty counts as not set: files of variables often hold empty ones.
fn given(url: &Option<String>) -> Option<&str> {
    url.as_deref().filter(|url| !url.is_empty())
}
