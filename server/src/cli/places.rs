//! Where the databases and the other system are.

use crate::control::Socket;
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

impl EntMinePlace {
    pub fn entmine_url(&self) -> String {
        self.entmine_database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data.join("entmine.db").display()))
    }

    /// Where a running EntMine takes commands from this machine.
    pub fn entmine_socket(&self) -> Socket {
        Socket::of("entmine", &self.entmine_url(), &self.data)
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
        self.wizastore_database_url.clone().unwrap_or_else(|| {
            format!(
                "sqlite:{}",
                self.entmine.data.join("wizastore.db").display()
            )
        })
    }

    /// Where a running store takes commands from this machine.
    pub fn wizastore_socket(&self) -> Socket {
        Socket::of("wizastore", &self.wizastore_url(), &self.entmine.data)
    }
}
