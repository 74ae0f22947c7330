//! The shop as its merchant set it up: a file, read at the start, followed while the program runs, and
//! written by the back office's page *Shop*.
//!
//! A file and no table of the database, because it is needed before any database answers, a merchant
//! can read it, and several replicas can be given the same one. Where they share a folder, what one of
//! them writes reaches the others within seconds.

mod colours;
mod file;
mod logo;
mod routes;
mod settings;

pub use file::BadShopFile;
pub use logo::{Logo, MAX_LOGO};
pub use routes::router;
pub use settings::{BadSetting, Settings};

use colours::Colour;
use model::ShopInfo;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::Store;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(3);

/// The settings in their present state. Clones are one.
#[derive(Clone)]
pub struct ShopFile(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// What the shop is without a file.
    without: ShopInfo,
    now: RwLock<Arc<ShopNow>>,
    /// One saves at a time.
    saving: Mutex<()>,
}

/// The settings as they are.
#[derive(Clone, Debug, Default)]
pub struct ShopNow {
    pub settings: Settings,
    /// Changes with every change of the file.
    pub revision: String,
    pub info: ShopInfo,
    pub logo: Option<Logo>,
    /// The stylesheet with the merchant's colour.
    pub colours: Option<String>,
}

/// Why settings were not saved.
#[derive(Debug)]
pub enum NotSaved {
    /// Somebody else saved meanwhile.
    Changed,
    Bad(Vec<BadSetting>),
    /// The file could not be written; in words.
    Failed(String),
}

impl ShopFile {
    /// Reads the file; without one the shop is what it is `without`.
    ///
    /// # Errors
    /// [`BadShopFile`], a sentence for the person who starts the program.
    pub fn open(path: &Path, without: ShopInfo) -> Result<Self, BadShopFile> {
        let now = look(path, &without)?;
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            without,
            now: RwLock::new(Arc::new(now)),
            saving: Mutex::new(()),
        })))
    }

    pub fn now(&self) -> Arc<ShopNow> {
        let now = self.0.now.read();
        now.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the shop is without the file.
    pub fn without(&self) -> ShopInfo {
        self.0.without.clone()
    }

    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Saves settings over those of `seen`. The logo stays what it is; [`ShopFile::save_logo`] changes
    /// it.
    ///
    /// # Errors
    /// See [`NotSaved`]; then nothing was changed.
    pub fn save(&self, settings: Settings, seen: &str) -> Result<(), NotSaved> {
        self.write(seen, |now| Settings {
            logo: now.logo.clone(),
            hero_pictures: now.hero_pictures.clone(),
            ..settings
        })
    }

    /// Saves another logo, or none.
    ///
    /// # Errors
    /// See [`NotSaved`]; then nothing was changed.
    pub fn save_logo(&self, logo: Option<&Logo>, seen: &str) -> Result<(), NotSaved> {
        let name = logo.map(Logo::file_name);
        if let (Some(logo), Some(name)) = (logo, &name) {
            let path = self.0.path.with_file_name(name);
            file::write(&path, &logo.bytes).map_err(NotSaved::Failed)?;
        }
        self.write(seen, |now| Settings {
            logo: name,
            ..now.clone()
        })
    }

    fn write(
        &self,
        seen: &str,
        change: impl FnOnce(&Settings) -> Settings,
    ) -> Result<(), NotSaved> {
        let _one = self.0.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: BadShopFile| NotSaved::Failed(error.to_string());
        // Not what was read last: somebody may have edited the file a moment ago.
        let (now, text) = file::read(&self.0.path).map_err(failed)?;
        if file::revision(&text) != seen {
            return Err(NotSaved::Changed);
        }
        let settings = change(&now);
        let faults = settings.faults();
        if !faults.is_empty() {
            return Err(NotSaved::Bad(faults));
        }
        let text = file::text(&settings).map_err(NotSaved::Failed)?;
        file::write(&self.0.path, text.as_bytes()).map_err(NotSaved::Failed)?;
        self.refresh().map_err(failed)
    }

    /// Reads the file again.
    fn refresh(&self) -> Result<(), BadShopFile> {
        let new = look(&self.0.path, &self.0.without)?;
        let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(new);
        Ok(())
    }

    /// Gives the store what the file says, now and whenever it changes.
    pub async fn follow(self, store: Store, stop: CancellationToken) {
        let mut told = self.now();
        store.set_shop(told.info.clone());
        let mut wrong = String::new();
        while stop
            .run_until_cancelled(tokio::time::sleep(LOOK))
            .await
            .is_some()
        {
            let refreshed = self.refresh();
            let problem = refreshed
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            if problem != wrong && !problem.is_empty() {
                tracing::error!(problem, "the shop's settings stay as they were");
            }
            wrong = problem;
            let now = self.now();
            if now.revision != told.revision || now.info != told.info {
                store.set_shop(now.info.clone());
                told = now;
            }
        }
    }
}

/// Reads the file and what stands beside it.
fn look(path: &Path, without: &ShopInfo) -> Result<ShopNow, BadShopFile> {
    let (settings, text) = file::read(path)?;
    let logo = match &settings.logo {
        Some(name) => Some(logo_beside(path, name).map_err(|reason| {
            BadShopFile::new(path, ", logo".to_owned(), format!("{name}: {reason}"))
        })?),
        None => None,
    };
    let accent = settings.accent.as_deref().filter(|text| !text.is_empty());
    let colours = accent
        .and_then(|text| Colour::accent(text).ok())
        .map(colours::stylesheet);
    let revision = file::revision(&text);
    let mut info = settings.over(without.clone());
    if let Some(logo) = &logo {
        info.logo = format!("/shop-logo?v={}", logo.version());
    }
    if let Some(sheet) = &colours {
        info.colours = format!("/shop-colours.css?v={}", sheet_version(sheet));
    }
    Ok(ShopNow {
        settings,
        revision,
        info,
        logo,
        colours,
    })
}

/// Another one for another stylesheet.
fn sheet_version(sheet: &str) -> String {
    file::revision(sheet)
}

/// A picture in the folder of the settings, and in no other.
fn logo_beside(path: &Path, name: &str) -> Result<Logo, String> {
    if Path::new(name).file_name() != Some(name.as_ref()) {
        return Err("give the name of a picture beside this file, without a folder".to_owned());
    }
    let bytes = std::fs::read(path.with_file_name(name)).map_err(|error| error.to_string())?;
    Logo::read(bytes)
}
