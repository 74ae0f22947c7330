//! Secrets, which only come from the environment and are never said.

use axum::http::HeaderMap;
use entmine::delivery::{BadStore, HookSecret};
use standardwebhooks::Webhook;
use std::env::{self, VarError};
use std::sync::Arc;

/// The secret of a store that runs apart.
pub const ENTMINE_TOKEN: &str = "ENTMINE_TOKEN";
/// Who may call EntMine.
pub const ENTMINE_TOKENS: &str = "ENTMINE_TOKENS";

/// What EntMine signs its catalogue with, and the stores know it by.
pub const HOOK_SECRETS: &str = "ENTMINE_HOOK_SECRETS";

/// The mail server, with its password.
pub const SMTP_URL: &str = "WIZASTORE_SMTP_URL";

/// A secret that is missing or cannot be used. Says which, never what it is.
#[derive(Debug, thiserror::Error)]
pub enum BadSecret {
    #[error(
        "{ENTMINE_TOKEN} is not set: with --entmine-url the store needs the secret by which \
         EntMine knows it (the last part of its entry in EntMine's {ENTMINE_TOKENS}){}",
        hint(*.tokens_set)
    )]
    NoToken { tokens_set: bool },
    #[error(
        "{ENTMINE_TOKENS} is not set: it says which stores may call EntMine, as \
         store:scope+scope:secret, separated by commas; for example \
         {ENTMINE_TOKENS}=wizastore:orders+catalog:$(openssl rand -hex 32)"
    )]
    NoTokens,
    #[error("{ENTMINE_TOKENS} cannot be used: {0}")]
    BadTokens(#[from] entmine::http::TokenError),
    #[error(
        "{HOOK_SECRETS} is not set: EntMine signs what it sends to a store with its first secret; for \
         example {HOOK_SECRETS}=whsec_$(openssl rand -base64 32)"
    )]
    NoHookSecrets,
    #[error("{HOOK_SECRETS}: secret {place} cannot be used: {cause}")]
    BadHookSecret { place: usize, cause: BadStore },
    #[error("{0} is not UTF-8 text")]
    NotText(&'static str),
}

fn hint(tokens_set: bool) -> &'static str {
    if tokens_set {
        "; ENTMINE_TOKENS is set, but that is EntMine's side: give the store the secret alone"
    } else {
        ""
    }
}

/// The secret by which EntMine knows this store.
///
/// # Errors
/// [`BadSecret`] where it is not set.
pub fn entmine_token() -> Result<String, BadSecret> {
    let tokens_set = read(ENTMINE_TOKENS)?.is_some();
    read(ENTMINE_TOKEN)?.ok_or(BadSecret::NoToken { tokens_set })
}

/// Who may call EntMine; none where nobody was named.
///
/// # Errors
/// [`BadSecret`] where the list cannot be read.
pub fn entmine_tokens() -> Result<Option<String>, BadSecret> {
    read(ENTMINE_TOKENS)
}

/// The secrets of the catalogue's hook. Several may be live, so that one can be changed without a
/// pause: EntMine signs with the first, a store takes any.
#[derive(Clone)]
pub struct HookSecrets(Arc<[String]>);

impl HookSecrets {
    /// Those that are set; none where there are none.
    ///
    /// # Errors
    /// [`BadSecret`] names the place of the first that cannot be used.
    pub fn read() -> Result<Option<Self>, BadSecret> {
        read(HOOK_SECRETS)?
            .map(|text| Self::parse(&text))
            .transpose()
    }

    /// Reads a list, separated by commas.
    ///
    /// # Errors
    /// [`BadSecret`] names the place of the first that cannot be used.
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let mut secrets = Vec::new();
        for (one, place) in text.split(',').map(str::trim).zip(1..) {
            HookSecret::parse(one).map_err(|cause| BadSecret::BadHookSecret { place, cause })?;
            secrets.push(one.to_owned());
        }
        Ok(Self(secrets.into()))
    }

    /// What EntMine signs with.
    ///
    /// # Errors
    /// [`BadSecret`]; it was looked at when the list was read.
    pub fn to_sign(&self) -> Result<HookSecret, BadSecret> {
        let first = self.0.first().ok_or(BadSecret::NoHookSecrets)?;
        HookSecret::parse(first).map_err(|cause| BadSecret::BadHookSecret { place: 1, cause })
    }

    /// Whether a message was signed with one of them, within the last five minutes.
    pub fn have_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        self.0.iter().any(|secret| {
            Webhook::new(secret).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
        })
    }
}

/// The mail server that e-mails go through, with its password; none where they become files.
///
/// # Errors
/// [`BadSecret`] where it cannot be read.
pub fn smtp_url() -> Result<Option<String>, BadSecret> {
    read(SMTP_URL)
}

/// A variable that is empty counts as not set: files of variables often hold empty ones.
fn read(name: &'static str) -> Result<Option<String>, BadSecret> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.trim().to_owned())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(BadSecret::NotText(name)),
    }
}
