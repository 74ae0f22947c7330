//! Secrets, which only come from the environment and are never said.

use std::env::{self, VarError};

/// The secret of a store that runs apart.
pub const ENTMINE_TOKEN: &str = "ENTMINE_TOKEN";
/// Who may call EntMine.
pub const ENTMINE_TOKENS: &str = "ENTMINE_TOKENS";

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

/// A variable that is empty counts as not set: files of variables often hold empty ones.
fn read(name: &'static str) -> Result<Option<String>, BadSecret> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.trim().to_owned())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(BadSecret::NotText(name)),
    }
}
