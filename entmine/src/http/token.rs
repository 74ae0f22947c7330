//! The tokens that stores identify themselves with.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The longest name of a store.
const MAX_STORE_CHARS: usize = 64;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Orders,
    Catalog,
    Admin,
}

impl Scope {
    const ALL: [Self; 3] = [Self::Orders, Self::Catalog, Self::Admin];

    /// The word in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Catalog => "catalog",
            Self::Admin => "admin",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// One token; of its secret only the digest is kept.
pub(super) struct Token {
    pub store: String,
    scopes: Vec<Scope>,
    digest: [u8; 32],
    /// Of its secret, in characters.
    length: usize,
}

impl Token {
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// The tokens that EntMine's HTTP API knows. Several of one store may be live, so that a secret can
/// be changed without a pause. Cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<[Token]>);

/// What is wrong with a list of tokens; they are counted from 1. What stands in a list is never
/// repeated, because even a misplaced part of it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("there is no token in it; write store:scope+scope:secret, several separated by commas")]
    None,
    #[error("token {0} is not of the form store:scope+scope:secret")]
    Form(usize),
    #[error(
        "token {0}: the name of its store has to be 1 to {MAX_STORE_CHARS} letters a to z, digits, hyphens and underscores"
    )]
    Store(usize),
    #[error("token {0}: its scopes have to be orders, catalog or admin, joined by +")]
    Scope(usize),
    #[error(
        "token {0}: its secret has to be visible ASCII without spaces and commas, and must not be empty"
    )]
    Secret(usize),
    #[error("tokens {0} and {1} have the same secret")]
    SameSecret(usize, usize),
}

impl Tokens {
    /// Reads `store:scope+scope:secret`, several separated by commas; the scopes are `orders`,
    /// `catalog` and `admin`. Spaces around a token do not matter; a secret may hold colons.
    ///
    /// # Errors
    /// The first thing that is wrong, without any part of the text.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if text.trim().is_empty() {
            return Err(TokenError::None);
        }
        let mut tokens: Vec<Token> = Vec::new();
        for (one, place) in text.split(',').zip(1..) {
            let token = token(one.trim(), place)?;
            if let Some(other) = tokens.iter().position(|t| t.digest == token.digest) {
                return Err(TokenError::SameSecret(other + 1, place));
            }
            tokens.push(token);
        }
        Ok(Self(tokens.into()))
    }

    /// The token with this secret. Every one is compared whole: how long it takes says nothing about
    /// how much of a secret was right.
    pub(super) fn find(&self, secret: &str) -> Option<&Token> {
        let digest = digest(secret);
        let mut found = None;
        for token in self.0.iter() {
            let differing = token
                .digest
                .iter()
                .zip(digest)
                .fold(0, |differing, (a, b)| differing | (a ^ b));
            if differing == 0 {
                found = Some(token);
            }
        }
        found
    }

    /// The store with the shortest secret, and how many characters that has.
    pub fn shortest_secret(&self) -> Option<(&str, usize)> {
        let shortest = self.0.iter().min_by_key(|token| token.length)?;
        Some((&shortest.store, shortest.length))
    }

    /// The names of the stores, each once.
    pub(super) fn stores(&self) -> impl Iterator<Item = &str> {
        let stores: BTreeSet<_> = self.0.iter().map(|token| token.store.as_str()).collect();
        stores.into_iter()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.stores()).finish()
    }
}

fn token(text: &str, place: usize) -> Result<Token, TokenError> {
    let mut parts = text.splitn(3, ':');
    let (Some(store), Some(scopes), Some(secret)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenError::Form(place));
    };
    let named =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if store.is_empty() || store.len() > MAX_STORE_CHARS || !store.bytes().all(named) {
        return Err(TokenError::Store(place));
    }
    let scopes: Option<Vec<_>> = scopes.split('+').map(Scope::parse).collect();
    let scopes = scopes.ok_or(TokenError::Scope(place))?;
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TokenError::Secret(place));
    }
    Ok(Token {
        store: store.to_owned(),
        scopes,
        digest: digest(secret),
        length: secret.len(),
    })
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_by_its_whole_secret_only() {
        let tokens =
            Tokens::parse("shop:orders+catalog:s3:cret, shop:admin:new,b_2:orders:x").unwrap();
        let token = tokens.find("s3:cret").unwrap();
        assert_eq!(token.store, "shop");
        assert!(token.has(Scope::Orders) && token.has(Scope::Catalog) && !token.has(Scope::Admin));
        assert!(tokens.find("new").unwrap().has(Scope::Admin));
        for secret in [
            "",
            "s3",
            "s3:cret ",
            "S3:CRET",
            "shop:orders+catalog:s3:cret",
        ] {
            assert!(tokens.find(secret).is_none(), "{secret}");
        }
        assert_eq!(tokens.stores().collect::<Vec<_>>(), ["b_2", "shop"]);
        assert_eq!(tokens.shortest_secret(), Some(("b_2", 1)));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_no_secret_is_printed() {
        let good = "shop:orders:first";
        for (text, error) in [
            ("", TokenError::None),
            (" ", TokenError::None),
            ("hunter2", TokenError::Form(1)),
            ("shop:hunter2", TokenError::Form(1)),
            ("shop:orders:first,", TokenError::Form(2)),
            (":orders:hunter2", TokenError::Store(1)),
            ("My Shop:orders:hunter2", TokenError::Store(1)),
            ("shop:hunter2:orders", TokenError::Scope(1)),
            ("shop::hunter2", TokenError::Scope(1)),
            ("shop:orders+:hunter2", TokenError::Scope(1)),
            ("shop:orders:", TokenError::Secret(1)),
            ("shop:orders:hunter2 hunter2", TokenError::Secret(1)),
            ("shop:orders:hünter2", TokenError::Secret(1)),
            (
                "a:orders:hunter2,b:orders:hunter2",
                TokenError::SameSecret(1, 2),
            ),
        ] {
            assert_eq!(Tokens::parse(text).unwrap_err(), error, "{text}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        assert!(!format!("{:?}", Tokens::parse(good).unwrap()).contains("first"));
    }
}
