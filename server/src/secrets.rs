//! Secrets, which only come from the environment and are never said.

use axum::http::HeaderMap;
use entmine::delivery::{BadStore, HookSecret};
use standardwebhooks::{HEADER_WEBHOOK_SIGNATURE, Webhook, WebhookError};
use std::collections::BTreeSet;
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
        "{ENTMINE_TOKENS}: the secret of the store '{store}' is too short to be one: {length} characters, where \
         {least} are needed; openssl rand -hex 32 makes a good one"
    )]
    ShortSecret {
        store: String,
        length: usize,
        least: usize,
    },
    #[error(
        "{HOOK_SECRETS} is not set: EntMine signs what it sends to a store; for example \
         {HOOK_SECRETS}=wizastore=whsec_$(openssl rand -base64 32), with the store's name before it"
    )]
    NoHookSecrets,
    #[error("{HOOK_SECRETS}: secret {place} cannot be used: {cause}")]
    BadHookSecret { place: usize, cause: BadStore },
    #[error(
        "{HOOK_SECRETS}: what stands before secret {place} is no name of a store; write NAME=whsec_…, with \
         the name in --store-url"
    )]
    BadHookStore { place: usize },
    #[error(
        "{HOOK_SECRETS} has no secret for the store '{0}': add {0}=whsec_$(openssl rand -base64 32)"
    )]
    NoHookSecret(String),
    #[error(
        "{HOOK_SECRETS} holds the secrets of several stores; a store gets its own only, or whoever runs \
         it could write to the others in EntMine's name"
    )]
    OthersHookSecrets,
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

/// The secrets of the catalogue's hook: `whsec_…`, or `NAME=whsec_…` for the store of that name only.
/// Several may be live, so that one can be changed without a pause: EntMine signs with the first, a
/// store takes any.
#[derive(Clone)]
pub struct HookSecrets(Arc<[StoreSecret]>);

struct StoreSecret {
    /// None: of every store that has none of its own.
    store: Option<String>,
    secret: String,
}

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

    /// Those that are set, for a store, which takes what any of them has signed: it must not know
    /// other stores' secrets.
    ///
    /// # Errors
    /// [`BadSecret`]; also where they are those of several stores.
    pub fn read_of_a_store() -> Result<Option<Self>, BadSecret> {
        let secrets = Self::read()?;
        let named = secrets.iter().flat_map(|secrets| secrets.0.iter());
        let stores: BTreeSet<_> = named.filter_map(|one| one.store.as_deref()).collect();
        match stores.len() > 1 {
            true => Err(BadSecret::OthersHookSecrets),
            false => Ok(secrets),
        }
    }

    /// Reads a list, separated by commas.
    ///
    /// # Errors
    /// [`BadSecret`] names the place of the first that cannot be used.
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let mut secrets = Vec::new();
        for (one, place) in text.split(',').map(str::trim).zip(1..) {
            // A secret may end with the sign, too.
            let (store, secret) = match one.split_once("=whsec_") {
                Some((store, _)) => (Some(store.to_owned()), &one[store.len() + 1..]),
                None => (None, one),
            };
            if store.as_deref().is_some_and(|store| !is_store(store)) {
                return Err(BadSecret::BadHookStore { place });
            }
            HookSecret::parse(secret).map_err(|cause| BadSecret::BadHookSecret { place, cause })?;
            secrets.push(StoreSecret {
                store,
                secret: secret.to_owned(),
            });
        }
        Ok(Self(secrets.into()))
    }

    /// What EntMine signs with for a store: the first of its own, else the first of all stores.
    ///
    /// # Errors
    /// [`BadSecret::NoHookSecret`] where it has none.
    pub fn to_sign(&self, store: &str) -> Result<HookSecret, BadSecret> {
        let place = self.place_of(store);
        let place = place.ok_or_else(|| BadSecret::NoHookSecret(store.to_owned()))?;
        HookSecret::parse(&self.0[place].secret).map_err(|cause| BadSecret::BadHookSecret {
            place: place + 1,
            cause,
        })
    }

    fn place_of(&self, store: &str) -> Option<usize> {
        let of = |wanted: Option<&str>| {
            let mut secrets = self.0.iter();
            secrets.position(|one| one.store.as_deref() == wanted)
        };
        of(Some(store)).or_else(|| of(None))
    }

    /// Whether messages to these two are signed with one secret: then whoever has one of the stores can
    /// write to the other in EntMine's name.
    pub fn are_shared(&self, one: &str, other: &str) -> bool {
        let secret = |store| self.place_of(store).map(|place| &self.0[place].secret);
        secret(one).is_some() && secret(one) == secret(other)
    }

    /// The first store that has a secret of its own and is none of these: nothing is sent to it.
    pub fn unknown_store(&self, stores: &[&str]) -> Option<&str> {
        let mut named = self.0.iter().filter_map(|one| one.store.as_deref());
        named.find(|store| !stores.contains(store))
    }

    /// Whether headers are those of a signed message of the last five minutes, whoever signed it:
    /// what can be known before its body is here.
    pub fn may_have_signed(&self, headers: &HeaderMap) -> bool {
        let signature = headers.get(HEADER_WEBHOOK_SIGNATURE);
        let signature = signature.and_then(|value| value.to_str().ok());
        let is_signature = signature.is_some_and(|value| value.split(' ').any(is_version_1));
        // No body has this signature, which is looked at last.
        let refused = Webhook::from_bytes(Vec::new()).map(|nobody| nobody.verify(b"", headers));
        is_signature && matches!(refused, Ok(Err(WebhookError::InvalidSignature)))
    }

    /// Whether a message was signed with one of them, within the last five minutes.
    pub fn have_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        self.0.iter().any(|StoreSecret { secret, .. }| {
            Webhook::new(secret).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
        })
    }
}

