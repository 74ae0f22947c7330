//! Who asks.

use super::Api;
use super::guesses::{Client, TooMany};
use super::refusal::Refusal;
use super::token::Scope;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::marker::PhantomData;

/// A scope as a type, so that a handler names in its signature what it is for.
pub(super) trait Needed: Send {
    const SCOPE: Scope;
}

pub(super) struct Orders;

impl Needed for Orders {
    const SCOPE: Scope = Scope::Orders;
}

pub(super) struct Catalog;

impl Needed for Catalog {
    const SCOPE: Scope = Scope::Catalog;
}

pub(super) struct Admin;

impl Needed for Admin {
    const SCOPE: Scope = Scope::Admin;
}

/// A store that identified itself and may do what `S` is for. It is looked at before anything else
/// of a request, so that strangers learn nothing.
pub(super) struct Caller<S> {
    pub store: String,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    /// As the audit names it.
    pub fn actor(&self) -> String {
        format!("store:{}", self.store)
    }
}

impl<S: Needed> FromRequestParts<Api> for Caller<S> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refusal> {
        let header = parts.headers.get(AUTHORIZATION);
        let secret = header
            .and_then(|header| header.to_str().ok())
            .and_then(bearer);
        let client = parts.extensions.get::<Client>().copied();
        let find = || secret.and_then(|secret| api.0.tokens.find(secret));
        let found = api.0.guesses.look(client, find);
        let token = found
            .map_err(|TooMany| Refusal::TooManyGuesses)?
            .ok_or(Refusal::Unauthorized)?;
        if !token.has(S::SCOPE) {
            return Err(Refusal::Forbidden(S::SCOPE));
        }
        Ok(Self {
            store: token.store.clone(),
            scope: PhantomData,
        })
    }
}

/// The secret of `Bearer <secret>`; the word's case does not matter (RFC 9110 §11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_tokens_are_read() {
        assert_eq!(bearer("Bearer s3cret"), Some("s3cret"));
        assert_eq!(bearer("bearer  s3cret "), Some("s3cret"));
        for header in ["", "s3cret", "Basic s3cret", "Bearers3cret"] {
            assert_eq!(bearer(header), None, "{header}");
        }
    }
}
