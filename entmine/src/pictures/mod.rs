//! Copies of products' pictures, so that customers see what staff see and nobody else's server is
//! asked when they do.
//!
//! A copy is named after its content: `<folder>/<SHA-256>.<kind>`, on the pages
//! `/pictures/<SHA-256>.<kind>`. Beside them `sources/<SHA-256 of the address>` says which copy an
//! address became, so that the next import of the same file fetches nothing, and one that was cut
//! short goes on where it was.

mod address;
mod fetch;
mod kind;

pub use address::is_public;
pub use fetch::MAX_PICTURE;
pub use kind::PictureKind;

use fetch::Allowed;
use futures::{StreamExt, stream};
use reqwest::Client;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Where copies stand on the pages of shop and back office.
pub const PICTURES: &str = "/pictures/";

/// So many are fetched at a time: enough to hide the distance, few enough for anybody's server.
const AT_A_TIME: usize = 4;

/// Why a picture could not be copied. Goes on after its address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("is not an http or https address")]
    Address,
    #[error("is on a private, local or reserved network, which is never asked")]
    Forbidden,
    #[error("redirects too often")]
    Redirects,
    #[error("answers with status {0}")]
    Status(u16),
    #[error("is larger than {} MiB", MAX_PICTURE / 1024 / 1024)]
    TooLarge,
    #[error("is not a JPEG, PNG, GIF, WebP or AVIF picture")]
    NotAPicture,
    #[error("has another content than its name says")]
    OtherContent,
    #[error("does not answer in time")]
    TimedOut,
    #[error("cannot be reached: {0}")]
    Network(String),
    #[error("cannot be kept: {0}")]
    Disk(String),
}

/// The folder of copies.
#[derive(Clone)]
pub struct Pictures {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    /// Made with the first fetch: without certificates of authorities there is none.
    client: OnceLock<Result<Client, PictureError>>,
    allowed: Allowed,
}

/// A copy, to be sent to a browser.
pub struct Picture {
    pub kind: PictureKind,
    pub bytes: Vec<u8>,
}

impl Pictures {
    /// Copies in `folder`, which is made with the first one. Only addresses that `allowed` says yes
    /// to are asked: [`is_public`].
    pub fn new(folder: &Path, allowed: fn(IpAddr) -> bool) -> Self {
        Self {
            inner: Arc::new(Inner {
                folder: folder.to_owned(),
                client: OnceLock::new(),
                allowed,
            }),
        }
    }

    /// Copies the picture at an address, unless it was copied before, and gives the path by which
    /// pages show it.
    ///
    /// # Errors
    /// [`PictureError`].
    pub async fn copy(&self, address: &str) -> Result<String, PictureError> {
        if let Some(copy) = self.known(address).await {
            return Ok(copy);
        }
        let inner = &self.inner;
        let source = inner.folder.join("sources").join(hash(address.as_bytes()));
        let made = inner.client.get_or_init(|| fetch::client(inner.allowed));
        let client = made.as_ref().map_err(Clone::clone)?;
        let bytes = fetch::fetch(client, address, inner.allowed).await?;
        let kind = PictureKind::of(&bytes).ok_or(PictureError::NotAPicture)?;
        let name = name_of(&bytes, kind);
        write(&inner.folder.join(&name), &bytes).await?;
        write(&source, name.as_bytes()).await?;
        Ok(format!("{PICTURES}{name}"))
    }

    /// The path of the copy that an address became before; nothing is fetched.
    pub async fn known(&self, address: &str) -> Option<String> {
        let folder = &self.inner.folder;
        let source = folder.join("sources").join(hash(address.as_bytes()));
        let name = tokio::fs::read_to_string(&source).await.ok()?;
        let is_there = tokio::fs::try_exists(folder.join(&name)).await;
        is_there
            .unwrap_or(false)
            .then(|| format!("{PICTURES}{name}"))
    }

    /// Copies the pictures of many addresses, a few at a time, and says after each how many are
    /// done. One that fails fails alone.
    pub async fn copy_all(
        &self,
        addresses: &[&str],
        progress: &mut (dyn FnMut(usize) + Send),
    ) -> BTreeMap<String, Result<String, PictureError>> {
        // Owned, so that a task can wait for them.
        let addresses: Vec<String> = addresses.iter().map(|&one| one.to_owned()).collect();
        let copies = addresses.into_iter().map(|address| {
            let pictures = self.clone();
            async move {
                let copied = pictures.copy(&address).await;
                (address, copied)
            }
        });
        let mut copies = stream::iter(copies).buffer_unordered(AT_A_TIME);
        let mut copied = BTreeMap::new();
        while let Some((address, result)) = copies.next().await {
            copied.insert(address, result);
            progress(copied.len());
        }
        copied
    }

    /// Keeps a copy that another EntMine made, under the name that it has there.
    ///
    /// # Errors
    /// [`PictureError`] where these bytes are not what the name says, or cannot be kept.
    pub async fn keep(&self, name: &str, bytes: Vec<u8>) -> Result<Picture, PictureError> {
        let kind = PictureKind::of(&bytes).ok_or(PictureError::NotAPicture)?;
        if name != name_of(&bytes, kind) {
            return Err(PictureError::OtherContent);
        }
        write(&self.inner.folder.join(name), &bytes).await?;
        Ok(Picture { kind, bytes })
    }

    /// A copy by its name, `<SHA-256>.<kind>`; nothing for any other name.
    pub async fn open(&self, name: &str) -> Option<Picture> {
        let kind = kind_of_name(name)?;
        let bytes = tokio::fs::read(self.inner.folder.join(name)).await.ok()?;
        Some(Picture { kind, bytes })
    }
}

/// The kind of a copy, by its name; nothing where that is not a copy's name.
pub fn kind_of_name(name: &str) -> Option<PictureKind> {
    let (hash, extension) = name.split_once('.')?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hash
        .then(|| PictureKind::of_extension(extension))
        .flatten()
}

fn name_of(bytes: &[u8], kind: PictureKind) -> String {
    format!("{}.{}", hash(bytes), kind.extension())
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Writes a file whole or not at all.
async fn write(path: &Path, bytes: &[u8]) -> Result<(), PictureError> {
    let disk = |error: std::io::Error| PictureError::Disk(error.to_string());
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(disk)?;
    }
    let new = path.with_extension(format!("new-{}", Uuid::now_v7()));
    let written = async {
        tokio::fs::write(&new, bytes).await?;
        tokio::fs::rename(&new, path).await
    };
    let written = written.await;
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed changes nothing.
        let _ = tokio::fs::remove_file(&new).await;
    }
    written.map_err(disk)
}
