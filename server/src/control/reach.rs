//! Which program, or which database, a command goes to. It never goes to another one than the
//! program's that runs on the folder, and makes none unless that was asked for.

use super::record::{self, Server};
use super::system::{DatabasePlace, System};
use database::{Found, OpenError};
use std::path::PathBuf;

/// What carries a command out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The program that runs on the database, at its socket.
    Running(PathBuf),
    /// No program runs on the database at this address: the command opens it itself.
    Alone(String),
}

/// What a command does where there is no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It has nothing to do then.
    Refuse,
    /// It would make one with `--create`, which was not given.
    Offer,
    /// `--create` was given.
    Create,
}

impl Missing {
    /// Of a command that has `--create`.
    pub fn create(create: bool) -> Self {
        if create { Self::Create } else { Self::Offer }
    }
}

/// Why a command goes nowhere: one sentence for the person who gave it.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    #[error(
        "the {} that runs on the folder '{}' (process {pid}) uses {runs}, but this command names {named}; nothing was done. \
         Leave {} out to reach the one that runs, or name its folder with --data",
        system.called(), data.display(), system.option()
    )]
    Other {
        system: System,
        data: PathBuf,
        pid: u32,
        runs: String,
        named: String,
    },
    #[error(
        "the folder '{}' has servers of several databases ({databases}); nothing was done. Say which one is meant with {}",
        data.display(), system.option()
    )]
    Several {
        system: System,
        data: PathBuf,
        databases: String,
    },
    #[error(
        "no {} runs on the folder '{}', and the last one there used {used}, not {meant}; nothing was done. Say which one is \
         meant with {}",
        system.called(), data.display(), system.option()
    )]
    UsedAnother {
        system: System,
        data: PathBuf,
        used: String,
        meant: String,
    },
    #[error(
        "there is no {}: no program runs on the folder '{}', and nothing is at {database}; nothing was done. Say where it \
         is with --data or {}{}",
        system.called(), data.display(), system.option(),
        if *offer { ", or have this database made with --create" } else { "" }
    )]
    Nothing {
        system: System,
        data: PathBuf,
        database: String,
        offer: bool,
    },
    #[error(
        "{database} is not the database of {}; nothing was done. Say where that is with --data or {}",
        match system { System::Store => "a store", System::EntMine => "an EntMine" },
        system.option()
    )]
    Foreign { system: System, database: String },
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Finds the program that runs on a database or, where none does, the database.
///
/// # Errors
/// See [`Unreached`]; nothing was made or changed.
pub async fn reach(place: &DatabasePlace<'_>, missing: Missing) -> Result<Reached, Unreached> {
    if let Some(server) = running(place).await? {
        return Ok(Reached::Running(server.socket));
    }
    // One that has its data in another folder stands beside its database.
    if let Some(socket) = place.socket().listening().await {
        return Ok(Reached::Running(socket));
    }
    let (system, url) = (place.system, place.url());
    let found = match system {
        System::Store => wizastore::Store::look_at(&url).await?,
        System::EntMine => entmine::EntMine::look_at(&url).await?,
    };
    let database = || database::canonical(&url).unwrap_or_default();
    match (found, missing) {
        (Found::Ours, _) | (Found::Nothing, Missing::Create) => Ok(Reached::Alone(url)),
        (Found::Foreign, _) => Err(Unreached::Foreign {
            system,
            database: database(),
        }),
        (Found::Nothing, Missing::Refuse | Missing::Offer) => Err(Unreached::Nothing {
            system,
            data: place.data.to_owned(),
            database: database(),
            offer: missing == Missing::Offer,
        }),
    }
}

/// The server of the folder, where one runs on the database that is meant.
///
/// # Errors
/// Where the servers of the folder are of another database: see [`Unreached`].
pub async fn running(place: &DatabasePlace<'_>) -> Result<Option<Server>, Unreached> {
    let url = place.url();
    let whose = match place.system {
        System::Store => "the store's",
        System::EntMine => "EntMine's",
    };
    let meant = database::named(&url, whose)?;
    let mut servers = record::servers(place.system, place.data).await;
    let Some(first) = servers.first().cloned() else {
        return Ok(None);
    };
    let (system, data) = (place.system, place.data.to_owned());
    let is_one = servers.iter().all(|one| one.database == first.database);
    if place.named.is_none() && !is_one {
        servers.sort_by(|one, other| one.database.cmp(&other.database));
        servers.dedup_by(|one, other| one.database == other.database);
        let databases: Vec<_> = servers.into_iter().map(|server| server.database).collect();
        return Err(Unreached::Several {
            system,
            data,
            databases: databases.join(", "),
        });
    }
    if place.named.is_none() && first.runs {
        return Ok(Some(first));
    }
    let same = servers.into_iter().find(|one| one.database == meant);
    match (same, first.runs, place.named) {
        (Some(server), runs, _) => Ok(runs.then_some(server)),
        (None, true, _) => Err(Unreached::Other {
            system,
            data,
            pid: first.pid,
            runs: first.database,
            named: meant,
        }),
        (None, false, None) => Err(Unreached::UsedAnother {
            system,
            data,
            used: first.database,
            meant,
        }),
        // Somebody says which database it is.
        (None, false, Some(_)) => Ok(None),
    }
}
