//! The two systems, and where somebody says that one's database is.

use super::Socket;
use std::path::Path;

/// One of the two systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Store,
    EntMine,
}

impl System {
    /// In names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Store => "wizastore",
            Self::EntMine => "entmine",
        }
    }

    /// In sentences.
    pub fn called(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::EntMine => "EntMine",
        }
    }

    /// How its database is named on the command line and in the environment.
    pub fn option(self) -> &'static str {
        match self {
            Self::Store => "--wizastore-database-url (WIZASTORE_DATABASE_URL)",
            Self::EntMine => "--entmine-database-url (ENTMINE_DATABASE_URL)",
        }
    }
}

/// Where a system's database is, as the options and the environment say it.
#[derive(Clone, Copy, Debug)]
pub struct DatabasePlace<'a> {
    pub system: System,
    /// Folder of the data.
    pub data: &'a Path,
    /// The database's address, where somebody gave one.
    pub named: Option<&'a str>,
}

impl DatabasePlace<'_> {
    /// The address that is meant: what was given, or the file in the folder.
    pub fn url(&self) -> String {
        self.named.map_or_else(
            || {
                let file = self.data.join(format!("{}.db", self.system.name()));
                format!("sqlite:{}", file.display())
            },
            str::to_owned,
        )
    }

    /// Where a server on this database takes commands.
    pub(super) fn socket(&self) -> Socket {
        Socket::of(self.system.name(), &self.url(), self.data)
    }
}
