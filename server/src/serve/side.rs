//! The other side of the push: EntMine in this process, or elsewhere.

use crate::catalogue::{CatalogueSource, EntMineHere, HttpCatalogue, StoreHere};
use crate::cli::ServeOptions;
use crate::commands::import;
use crate::embedded::{Embedded, STORE};
use crate::http::PictureShelf;
use crate::rehearsal::Switch;
use crate::secrets;
use entmine::delivery::Sender;
use entmine::{StorageError, SystemClock};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wizastore::Store;
use wizastore::erp::{EntMine, HttpEntMine, HttpLimits};

/// Where EntMine is.
pub enum Side {
    /// In this process, with its own database.
    Here(Embedded),
    /// At an address, behind a token.
    Away {
        erp: Arc<HttpEntMine>,
        catalogue: Arc<HttpCatalogue>,
    },
}

/// A rehearsal needs an EntMine that it can make fail.
#[derive(Debug, thiserror::Error)]
#[error(
    "--rehearsal makes the EntMine of this process fail on purpose, and with --entmine-url there \
     is none here; leave one of them out"
)]
struct NothingToRehearse;

impl Side {
    /// Opens EntMine here and gives it its first products, or prepares the calls to the one elsewhere;
    /// nothing is sent yet.
    ///
    /// # Errors
    /// One sentence for the person who starts the program.
    pub async fn open(options: &ServeOptions) -> Result<Self, Box<dyn Error>> {
        if let Some(url) = &options.place.entmine_url {
            if options.rehearsal {
                return Err(NothingToRehearse.into());
            }
            if options.first.demo {
                tracing::warn!(
                    "--demo gives the words of the demo shop; its products come from the EntMine that runs elsewhere"
                );
            }
            return Self::away(url);
        }
        let url = options.place.entmine.entmine_url();
        let settings = entmine::Options {
            limits: options.order_limits.limits(),
            changes_kept: options.keep_changes.changes_kept(),
            ..entmine::Options::default()
        };
        let entmine = entmine::EntMine::open(&url, settings).await?;
        import::first_products(&entmine, &options.first, &options.place.entmine.data).await?;
        Ok(Self::here(entmine, options.rehearsal.then(Switch::default)))
    }

    /// EntMine in this process.
    pub fn here(entmine: entmine::EntMine, switch: Option<Switch>) -> Self {
        Self::Here(Embedded {
            entmine,
            clock: Arc::new(SystemClock),
            switch,
        })
    }

    /// EntMine at an address, with the secret from the environment.
    ///
    /// # Errors
    /// One sentence where the address or the secret cannot be used.
    pub fn away(url: &str) -> Result<Self, Box<dyn Error>> {
        let token = secrets::entmine_token()?;
        Ok(Self::Away {
            erp: Arc::new(HttpEntMine::new(url, &token, HttpLimits::default())?),
            catalogue: Arc::new(HttpCatalogue::new(url, &token)?),
        })
    }

    /// What the store pushes to.
    pub fn erp(&self) -> Arc<dyn EntMine> {
        match self {
            Self::Here(embedded) => Arc::new(embedded.clone()),
            Self::Away { erp, .. } => erp.clone(),
        }
    }

    /// What fills the store's cache.
    pub fn catalogue(&self) -> Arc<dyn CatalogueSource> {
        match self {
            Self::Here(embedded) => Arc::new(EntMineHere(embedded.entmine.clone())),
            Self::Away { catalogue, .. } => catalogue.clone(),
        }
    }

    /// What sends EntMine's catalogue to the store of this process; one elsewhere sends over HTTP.
    ///
    /// # Errors
    /// [`StorageError`] where EntMine's book about the store cannot be opened.
    pub async fn sender(&self, store: &Store) -> Result<Option<Sender>, StorageError> {
        match self {
            Self::Here(embedded) => {
                let link = Arc::new(StoreHere(store.clone()));
                let entmine = embedded.entmine.clone();
                let sender = Sender::open(entmine, STORE, "here", link, rand::random);
                Ok(Some(sender.await?))
            }
            Self::Away { .. } => Ok(None),
        }
    }

    /// How long the start may wait for the catalogue. A store opens also while an EntMine elsewhere
    /// is down or slow, with the catalogue that it has; one in this process is there.
    pub fn first_look(&self) -> Duration {
        match self {
            Self::Here(_) => Duration::MAX,
            Self::Away { .. } => Duration::from_secs(5),
        }
    }

    pub fn entmine(&self) -> Option<&entmine::EntMine> {
        match self {
            Self::Here(embedded) => Some(&embedded.entmine),
            Self::Away { .. } => None,
        }
    }

    /// Copies of products' pictures: in the data folder, and at an EntMine elsewhere.
    pub fn pictures(&self, data: &Path) -> PictureShelf {
        match self {
            Self::Here(_) => PictureShelf::new(data, None),
            Self::Away { catalogue, .. } => PictureShelf::new(data, Some(catalogue.clone())),
        }
    }

    pub fn switch(&self) -> Option<&Switch> {
        match self {
            Self::Here(embedded) => embedded.switch.as_ref(),
            Self::Away { .. } => None,
        }
    }

    /// Closes what was opened.
    pub async fn close(self) {
        match self {
            Self::Here(embedded) => embedded.entmine.close().await,
            Self::Away { .. } => {}
        }
    }
}