fn is_store(name: &str) -> bool {
    let named =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    !name.is_empty() && name.bytes().all(named)
}

/// `v1,` and 32 bytes in base64.
fn is_version_1(signature: &str) -> bool {
    let digits = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let encoded = signature.strip_prefix("v1,");
    encoded.is_some_and(|encoded| encoded.len() == 44 && encoded.bytes().all(digits))
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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwPq5sJ8zT0Ew=";
    const TWO: &str = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZA==";

    #[test]
    fn a_store_has_its_own_secret_or_the_one_of_all() {
        let secrets = HookSecrets::parse(&format!("{ONE}, north={TWO}")).unwrap();
        assert!(secrets.are_shared("south", "west"));
        assert!(!secrets.are_shared("south", "north"));
        let own = HookSecrets::parse(&format!("north={TWO},south={ONE},north={ONE}")).unwrap();
        assert!(own.to_sign("north").is_ok() && !own.are_shared("north", "south"));
        let refused = own.to_sign("west").err().unwrap().to_string();
        assert!(
            refused.contains("no secret for the store 'west'"),
            "{refused}"
        );
        assert_eq!(own.unknown_store(&["north"]), Some("south"));
        assert_eq!(own.unknown_store(&["north", "south"]), None);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_no_secret_is_printed() {
        for (text, said) in [
            ("", "secret 1 cannot be used"),
            ("north=", "secret 1 cannot be used"),
            ("north=whsec_aHVudGVyMg==", "secret 1 cannot be used"),
            (&format!("{ONE},=whsec_hunter2"), "before secret 2"),
            (&format!("North=whsec_hunter2,{ONE}"), "before secret 1"),
        ] {
            let error = HookSecrets::parse(text).err().unwrap().to_string();
            assert!(error.contains(said), "{text}: {error}");
            assert!(
                !error.contains("hunter2") && !error.contains("aHVudGVyMg"),
                "{error}"
            );
        }
    }
}
